import { isKeyed, type Keyed, keysOf, own } from '../values.ts';
import { HelperError } from './helper.ts';

/** A map that a helper made: without a prototype, as its keys may be anybody's. */
export type MadeMap = Record<string, unknown>;

/** Which maps helpers made for a template: those alone may be changed by it. */
const made = new WeakSet<object>();

export function makeMap(entries: Iterable<readonly [string, unknown]> = []): MadeMap {
  const map: MadeMap = Object.create(null);
  for (const [key, value] of entries) map[key] = value;
  made.add(map);
  return map;
}

/**
 * The map itself, to be changed. Throws a `HelperError` for one that no helper made: containers,
 * sites and settings are shared by all renderings, and what is kept depends on their identity.
 */
export function changeable(map: Keyed, argument: string): MadeMap {
  if (made.has(map)) return map as MadeMap;
  throw new HelperError(
    `${argument} is not a map of the template's own, so it cannot be changed: use one from dict, or a copy from deepCopy`,
  );
}

/** A copy down to the last map and list; all maps in it may be changed. */
export function deepCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepCopy);
  if (!isKeyed(value)) return value;
  return makeMap(keysOf(value).map((key) => [key, deepCopy(own(value, key))]));
}

export function isMade(value: unknown): value is MadeMap {
  return isKeyed(value) && made.has(value);
}
