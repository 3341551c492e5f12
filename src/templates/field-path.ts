import { own } from './values.ts';

/**
 * The value at a dotted path, as docker-gen reads paths: a part is a field of a map or the index
 * in a list, and where a map has no such key, parts are tried joined, so that
 * `Labels.com.example.role` finds the label `com.example.role`. `undefined` when there is none;
 * the empty path is the item itself.
 */
export function fieldAt(item: unknown, path: string): unknown {
  const trimmed = path.replace(/^\./, '');
  return trimmed === '' ? item : descend(item, trimmed.split('.'));
}

function descend(value: unknown, parts: readonly string[]): unknown {
  if (parts.length === 0) return value ?? undefined;
  // A list's own keys are its indices and `length`: no part of a path joined of several fits.
  const most = Array.isArray(value) ? 1 : parts.length;
  for (let count = 1; count <= most; count++) {
    const found = own(value, parts.slice(0, count).join('.'));
    if (found === undefined || found === null) continue;
    const deeper = descend(found, parts.slice(count));
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}
