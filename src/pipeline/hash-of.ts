import { createHash } from 'node:crypto';
import type { ProxyFiles } from '../routing/proxy-files.ts';

/** 16 hexadecimal digits of the SHA-256 of a value as JSON. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

const hashes = new WeakMap<object, string>();

/** `hashOf` of something that never changes: found once, and kept as long as that is. */
export function keptHashOf(value: object): string {
  const before = hashes.get(value);
  if (before !== undefined) return before;
  const hash = hashOf(value);
  hashes.set(value, hash);
  return hash;
}

const known = new WeakMap<ProxyFiles, string>();

/** Of what lies in the proxy's folders: it is the same object for as long as it stays the same. */
export function filesHash(files: ProxyFiles): string {
  const before = known.get(files);
  if (before !== undefined) return before;
  const { hooks, certificates, clientAuthorities, ...others } = files;
  const hash = hashOf([[...hooks], [...certificates], [...clientAuthorities], others]);
  known.set(files, hash);
  return hash;
}
