import type { Chunks } from './bytes-of.ts';
import { holds } from './content.ts';
import { readIfThere } from './files.ts';
import { readManifestOf } from './owed-note.ts';
import type { Rendering } from './rendering.ts';
import { planSides, type SidePlan } from './side-plan.ts';
import { hasState, type StateOptions } from './state.ts';

/**
 * What an output would do with the side files of a rendering, without doing it.
 *
 * @throws TsgenError `output` where it would refuse.
 */
export async function previewSides(rendering: Rendering, options: StateOptions): Promise<SidePlan> {
  const [{ path }] = rendering.files;
  const manifest = hasState(path) ? await readManifestOf(path, options) : undefined;
  const { files } = options;
  return await planSides(rendering, manifest?.files ?? [], {
    files,
    holds: async (file: string, chunks: Chunks) => {
      const content = await readIfThere(files, file);
      return content !== undefined && holds(content, chunks);
    },
  });
}
