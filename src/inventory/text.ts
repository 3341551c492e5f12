/** By code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A map for keys that are other people's: without a prototype, so that no key means anything. */
export function emptyMap<Value>(): Record<string, Value> {
  return Object.create(null);
}

/** Entries → such a map, its keys in order; of several with one key the last is kept. */
export function sortedMap<Value>(
  entries: readonly (readonly [string, Value])[],
): Readonly<Record<string, Value>> {
  const map = emptyMap<Value>();
  for (const [key, value] of [...new Map(entries)].sort((a, b) => compareText(a[0], b[0]))) {
    map[key] = value;
  }
  return map;
}
