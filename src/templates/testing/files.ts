import type { FileAccess } from '../helpers/files.ts';

/** A machine with one file and one directory. */
export const testFiles: FileAccess = {
  exists: (path) => path === '/etc/hosts' || path === '/etc/certs',
  read: (path) => (path === '/etc/hosts' ? '127.0.0.1 localhost\n' : undefined),
  list: (path) => (path === '/etc/certs' ? ['a.key', 'a.crt'] : undefined),
};
