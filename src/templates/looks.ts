import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a file looks like from outside: differs whenever it was written to or replaced, for a folder
 * whenever an entry came or went; '' when there is none. Links are followed.
 */
export function looksOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true });
    return stat.isDirectory()
      ? JSON.stringify([String(stat.ino), ...readdirSync(path).sort()])
      : [stat.mtimeNs, stat.ctimeNs, stat.ino, stat.size].join(' ');
  } catch {
    return '';
  }
}

/** The entries of a folder by their paths, with their looks; none where it cannot be read. */
export function entriesOf(folder: string): ReadonlyMap<string, string> {
  try {
    const paths = readdirSync(folder).map((name) => join(folder, name));
    return new Map(paths.map((path) => [path, looksOf(path)]));
  } catch {
    return new Map();
  }
}

/** File systems tell times of change apart by some milliseconds, the coarsest by two seconds. */
const TICK_MS = 2_000;

/**
 * As `looksOf`, of what cannot change any more and look the same; for a folder only its own entries, by its
 * times. `undefined` for what may: no regular file and no folder, or changed just now.
 *
 * @param now milliseconds since 1970.
 */
export function settledLooksOf(path: string, now: number): string | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile() && !stat.isDirectory()) return undefined;
    if (stat.ctimeMs >= now - TICK_MS) return undefined;
    return `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
  } catch {
    // To read it will say why.
    return undefined;
  }
}
