import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Chunks } from './bytes-of.ts';
import { type FileSystem, followLinks, statIfThere, syncFolder, writeChunks } from './files.ts';
import { temporaryBeside } from './leftovers.ts';
import type { Handle } from './new-file.ts';
import { writeFailure } from './write-failure.ts';

/** `created`: nothing was there; `in-place`: a rename was not possible. */
export interface Replacement {
  readonly how: 'renamed' | 'created' | 'in-place';
}

export interface SwapDeps {
  readonly files: FileSystem;
  readonly log: Logger;
  /** Destinations whose fallback was warned about; kept by the caller, added to here. */
  readonly warned: Set<string>;
}

/**
 * Puts new content in the place of a file: temporary file in the same folder, fsync, mode and
 * owner of the old file, rename, fsync of the folder. A reader sees the old file or the new one.
 *
 * A symbolic link stays, what it leads to is replaced. A new file gets mode 0644 less the umask.
 * An owner that may not be kept is not. Where a rename cannot work (a bind-mounted single file, a
 * folder that may not be written), and for what is no regular file (`/dev/stdout`), the content is
 * written in place; the former is warned about once.
 *
 * Throws a `TsgenError` of kind `output`; then the old content is live and no temporary file left.
 */
export async function replaceFile(
  path: string,
  chunks: Chunks,
  deps: SwapDeps,
): Promise<Replacement> {
  try {
    const old = await statIfThere(deps.files, path);
    if (old?.isDirectory()) {
      throw new TsgenError(
        'output',
        `Cannot write '${path}': it is a directory. Name a file in it (and if Docker made the directory because a bind-mounted file did not exist, remove it and mount the directory above instead).`,
      );
    }
    if (old && !old.isFile()) {
      await writeInPlace(path, old, chunks, deps.files);
      return { how: 'in-place' };
    }
    const target = await followLinks(deps.files, path);
    return await replaceRegular(path, target, old, chunks, deps);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** A rename cannot work here, but writing may: who may not write the folder may write the file. */
const IN_PLACE_CODES: ReadonlySet<string | undefined> = new Set([
  'EBUSY',
  'EXDEV',
  'EPERM',
  'EACCES',
  'EROFS',
]);

async function replaceRegular(
  path: string,
  target: string,
  old: Stats | undefined,
  chunks: Chunks,
  deps: SwapDeps,
): Promise<Replacement> {
  try {
    await writeAndRename(target, old, chunks, deps.files);
    return { how: old ? 'renamed' : 'created' };
  } catch (error) {
    if (!old || !IN_PLACE_CODES.has(codeOf(error))) throw error;
    await writeInPlace(target, old, chunks, deps.files);
    if (!deps.warned.has(path)) {
      deps.warned.add(path);
      deps.log.warn(
        `Wrote '${path}' in place: it cannot be replaced by a rename (${messageOf(error)}). A reader may see half a file; mount the directory that holds it, writable, instead of the file alone.`,
        { dest: path },
      );
    }
    return { how: 'in-place' };
  }
}

async function writeAndRename(
  target: string,
  old: Stats | undefined,
  chunks: Chunks,
  files: FileSystem,
): Promise<void> {
  const temporary = temporaryBeside(target);
  // A file that takes the place of another one is nobody else's until it has the other's mode.
  const handle = await files.open(temporary, 'wx', old ? 0o600 : 0o644);
  try {
    try {
      await writeChunks(handle, chunks);
      if (old) await keepOwnerAndMode(handle, old);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(temporary, target);
  } catch (error) {
    await files.rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(files, dirname(target));
}

/** Owner first: a change of owner takes some mode bits away. */
export async function keepOwnerAndMode(
  handle: Pick<Handle, 'chmod' | 'chown' | 'stat'>,
  old: Pick<Stats, 'uid' | 'gid' | 'mode'>,
): Promise<void> {
  const now = await handle.stat();
  if (now.uid !== old.uid || now.gid !== old.gid) {
    const kept = await attempt(() => handle.chown(old.uid, old.gid));
    if (!kept) await attempt(() => handle.chown(now.uid, old.gid));
  }
  await handle.chmod(old.mode & 0o7777);
}

async function attempt(action: () => Promise<void>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch {
    return false;
  }
}

/** Overwrites, then cuts: the file is never empty. On an error the old content is put back. */
async function writeInPlace(
  target: string,
  old: Stats,
  chunks: Chunks,
  files: FileSystem,
): Promise<void> {
  const before = old.isFile() ? await files.readFile(target) : undefined;
  const handle = await files.open(target, constants.O_WRONLY);
  try {
    const written = await writeChunks(handle, chunks);
    if (before) {
      await handle.truncate(written);
      await handle.sync();
    }
  } catch (error) {
    if (before) await attempt(() => putBack(handle, before));
    throw error;
  } finally {
    await handle.close();
  }
}

async function putBack(handle: Handle, before: Buffer): Promise<void> {
  let position = 0;
  while (position < before.length) {
    const { bytesWritten } = await handle.write(before, position, undefined, position);
    position += bytesWritten;
  }
  await handle.truncate(before.length);
  await handle.sync();
}
