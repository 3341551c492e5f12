import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { FileAccess } from './helpers/files.ts';

/** The machine's own files, for the helpers that look at some. */
export const hostFiles: FileAccess = {
  exists: existsSync,
  read: (path) => ifReadable(() => readFileSync(path, 'utf8')),
  list: (path) => ifReadable(() => readdirSync(path)),
};

/** Whatever the reason, a template sees a file that cannot be read as none. */
function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
