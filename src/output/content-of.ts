import { createHash } from 'node:crypto';
import { bytesOf } from './bytes-of.ts';
import type { Rendering } from './rendering.ts';

const known = new WeakMap<Rendering['files'], string>();

/** SHA-256 of the bytes of all files, and their paths, in hexadecimal; kept as long as they are. */
export function contentOf({ files }: Pick<Rendering, 'files'>): string {
  const before = known.get(files);
  if (before !== undefined) return before;
  const hash = createHash('sha256');
  for (const { path, chunks } of files) {
    hash.update(`${path}\0`).update(bytesOf(chunks)).update('\0');
  }
  const content = hash.digest('hex');
  known.set(files, content);
  return content;
}
