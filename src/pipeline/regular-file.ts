import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf, messageOf } from '../base/errors.ts';

/** What is at a path, seen without opening it. Links are followed. */
export type Look =
  | {
      readonly kind: 'file';
      /** Differs whenever the file was written to or replaced. */
      readonly looks: string;
      /** When it was last changed: milliseconds since 1970. */
      readonly changedAt: number;
      readonly size: number;
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'folder' }
  /** Something else that a name leads to; `reason` continues the path in a sentence. */
  | { readonly kind: 'unfit'; readonly reason: string };

export type Content =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'denied' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unfit'; readonly reason: string };

/** Nothing but what is read is looked at: a FIFO in the file's place cannot block the opening. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
/** As many as Linux follows. */
const MAX_LINKS = 40;
const CHUNK_BYTES = 256 * 1024;

export async function lookAt(path: string): Promise<Look> {
  try {
    const stats = await stat(path, { bigint: true });
    if (stats.isDirectory()) return { kind: 'folder' };
    if (!stats.isFile()) return { kind: 'unfit', reason: 'is no regular file: replace it' };
    const { dev, ino, size, mtimeNs, ctimeNs, mode } = stats;
    return {
      kind: 'file',
      looks: [dev, ino, size, mtimeNs, ctimeNs, mode].join(' '),
      changedAt: Number(ctimeNs / 1_000_000n),
      size: Number(size),
    };
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return { kind: 'unfit', reason: trouble(error) };
    if (!(await isLink(path))) return { kind: 'absent' };
    return {
      kind: 'unfit',
      reason: 'is a link to a file that is not there: mount the folder that it leads to as well',
    };
  }
}

/** The whole of a regular file of at most `most` bytes. */
export async function readRegular(path: string, most: number): Promise<Content> {
  const chunks: Buffer[] = [];
  const outcome = await readThrough(path, most, (chunk) => chunks.push(Buffer.from(chunk)));
  return outcome.kind === 'read' ? { kind: 'read', bytes: Buffer.concat(chunks) } : outcome;
}

/** The SHA-256 of a regular file of at most `most` bytes, which is never in memory as a whole. */
export async function digestRegular(path: string, most: number): Promise<Content> {
  const hash = createHash('sha256');
  const outcome = await readThrough(path, most, (chunk) => hash.update(chunk));
  return outcome.kind === 'read' ? { kind: 'read', bytes: hash.digest() } : outcome;
}

/** The names in a folder, sorted; none where there is no folder. Throws when it cannot be read. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

async function readThrough(
  path: string,
  most: number,
  take: (chunk: Buffer) => void,
): Promise<Exclude<Content, { kind: 'read' }> | { readonly kind: 'read' }> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, FLAGS);
    if (!(await handle.stat()).isFile()) {
      return { kind: 'unfit', reason: 'is no regular file: replace it' };
    }
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let total = 0; ; ) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) return { kind: 'read' };
      total += bytesRead;
      if (total > most) {
        return { kind: 'unfit', reason: `has more than ${most} bytes: it must be another file` };
      }
      take(buffer.subarray(0, bytesRead));
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'denied' };
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    return { kind: 'unfit', reason: trouble(error) };
  } finally {
    await handle?.close();
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}

function trouble(error: unknown): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') {
    return 'cannot be looked at: let tsgen enter the folders on the way to it';
  }
  return code === 'ELOOP'
    ? 'is a link that leads to itself: replace it'
    : `cannot be read: ${messageOf(error)}`;
}

/** The paths that a link leads over, to the last; none for what is no link. */
export async function linksOf(path: string): Promise<readonly string[]> {
  const targets: string[] = [];
  let current = path;
  try {
    while (targets.length < MAX_LINKS) {
      const target = await readlink(current);
      current = resolve(dirname(current), target);
      targets.push(current);
    }
  } catch {
    // The end of the way, or nothing there.
  }
  return targets;
}
