import { kindOf, textOf } from '../values.ts';
import { goFloat, goQuote, goText } from './go-text.ts';
import { HelperError } from './helper.ts';

const VERB = /%([-+# 0]*)(\d*)(?:\.(\d*))?(.?)/gsu;

/** No file needs more, and a width may come from a container. */
const WIDEST = 10_000;

/**
 * Go's `fmt.Sprintf` for `%v %s %q %d %b %o %x %X %c %U %t %e %f %g %%`, with flags, width and
 * precision. Throws a `HelperError` where Go would write `%!d(string=x)` into the text.
 */
export function printf(format: string, values: readonly unknown[]): string {
  let used = 0;
  const text = format.replaceAll(
    VERB,
    (whole: string, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      if (verb === '') throw new HelperError(`the format ends in "${whole}", which is no verb`);
      const index = used++;
      if (index >= values.length) {
        throw new HelperError(`the format asks for ${index + 1} values, got ${values.length}`);
      }
      if (Number(width) > WIDEST || Number(precision) > WIDEST) {
        throw new HelperError(`"${whole}" is wider than ${WIDEST}`);
      }
      const digits = precision === undefined ? undefined : Number(precision);
      const body = spell(verb, values[index], digits, { whole, index, flags });
      return pad(body, flags, Number(width), isNumber(values[index]) && verb !== 'q');
    },
  );
  if (used < values.length) {
    throw new HelperError(`the format asks for ${used} values, got ${values.length}`);
  }
  return text;
}

interface Place {
  readonly whole: string;
  readonly index: number;
  readonly flags: string;
}

function spell(verb: string, value: unknown, precision: number | undefined, place: Place): string {
  switch (verb) {
    case 'v':
      return typeof value === 'number' ? signed(goText(value), place) : goText(value);
    case 's':
    case 'q': {
      const text = cut(asText(value, place), precision);
      return verb === 'q' ? goQuote(text) : text;
    }
    case 't':
      if (typeof value === 'boolean') return String(value);
      throw mismatch(place, 'true or false', value);
    case 'd':
      return signed(asWhole(value, place).toString(), place);
    case 'b':
      return signed(asWhole(value, place).toString(2), place);
    case 'o':
      return signed(asWhole(value, place).toString(8), place);
    case 'x':
    case 'X': {
      const hex =
        typeof value === 'string'
          ? Buffer.from(value).toString('hex')
          : signed(asWhole(value, place).toString(16), place);
      const text = place.flags.includes('#') ? hex.replace(/^([+-]?)/, '$10x') : hex;
      return verb === 'X' ? text.toUpperCase() : text;
    }
    case 'c':
      return String.fromCodePoint(codePoint(value, place));
    case 'U':
      return `U+${codePoint(value, place).toString(16).toUpperCase().padStart(4, '0')}`;
    case 'e':
    case 'f':
    case 'g':
      if (!isNumber(value)) throw mismatch(place, 'a number', value);
      return signed(goFloat(Number(value), verb, precision), place);
    default:
      throw new HelperError(
        `"${place.whole}" in the format is no verb that is known: use %s, %d, %v, %q, %t, %x, %f or %g`,
      );
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function asText(value: unknown, place: Place): string {
  const text = Array.isArray(value) ? goText(value) : textOf(value);
  if (text === undefined) throw mismatch(place, 'text', value);
  return text;
}

function asWhole(value: unknown, place: Place): number | bigint {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return value as number | bigint;
  throw mismatch(place, 'a whole number', value);
}

function codePoint(value: unknown, place: Place): number {
  const code = Number(asWhole(value, place));
  if (code >= 0 && code <= 0x10ffff) return code;
  throw mismatch(place, 'the number of a character', value);
}

function mismatch({ whole, index }: Place, wanted: string, value: unknown): HelperError {
  return new HelperError(
    `argument ${index + 2} (value) must be ${wanted} for "${whole}", got ${kindOf(value)}`,
  );
}

function signed(text: string, { flags }: Place): string {
  if (text.startsWith('-') || text.startsWith('+')) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : [...text].slice(0, precision).join('');
}

function pad(text: string, flags: string, width: number, isNumeric: boolean): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0')) return ' '.repeat(missing) + text;
  const sign = isNumeric ? (text.match(/^[-+ ]/)?.[0] ?? '') : '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}
