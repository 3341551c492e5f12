import { hashOf } from './content.ts';
import type { Rendering } from './rendering.ts';

const known = new WeakMap<Rendering['files'], string>();

/** SHA-256 of the bytes of all files, and their paths, in hexadecimal; kept as long as they are. */
export function contentOf({ files }: Pick<Rendering, 'files'>): string {
  const before = known.get(files);
  if (before !== undefined) return before;
  const hash = hashOf(files.flatMap(({ path, chunks }) => [path, '\0', ...chunks, '\0']));
  known.set(files, hash);
  return hash;
}
