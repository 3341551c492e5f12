import { isKeyed, keysOf, numberText, own, textOf } from '../values.ts';

/** Any value as Go's `%v` prints it: `[a b]` for lists, `map[k:v]` for maps with sorted keys. */
export function goText(value: unknown): string {
  if (value === undefined || value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (value instanceof Set) return goText([...value]);
  const text = textOf(value);
  if (text !== undefined) return text;
  if (!isKeyed(value)) return '';
  const pairs = keysOf(value).map((key) => `${key}:${goText(own(value, key))}`);
  return `map[${pairs.join(' ')}]`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Text in double quotes as Go's `%q` writes it: what cannot be seen becomes an escape. */
export function goQuote(text: string): string {
  const chars = [...text].map((char) => SHORT[char] ?? (isPrinted(char) ? char : escaped(char)));
  return `"${chars.join('')}"`;
}

function isPrinted(char: string): boolean {
  return char === ' ' || !/[\p{C}\p{Z}]/u.test(char);
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** A number in Go's `%g` with so many digits, or in its shortest form. */
export function goFloat(value: number, verb: 'e' | 'f' | 'g', precision?: number): string {
  if (!Number.isFinite(value)) return numberText(value);
  if (verb === 'f') return value.toFixed(Math.min(precision ?? 6, 100));
  const twoDigits = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');
  if (verb === 'e') return twoDigits(value.toExponential(Math.min(precision ?? 6, 100)));
  if (precision === undefined) return numberText(value);
  const digits = Math.max(1, Math.min(precision, 100));
  const exponent = Number(value.toExponential(digits - 1).split('e')[1]);
  if (exponent >= -4 && exponent < digits) {
    return trimZeros(value.toFixed(Math.max(0, digits - 1 - exponent)));
  }
  const [mantissa = '', power = ''] = value.toExponential(digits - 1).split('e');
  return twoDigits(`${trimZeros(mantissa)}e${power}`);
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
