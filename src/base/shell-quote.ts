const SAFE = /^[\w./:@%+=,-]+$/;

/**
 * A value as one word of a POSIX shell line. What needs no quotes gets none, so that a command in
 * which the person quoted the placeholder (`"{file}"`) works with ordinary paths.
 */
export function shellQuote(value: string): string {
  return SAFE.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
