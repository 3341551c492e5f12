import { readFile } from 'node:fs/promises';
import { codeOf, messageOf, TsgenError } from '../../base/errors.ts';
import { readInventoryFile } from '../inventory-source.ts';
import type { Io } from '../io.ts';
import { renderOnce } from '../render-once.ts';
import { type RunInput, resolveRun } from '../run-settings.ts';
import { unifiedDiff } from '../view/unified-diff.ts';

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
    const { files } = await renderOnce(settings, inventory, io);
    for (const { path, chunks } of files) {
      const before = await readIfThere(path);
      const change = { path, after: chunks.join(''), ...(before === undefined ? {} : { before }) };
      const text = unifiedDiff(change, { color: io.out.color });
      differs ||= text !== '';
      io.out.write(text);
    }
  }
  return differs ? 1 : 0;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw new TsgenError(
      'output',
      `Cannot compare with '${path}': ${messageOf(cause)}. Let the user that tsgen runs as read it.`,
      { cause },
    );
  }
}
