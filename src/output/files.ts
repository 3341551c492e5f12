import { accessSync, lstatSync, mkdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import fs from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '../base/errors.ts';
import { bytesOf, type Chunks } from './bytes-of.ts';
import { type Handle, makeFile } from './new-file.ts';

/** What output asks of the file system; tests put refusals in the place of single functions. */
export interface FileSystem
  extends Pick<
    typeof fs,
    | 'access'
    | 'lstat'
    | 'mkdir'
    | 'mkdtemp'
    | 'readFile'
    | 'readdir'
    | 'readlink'
    | 'realpath'
    | 'rename'
    | 'rm'
    | 'rmdir'
    | 'stat'
  > {
  open: (path: string, flags?: string | number, mode?: number) => Promise<Handle>;
}

/**
 * What the kernel mostly has in its memory is asked at once: that takes microseconds, and a way through the
 * thread pool, of which a change needs a dozen one after the other, takes longer than all of that together.
 * To the pool goes what waits for the disk, as a rename does where that is busy, and what is opened that may be
 * a pipe without a reader.
 */
export const systemFiles: FileSystem = {
  ...fs,
  access: atOnce(accessSync) as typeof fs.access,
  lstat: atOnce(lstatSync) as typeof fs.lstat,
  mkdir: atOnce(mkdirSync) as typeof fs.mkdir,
  readlink: atOnce(readlinkSync) as typeof fs.readlink,
  stat: atOnce(statSync) as typeof fs.stat,
  open: async (path, flags, mode = 0o666) =>
    flags === 'wx' ? makeFile(path, mode) : await fs.open(path, flags, mode),
};

function atOnce<Args extends readonly unknown[], Result>(call: (...args: Args) => Result) {
  return async (...args: Args): Promise<Result> => call(...args);
}

/** Writes from the handle's position on. Returns the number of bytes. */
export async function writeChunks(
  handle: Pick<Handle, 'writeFile'>,
  chunks: Chunks,
): Promise<number> {
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
