import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import {
  distrust,
  isPrivateFolder,
  makeFolder,
  makePrivateFolder,
  type Trust,
} from '../base/private-folder.ts';
import { type FileSystem, realParentPath } from './files.ts';
import { temporaryFor } from './state-files.ts';
import { StateFolder } from './state-folder.ts';

export type { StateFolder } from './state-folder.ts';

export interface StateOptions {
  readonly files: FileSystem;
  /** `os.tmpdir()`. */
  readonly temporaryFolder: string;
  /** The user that tsgen runs as; absent where the platform has none. */
  readonly uid: number | undefined;
}

export interface StateLog extends StateOptions {
  readonly log: Logger;
}

/** Standard output, also as `/dev/stdout`, has no folder for state. */
export function hasState(dest: string): boolean {
  return dest !== '' && !dest.startsWith('/dev/');
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
 * Throws a `TsgenError` of kind `output` when neither place works, and when the one beside the
 * destination may be somebody else's: what lies there is restored and replaced with tsgen's rights.
 */
export async function openState(dest: string, options: StateLog): Promise<StateFolder> {
  const { files, log, uid } = options;
  const beside = stateDirFor(dest);
  const fallback = await privateDirFor(dest, options);
  let path = beside;
  try {
    await makeBeside(dest, options);
  } catch (error) {
    if (error instanceof TsgenError) throw error;
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
  if (fits(socket)) return new StateFolder(files, { path, controlSocket: socket, uid });
  await makePrivate(dest, fallback, options);
  return new StateFolder(files, { path, controlSocket: join(fallback, SOCKET), uid });
}

/** The state folders of a destination that are there and to be trusted; none is made. */
export async function stateIfThere(
  dest: string,
  options: StateOptions,
): Promise<readonly StateFolder[]> {
  const { files, uid } = options;
  const folder = (path: string) =>
    new StateFolder(files, { path, controlSocket: join(path, SOCKET), uid });
  const beside = stateDirFor(dest);
  const secluded = await privateDirFor(dest, options);
  return [
    ...((await isTrusted(dest, options)) ? [folder(beside)] : []),
    ...((await isPrivateFolder(files, secluded, uid)) ? [folder(secluded)] : []),
  ];
}

/**
 * What is trusted beside a destination: folders of our own or of root's. Others may write there
 * only if they may as well replace the destination itself, as on file systems without modes.
 */
async function trustBeside(dest: string, { files, uid }: StateOptions): Promise<Trust> {
  const { mode } = await files.stat(dirname(dest));
  const sticky = (mode & 0o1000) !== 0;
  return {
    ...(uid === undefined ? {} : { owners: uid === 0 ? [0] : [uid, 0] }),
    writable: sticky ? 0 : mode & 0o022,
  };
}

async function isTrusted(dest: string, options: StateOptions): Promise<boolean> {
  const path = stateDirFor(dest);
  try {
    const trust = await trustBeside(dest, options);
    for (const folder of [dirname(path), path]) {
      if (distrust(await options.files.lstat(folder), trust)) return false;
    }
    return true;
  } catch {
    // Not there, or not to be looked at.
    return false;
  }
}

/** Does not make the destination's own folder: a path that was mistyped is to be noticed. */
async function makeBeside(dest: string, options: StateOptions): Promise<void> {
  const path = stateDirFor(dest);
  const trust = await trustBeside(dest, options);
  for (const folder of [dirname(path), path]) {
    const problem = await makeFolder(options.files, folder, { mode: 0o755, trust });
    if (problem) {
      throw new TsgenError(
        'output',
        `Cannot keep state for '${dest}': '${folder}' ${problem}, so that others could plant what tsgen restores. Look who made it, and remove it; tsgen makes it anew.`,
      );
    }
  }
  await probe(options.files, path);
}

/** A disk that is full now will not always be: that is no reason to look for another place. */
async function probe(files: FileSystem, folder: string): Promise<void> {
  const path = temporaryFor(join(folder, '.probe'));
  try {
    const handle = await files.open(path, 'wx', 0o600);
    await handle.close();
    await files.rm(path, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') throw error;
  }
}

/** Under a folder where everybody may write, somebody else may have made ours first. */
async function makePrivate(dest: string, path: string, options: StateOptions): Promise<void> {
  try {
    await makePrivateFolder(options.files, path, options.uid);
    await probe(options.files, path);
  } catch (error) {
    throw new TsgenError(
      'output',
      `Cannot keep state for '${dest}' in '${path}' either: ${messageOf(error)}. Make the destination's directory writable for tsgen, or set TMPDIR to a directory of its own.`,
      { cause: error },
    );
  }
}
