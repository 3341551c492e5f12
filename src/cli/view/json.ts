/**
 * A value as JSON over several lines, two spaces a level, a line break at the end. Maps without a
 * prototype have their keys sorted by code units, as Go sorts a map's: JavaScript would put those
 * that look like numbers first. What could drive a terminal or hide text is escaped, so that a
 * container's value cannot; to whoever reads the JSON it is the same.
 */
export function prettyJson(value: unknown): string {
  return `${write(value, '\n').replaceAll(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, escaped)}\n`;
}

function write(value: unknown, line: string): string {
  const inner = `${line}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => `${inner}${write(item, inner)}`);
    return items.length === 0 ? '[]' : `[${items.join(',')}${line}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isMap = Object.getPrototypeOf(value) === null;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  if (isMap) fields.sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs = fields.map(
    ([key, field]) => `${inner}${JSON.stringify(key)}: ${write(field, inner)}`,
  );
  return pairs.length === 0 ? '{}' : `{${pairs.join(',')}${line}}`;
}

function escaped(char: string): string {
  return char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
