/**
 * What a piece of JSON has to look like. Returns what is wrong with a value, in words that begin
 * with its place, or `undefined` when nothing is.
 */
export type Shape = (value: unknown, place: string) => string | undefined;

/** Text that every object of its kind has, such as an ID. */
export const nonEmptyText: Shape = (value, place) =>
  text(value, place) ?? (value === '' ? `${place} is empty` : undefined);

export const text: Shape = (value, place) => unless(typeof value === 'string', value, place);

export const flag: Shape = (value, place) => unless(typeof value === 'boolean', value, place);

/** Also not the infinity that `1e999` is read as. */
export const count: Shape = (value, place) => unless(Number.isFinite(value), value, place);

/** Whatever it is, it is not looked at. */
export const anything: Shape = () => undefined;

/** Engines leave fields out or say `null`, each in its own way. */
export function optional(shape: Shape): Shape {
  return (value, place) =>
    value === undefined || value === null ? undefined : shape(value, place);
}

export function listOf(shape: Shape): Shape {
  return (value, place) =>
    Array.isArray(value)
      ? firstOf(value.entries(), ([index, item]) => shape(item, `${place}[${index}]`))
      : wrong(value, place);
}

/** An object whose keys are other people's. */
export function mapOf(shape: Shape): Shape {
  return (value, place) =>
    isObject(value)
      ? firstOf(Object.entries(value), ([key, item]) => shape(item, `${place}[${quoted(key)}]`))
      : wrong(value, place);
}

/** An object with these fields; others are not looked at. */
export function objectWith(fields: Readonly<Record<string, Shape>>): Shape {
  const shapes = Object.entries(fields);
  return (value, place) =>
    isObject(value)
      ? firstOf(shapes, ([name, shape]) =>
          shape(Object.hasOwn(value, name) ? value[name] : undefined, inside(place, name)),
        )
      : wrong(value, place);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  // A body that is no JSON comes as a buffer.
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value)
  );
}

function unless(fits: boolean, value: unknown, place: string): string | undefined {
  return fits ? undefined : wrong(value, place);
}

function wrong(value: unknown, place: string): string {
  if (value === undefined) return `${place} is missing`;
  if (ArrayBuffer.isView(value)) return `${place} is ${value.byteLength ? 'no JSON' : 'empty'}`;
  return `${place} is ${shown(value)}`;
}

/** The kind only: values may be secrets. */
function shown(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function inside(place: string, name: string): string {
  return place === 'it' ? name : `${place}.${name}`;
}

function quoted(key: string): string {
  return JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key);
}

function firstOf<Item>(
  items: Iterable<Item>,
  complain: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const complaint = complain(item);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}
