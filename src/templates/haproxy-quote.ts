import { TsgenError } from '../base/errors.ts';
import { expandNginxVariables } from './nginx-variables.ts';

/**
 * Spells text for HAProxy, whose lines are read several times: a line of the configuration is taken
 * apart into words, some words are formats in which `%` means something, and files of their own
 * (maps, lists) know neither quotes nor escapes.
 */

const ESCAPES: Readonly<Record<string, string>> = { '\t': 't', '\r': 'r', '\n': 'n' };

/**
 * Any text as one word of HAProxy's configuration: bare if it holds nothing but letters, digits
 * and `.` `_` `-` `/` `:` `*`, else in double quotes, in which `\` `"` and `$` (which would name an
 * environment variable) are escaped, and control characters written as escapes. What a directive
 * makes of the word is not changed by quotes: see `haproxyFormat`.
 *
 * Throws a TsgenError for a NUL character, which HAProxy cannot read.
 *
 * @see section 2.2 of HAProxy's configuration manual
 */
export function haproxyQuote(value: string): string {
  if (/^[\w./:*-]+$/.test(value)) return value;
  if (value.includes('\0')) {
    const text = JSON.stringify(value.slice(0, 200));
    throw new TsgenError(
      'template',
      `cannot write ${text} into a HAProxy configuration: it holds a NUL character, for which HAProxy has no spelling`,
    );
  }
  const escaped = value
    .replaceAll(/[\\"$\t\r\n]/g, (char) => `\\${ESCAPES[char] ?? char}`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
    .replaceAll(/[\x01-\x1f\x7f]/g, (char) => `\\x${hex(char)}`);
  return `"${escaped}"`;
}

/** Any text as a part of a format (`log-format` and whatever takes `%[…]`) that stands for itself. */
export function haproxyLiteral(text: string): string {
  return text.replaceAll('%', '%%');
}

/**
 * A text with nginx's `$variables` as one of HAProxy's formats, which is still to be quoted. A
 * variable that HAProxy has nothing for is empty.
 */
export function haproxyFormat(text: string): string {
  return expandNginxVariables(text, haproxyLiteral);
}

/**
 * A regular expression as the key of a map file, which ends at the first blank, and whose line is a
 * comment if it begins with `#`: both are written as escapes, which mean the same inside and outside
 * of sets.
 */
export function haproxyMapRegex(regex: string): string {
  return regex.replaceAll(/\\[\s\S]|[\s#]/g, (found) => {
    const char = found.at(-1) ?? '';
    return /[\s#]/.test(char) ? `\\x${hex(char)}` : found;
  });
}

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(2, '0');
}
