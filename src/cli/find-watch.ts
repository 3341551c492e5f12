import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import { controlSocketCandidates } from '../output/state.ts';
import type { WatchRegistry } from '../status/registry.ts';
import type { StatusReport } from '../status/report.ts';
import { stateOptions } from './runtime-dir.ts';

/** A watch that answers. */
export interface RunningWatch {
  readonly socket: string;
  readonly report: StatusReport;
}

/**
 * The watch that owns a destination, or `undefined` when none answers.
 *
 * @throws TsgenError `conflict` when there is one that cannot be asked, such as another user's.
 */
export async function watchOf(destination: string): Promise<RunningWatch | undefined> {
  for (const socket of await controlSocketCandidates(destination, stateOptions())) {
    const watch = await ask(socket);
    if (watch) return watch;
  }
  return undefined;
}

/**
 * The watch that a client command means: that of `dest`, or the only one that runs.
 *
 * @throws TsgenError `conflict` when there is none, or more than one to choose from.
 */
export async function findWatch(
  dest: string | undefined,
  { cwd, registry }: { readonly cwd: string; readonly registry: WatchRegistry },
): Promise<RunningWatch> {
  if (dest !== undefined) {
    const watch = await watchOf(resolve(cwd, dest));
    if (watch) return watch;
    throw new TsgenError(
      'conflict',
      `No watch answers for ${dest}. Start one with tsgen --template …, or look whether it ended with an error.`,
    );
  }
  const known = await Promise.all((await registry.list()).map(({ socket }) => ask(socket)));
  const running = known.filter((watch) => watch !== undefined);
  const [only, another] = running;
  if (only && !another) return only;
  if (!only) {
    throw new TsgenError(
      'conflict',
      'No watch of this user runs here. Start one with tsgen --template …, or name its destination with --dest.',
    );
  }
  const list = running.map(({ report }) => `  ${report.destination}`).join('\n');
  throw new TsgenError('conflict', `Several watches run here. Choose one with --dest:\n${list}`);
}

async function ask(socket: string): Promise<RunningWatch | undefined> {
  // Most runs find none, and need not load what it takes to ask.
  if (isAbsent(socket)) return undefined;
  try {
    const { requestControl } = await import('../status/control-client.ts');
    return { socket, report: await requestControl<StatusReport>(socket, 'GET', '/status') };
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'ENOTSOCK'].includes(codeOf(error) ?? '')) {
      return undefined;
    }
    throw new TsgenError(
      'conflict',
      `Cannot ask the watch at ${socket}: ${messageOf(error)}. Only its own user may.`,
      { cause: error },
    );
  }
}

/** Not where it cannot be seen: who asks then hears why. */
function isAbsent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
