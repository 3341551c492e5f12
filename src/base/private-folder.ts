import type { Stats } from 'node:fs';
import type fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errors.ts';

/** What is asked of the file system here. */
export type FolderAccess = Pick<typeof fs, 'lstat' | 'mkdir'>;

export interface Trust {
  /** Who may own it; anybody if absent, where the platform has no users. */
  readonly owners?: readonly number[];
  /** Those of the mode's bits `0o022` that do no harm; none by default. */
  readonly writable?: number;
}

/**
 * Why what was found at a path with `lstat` is not to be worked in, in words that follow its name;
 * `undefined` for a directory that is all right. A link to one is none.
 */
export function distrust(stat: Stats, { owners, writable = 0 }: Trust): string | undefined {
  if (stat.isSymbolicLink()) return 'is a symbolic link and is not a directory of its own';
  if (!stat.isDirectory()) return 'is not a directory';
  if (owners && !owners.includes(stat.uid)) {
    return `belongs to user ${stat.uid}, not to ${owners.join(' or ')}`;
  }
  if ((stat.mode & 0o022 & ~writable) !== 0) return 'may be written by others';
  return undefined;
}

/** Trust in what is this user's and nobody else's. */
function ownAlone(uid: number | undefined): Trust {
  return uid === undefined ? {} : { owners: [uid] };
}

/** Makes one folder, unless it is there, and says with `distrust` what is wrong with it. */
export async function makeFolder(
  files: FolderAccess,
  path: string,
  options: { readonly mode: number; readonly trust: Trust },
): Promise<string | undefined> {
  await files.mkdir(path, { mode: options.mode }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  return distrust(await files.lstat(path), options.trust);
}

/**
 * Makes a folder for this user alone, and the one that holds it. Where everybody may write,
 * somebody else may have made either first, or a link in its place.
 *
 * @throws Error that names the one which is not to be trusted; the system's when it cannot be made.
 */
export async function makePrivateFolder(
  files: FolderAccess,
  path: string,
  uid: number | undefined,
): Promise<void> {
  for (const folder of [dirname(path), path]) {
    // In this order: nothing is made in a folder before that one is known to be good.
    const problem = await makeFolder(files, folder, { mode: 0o700, trust: ownAlone(uid) });
    if (problem) throw new Error(`'${folder}' ${problem}`);
  }
}

/** Whether `makePrivateFolder` made these folders, and nobody could change them since. */
export async function isPrivateFolder(
  files: Pick<FolderAccess, 'lstat'>,
  path: string,
  uid: number | undefined,
): Promise<boolean> {
  try {
    for (const folder of [dirname(path), path]) {
      if (distrust(await files.lstat(folder), ownAlone(uid))) return false;
    }
    return true;
  } catch {
    // Not there, or not to be looked at.
    return false;
  }
}
