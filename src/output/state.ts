import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type FileSystem, realParentPath } from './files.ts';
import { StateFolder } from './state-folder.ts';

export type { StateFolder } from './state-folder.ts';

export interface StateOptions {
  readonly files: FileSystem;
  /** `os.tmpdir()`. */
  readonly temporaryFolder: string;
  /** The user that tsgen runs as; absent where the platform has none. */
  readonly uid: number | undefined;
}

/** `.tsgen/NAME/` beside the destination: state, candidate and control socket of its watcher. */
export function stateDirFor(dest: string): string {
  return join(dirname(dest), '.tsgen', basename(dest));
}

const SOCKET = 'control.sock';
/** Linux has room for 107 bytes, macOS and the BSDs for 103. */
const MAX_SOCKET_BYTES = 103;

/**
 * Where a destination's control socket may be, first choice first: beside it, and in the user's
 * private folder, which is used when the path is too long for a socket or nothing can be written
 * beside the destination. A client tries both.
 */
export async function controlSocketCandidates(
  dest: string,
  options: StateOptions,
): Promise<readonly string[]> {
  const beside = join(stateDirFor(dest), SOCKET);
  const secluded = join(await privateDirFor(dest, options), SOCKET);
  return fits(beside) ? [beside, secluded] : [secluded];
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_BYTES;
}

async function privateDirFor(dest: string, options: StateOptions): Promise<string> {
  const real = await realParentPath(options.files, dest);
  const key = createHash('sha1').update(real).digest('hex').slice(0, 20);
  return join(options.temporaryFolder, `tsgen-${options.uid ?? 'user'}`, key);
}

/**
 * Makes the state folder of a destination: beside it, or with a warning in a private folder under
 * the temporary one when that place cannot be written. Folders beside the destination are open to
 * whoever may read the destination's folder, because the proxy has to reach the candidate; what
 * lies in them has the destination's mode.
 *
 * Throws a `TsgenError` of kind `output` when neither place works.
 */
export async function openState(
  dest: string,
  options: StateOptions & { readonly log: Logger },
): Promise<StateFolder> {
  const { files, log } = options;
  const beside = stateDirFor(dest);
  const fallback = await privateDirFor(dest, options);
  let path = beside;
  try {
    await makeWritable(files, beside, 0o755);
  } catch (error) {
    const parent = dirname(dest);
    if (codeOf(error) === 'ENOENT') {
      throw new TsgenError(
        'output',
        `Cannot keep state for '${dest}': its directory does not exist. Create '${parent}' or mount it.`,
        { cause: error },
      );
    }
    log.warn(
      `Cannot keep state beside '${dest}' (${messageOf(error)}): it is kept in '${fallback}', where a proxy in a container cannot see a candidate. Make '${parent}' writable for tsgen.`,
      { dest },
    );
    await makePrivate(dest, fallback, options);
    path = fallback;
  }
  const socket = join(path, SOCKET);
  if (fits(socket)) return new StateFolder(files, path, socket);
  await makePrivate(dest, fallback, options);
  return new StateFolder(files, path, join(fallback, SOCKET));
}

/** Does not make the destination's own folder: a path that was mistyped is to be noticed. */
async function makeWritable(files: FileSystem, path: string, mode: number): Promise<void> {
  for (const folder of [dirname(path), path]) {
    await files.mkdir(folder, { mode }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
  const probe = join(path, '.probe');
  const handle = await files.open(probe, 'w', 0o600);
  await handle.close();
  await files.rm(probe, { force: true });
}

/** Under a folder where everybody may write, somebody else may have made ours first. */
async function makePrivate(dest: string, path: string, options: StateOptions): Promise<void> {
  try {
    await makeWritable(options.files, path, 0o700);
    for (const folder of [dirname(path), path]) {
      const problem = distrust(await options.files.lstat(folder), options.uid);
      if (problem) throw new Error(`'${folder}' ${problem}`);
    }
  } catch (error) {
    throw new TsgenError(
      'output',
      `Cannot keep state for '${dest}' in '${path}' either: ${messageOf(error)}. Make the destination's directory writable for tsgen, or set TMPDIR to a directory of its own.`,
      { cause: error },
    );
  }
}

function distrust(stat: Stats, uid: number | undefined): string | undefined {
  if (!stat.isDirectory()) return 'is not a directory';
  if (uid !== undefined && stat.uid !== uid) return `belongs to user ${stat.uid}, not to ${uid}`;
  if ((stat.mode & 0o022) !== 0) return 'may be written by others';
  return undefined;
}
