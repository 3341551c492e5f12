import { isDeepStrictEqual } from 'node:util';

/**
 * `next`, with every field that equals the one of `previous` replaced by that very object; and
 * `previous` itself when all of them do. So identity tells whether something changed.
 */
export function reconcile<Value extends object>(previous: Value, next: Value): Value {
  if (isDeepStrictEqual(previous, next)) return previous;
  const kept = { ...next };
  for (const key of Object.keys(next) as (keyof Value)[]) {
    if (isDeepStrictEqual(previous[key], next[key])) kept[key] = previous[key];
  }
  return kept;
}
