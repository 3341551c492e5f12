import { readFile } from 'node:fs/promises';
import { codeOf, messageOf, TsgenError } from '../../base/errors.ts';
import { visible } from '../../base/visible.ts';
import { previewSides } from '../../output/preview.ts';
import { readInventoryFile } from '../inventory-source.ts';
import type { Io } from '../io.ts';
import { renderOnce } from '../render-once.ts';
import { type RunInput, resolveRun } from '../run-settings.ts';
import { stateOptions } from '../runtime-dir.ts';
import { type Change, unifiedDiff } from '../view/unified-diff.ts';

/**
 * Shows what a one-shot with the same flags would change in its destination.
 *
 * @returns 0 when nothing would change, 1 when something would, as `diff` and `git diff` do.
 */
export async function diff(input: RunInput, io: Io): Promise<number> {
  const { from, ...flags } = input.flags;
  const { jobs } = await resolveRun({ ...input, flags });
  const compared = jobs.filter(
    ({ destination }) => destination !== '' && !destination.startsWith('/dev/'),
  );
  if (compared.length === 0) {
    const { template = 'TEMPLATE' } = jobs[0] ?? {};
    throw new TsgenError(
      'usage',
      `There is nothing to compare ${template} with. Name its destination: tsgen diff ${template} DEST.`,
    );
  }
  const inventory = from === undefined ? undefined : await readInventoryFile(from, io);
  let differs = false;
  for (const settings of compared) {
    const plan = await previewSides(await renderOnce(settings, inventory, io), stateOptions());
    for (const warning of plan.warnings) io.err.write(`${visible(warning)}\n`);
    const changes: Change[] = [];
    for (const { path, chunks } of plan.rendering.files) {
      changes.push({ path, after: chunks.join(''), ...(await beforeOf(path)) });
    }
    for (const path of plan.removals) changes.push({ path, ...(await beforeOf(path)) });
    for (const change of changes) {
      const text = unifiedDiff(change, { color: io.out.color });
      differs ||= text !== '';
      io.out.write(text);
    }
  }
  return differs ? 1 : 0;
}

async function beforeOf(path: string): Promise<Pick<Change, 'before'>> {
  try {
    return { before: await readFile(path, 'utf8') };
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return {};
    throw new TsgenError(
      'output',
      `Cannot compare with '${path}': ${messageOf(cause)}. Let the user that tsgen runs as read it.`,
      { cause },
    );
  }
}
