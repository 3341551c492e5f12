import { isKeyed, isTruthy, type Keyed, keysOf, own } from '../values.ts';
import { deepCopy, isMade, type MadeMap } from './made-maps.ts';

/**
 * Merges a map into one of the template's own, as Sprig does: maps within maps are merged, an
 * empty value never replaces another, and without `overwrites` what is there stays unless it is
 * empty. What comes from the source is copied, so that a later change does not reach it.
 */
export function merge(into: MadeMap, source: Keyed, overwrites: boolean): void {
  for (const key of keysOf(source)) {
    const [mine, theirs] = [into[key], own(source, key)];
    if (isKeyed(mine) && isKeyed(theirs)) {
      const inner = isMade(mine) ? mine : (deepCopy(mine) as MadeMap);
      merge(inner, theirs, overwrites);
      into[key] = inner;
    } else if (!Object.hasOwn(into, key) || !isTruthy(mine) || (overwrites && isTruthy(theirs))) {
      if (isTruthy(theirs) || !Object.hasOwn(into, key)) into[key] = deepCopy(theirs);
    }
  }
}
