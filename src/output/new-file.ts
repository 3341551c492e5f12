import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsync,
  ftruncate,
  openSync,
  readFile,
  write,
  writeFile,
  writeSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What output does with an open file. */
export type Handle = Pick<
  FileHandle,
  'chmod' | 'chown' | 'close' | 'readFile' | 'stat' | 'sync' | 'truncate' | 'write' | 'writeFile'
>;

/** To copy more bytes than this takes longer than the way through the thread pool. */
const MANY_BYTES = 256 * 1024;

const [cut, flush, readAll, writeAll, writeSome] = [
  promisify(ftruncate),
  promisify(fsync),
  promisify(readFile),
  promisify(writeFile),
  promisify(write),
] as const;

/**
 * Makes a file, which must not be there yet. What the kernel does in its memory is done with it at once;
 * to wait for the disk is left to the thread pool.
 *
 * @throws what the file system throws.
 */
export function makeFile(path: string, mode: number): Handle {
  const fd = openSync(path, 'wx', mode);
  return {
    chmod: async (bits) => fchmodSync(fd, bits),
    chown: async (uid, gid) => fchownSync(fd, uid, gid),
    close: async () => closeSync(fd),
    readFile: (async () => await readAll(fd)) as Handle['readFile'],
    stat: (async () => fstatSync(fd)) as Handle['stat'],
    sync: async () => await flush(fd),
    truncate: async (length) => await cut(fd, length),
    write: (async (bytes: Uint8Array, offset: number, length: number, position: number) =>
      await writeSome(fd, bytes, offset, length, position)) as Handle['write'],
    writeFile: (async (bytes: Uint8Array) => {
      if (bytes.length > MANY_BYTES) return await writeAll(fd, bytes);
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    }) as Handle['writeFile'],
  };
}
