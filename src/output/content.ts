import { createHash } from 'node:crypto';
import { codeOf } from '../base/errors.ts';
import { bytesOf, type Chunks } from './bytes-of.ts';
import { type FileSystem, readIfThere } from './files.ts';

/** SHA-256 of the bytes, in hexadecimal. */
export function hashOf(chunks: Chunks): string {
  return createHash('sha256').update(bytesOf(chunks)).digest('hex');
}

/** Whether a file holds exactly these bytes. */
export function holds(file: Buffer, chunks: Chunks): boolean {
  return file.equals(bytesOf(chunks));
}

interface Known {
  readonly chunks: Chunks;
  readonly identity: string;
}

/**
 * Tells whether a file already holds a rendering. What was seen on disk last is remembered, so
 * that the same rendering costs one `stat` as long as nobody else touches the file.
 */
export class ContentMemory {
  readonly #files: FileSystem;
  readonly #known = new Map<string, Known>();

  constructor(files: FileSystem) {
    this.#files = files;
  }

  /** Throws what the file system throws, but for a file that is not there: that is `false`. */
  async holds(path: string, chunks: Chunks): Promise<boolean> {
    const identity = await this.#identify(path);
    if (identity === undefined) return false;
    const known = this.#known.get(path);
    // What it holds is known, and need not be read.
    if (known?.identity === identity) return sameText(known.chunks, chunks);
    const file = await readIfThere(this.#files, path);
    if (!file || !holds(file, chunks)) return false;
    // The identity from before the read: a change since then makes the next comparison read again.
    this.#known.set(path, { chunks, identity });
    return true;
  }

  /** To be called after a write. */
  async remember(path: string, chunks: Chunks): Promise<void> {
    const identity = await this.#identify(path);
    if (identity === undefined) this.#known.delete(path);
    else this.#known.set(path, { chunks, identity });
  }

  /** Absent too for what is no regular file: a pipe's content cannot be compared. */
  async #identify(path: string): Promise<string | undefined> {
    try {
      const stat = await this.#files.stat(path, { bigint: true });
      if (!stat.isFile()) return undefined;
      return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** Whether the bytes are the same, however they are cut; quick where most chunks are the same. */
export function sameText(a: Chunks, b: Chunks): boolean {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return holds(bytesOf(a.slice(start, a.length - end)), b.slice(start, b.length - end));
}
