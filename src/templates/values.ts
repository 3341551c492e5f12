/** A value in words, for messages. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
    case 'bigint':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'object':
      return 'a map';
    default:
      return 'a function';
  }
}

export type Keyed = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;

export function isKeyed(value: unknown): value is Keyed {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sorts text by its code units: the same everywhere, whatever the locale. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** In code unit order, so that the same input gives the same bytes. */
export function keysOf(map: Keyed): readonly string[] {
  return (map instanceof Map ? [...map.keys()] : Object.keys(map)).toSorted(byCodeUnits);
}

/**
 * A field of a map, an item of a list: own ones alone, whatever the key is called. Functions count
 * as absent.
 */
export function own(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown =
    value instanceof Map
      ? value.get(key)
      : Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined;
  return typeof found === 'function' ? undefined : found;
}

/** Truth as in Go's templates: false, 0, empty text, nothing and what has no items are not. */
export function isTruthy(value: unknown): boolean {
  if (typeof value !== 'object') return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  if (isKeyed(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/**
 * A value as it stands in the output: absent is '', an image is `registry/repository:tag`, as
 * docker-gen prints it. `undefined` for lists and maps, which have no text of their own.
 */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  const [registry, repository, tag] = ['Registry', 'Repository', 'Tag'].map((key) =>
    own(value, key),
  );
  if (typeof registry !== 'string' || typeof repository !== 'string' || typeof tag !== 'string') {
    return undefined;
  }
  return `${registry && `${registry}/`}${repository}${tag && `:${tag}`}`;
}

/** A number as Go prints it: `0.5`, `1e-05`, `1e+21`, `+Inf`. */
export function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const isTiny = value !== 0 && Math.abs(value) < 1e-4;
  const text = isTiny ? value.toExponential() : String(value);
  return text.replace(/\d+$/, (digits) => (/e[+-]\d$/.test(text) ? `0${digits}` : digits));
}
