import type { Stats } from 'node:fs';
import fs from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '../base/errors.ts';
import { bytesOf, type Chunks } from './bytes-of.ts';

/** What output asks of the file system; tests put refusals in the place of single functions. */
export type FileSystem = Pick<
  typeof fs,
  | 'access'
  | 'lstat'
  | 'mkdir'
  | 'mkdtemp'
  | 'open'
  | 'readFile'
  | 'readdir'
  | 'readlink'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'stat'
>;

export const systemFiles: FileSystem = fs;

type Handle = Awaited<ReturnType<FileSystem['open']>>;

/** Writes from the handle's position on. Returns the number of bytes. */
export async function writeChunks(handle: Handle, chunks: Chunks): Promise<number> {
  const bytes = bytesOf(chunks);
  if (bytes.length > 0) await handle.writeFile(bytes);
  return bytes.length;
}

/** Makes a rename in the folder survive a power cut, where the file system knows how. */
export async function syncFolder(files: FileSystem, folder: string): Promise<void> {
  try {
    const handle = await files.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Not every file system can sync a folder, and a folder may be writable without being
    // readable. The rename itself has happened.
  }
}

/** What is at a path, links followed; `undefined` when nothing is. */
export async function statIfThere(files: FileSystem, path: string): Promise<Stats | undefined> {
  try {
    return await files.stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The content of a file; `undefined` when there is none. */
export async function readIfThere(files: FileSystem, path: string): Promise<Buffer | undefined> {
  try {
    return await files.readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const MAX_LINKS = 40;

type LinkAccess = Pick<FileSystem, 'readlink' | 'realpath'>;

/**
 * The file that a path leads to: symbolic links are followed to their end, also when nothing is
 * there yet. Rejects with `ELOOP` when they go in a circle.
 */
export async function followLinks(files: LinkAccess, path: string): Promise<string> {
  let current = path;
  for (let hops = 0; hops < MAX_LINKS; hops++) {
    let target: string;
    try {
      target = await files.readlink(current);
    } catch {
      // Not a link, or nothing there.
      return current;
    }
    current = resolve(await realFolder(files, current), target);
  }
  throw Object.assign(new Error(`ELOOP: too many symbolic links, '${path}'`), { code: 'ELOOP' });
}

/** The path with the links of its folder resolved and its last part as it is. */
export async function realParentPath(files: FileSystem, path: string): Promise<string> {
  return join(await realFolder(files, path), basename(path));
}

async function realFolder(files: Pick<FileSystem, 'realpath'>, path: string): Promise<string> {
  try {
    return await files.realpath(dirname(path));
  } catch {
    return dirname(path);
  }
}
