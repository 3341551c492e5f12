import { createHash } from 'node:crypto';
import { codeOf } from '../base/errors.ts';
import { type Chunks, type FileSystem, readIfThere } from './files.ts';

/** SHA-256 of the bytes, in hexadecimal. */
export function hashOf(chunks: Chunks): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** Whether a file holds exactly these bytes, without one string of them all. */
export function holds(file: Buffer, chunks: Chunks): boolean {
  let offset = 0;
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    const end = offset + bytes.length;
    if (end > file.length || file.compare(bytes, 0, bytes.length, offset, end) !== 0) return false;
    offset = end;
  }
  return offset === file.length;
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
    if (known?.identity === identity && sameChunks(known.chunks, chunks)) return true;
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

/** Chunk by chunk; unchanged parts are the same strings, which makes this quick. */
export function sameChunks(a: Chunks, b: Chunks): boolean {
  return a === b || (a.length === b.length && a.every((chunk, index) => chunk === b[index]));
}
