import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RuntimeContainer } from '../src/inventory/runtime-container.ts';
import type { ProxyKind } from '../src/proxies/proxy-kind.ts';
import { createRouter } from '../src/routing/build.ts';
import type { TemplateSettings } from '../src/templates/context.ts';
import { bundledTemplate, contextOf } from '../test/support/nginx-template.ts';

/** Names and texts of what a proxy's template makes for containers, all for the destination's folder. */
export async function generated(
  { template, limits = {}, destination }: ProxyKind,
  containers: readonly RuntimeContainer[],
  settings: TemplateSettings,
): Promise<ReadonlyMap<string, string>> {
  const vantage = { kind: 'host' } as const;
  const model = createRouter()({ containers, vantage, settings, limits });
  const compiled = await bundledTemplate(template);
  const files = new Map<string, string>();
  const chunks = compiled.render(contextOf(model, containers, settings), {
    onFile: ({ path, chunks: text }) => files.set(basename(path), text.join('')),
  });
  return files.set(basename(destination), chunks.join(''));
}

/** Writes them for a container to mount, whoever its processes run as. */
export async function writeAll(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { mode: 0o755 });
  for (const [name, text] of files) await writeFile(join(folder, name), text, { mode: 0o644 });
}
