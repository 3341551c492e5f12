import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { type FileSystem, followLinks, statIfThere } from './files.ts';

const MAX_NAME_BYTES = 200;

/** A name in the destination's folder that `removeLeftovers` knows; a dot file, which no `*.conf` finds. */
export function temporaryBeside(path: string): string {
  const random = randomBytes(6).toString('hex');
  return join(dirname(path), `${temporaryPrefix(basename(path))}${random}`);
}

function temporaryPrefix(name: string): string {
  const cut = Buffer.from(name)
    .subarray(0, MAX_NAME_BYTES)
    .toString()
    .replace(/\ufffd+$/, '');
  return `.${cut}.tsgen-`;
}

/**
 * Removes temporary files that an earlier run left beside a destination when it was killed. Only
 * the one watcher that owns the destination may do so with `olderThanMs` 0.
 */
export async function removeLeftovers(
  path: string,
  options: { readonly files: FileSystem; readonly olderThanMs: number; readonly now: number },
): Promise<void> {
  const { files } = options;
  const target = await followLinks(files, path).catch(() => path);
  const folder = dirname(target);
  const prefix = temporaryPrefix(basename(target));
  const names = await files.readdir(folder).catch((): string[] => []);
  for (const name of names) {
    if (!name.startsWith(prefix) || !/^[0-9a-f]{12}$/.test(name.slice(prefix.length))) continue;
    const leftover = join(folder, name);
    const stat = await statIfThere(files, leftover);
    if (!stat || options.now - stat.mtimeMs < options.olderThanMs) continue;
    // What cannot be removed does no harm; the next start tries again.
    await files.rm(leftover, { force: true, recursive: true }).catch(() => {});
  }
}
