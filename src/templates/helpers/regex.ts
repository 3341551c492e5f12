import { messageOf } from '../../base/errors.ts';
import { HelperError } from './helper.ts';

/**
 * A template's regular expression in Go's spelling (RE2), as docker-gen takes it: `(?i)` and its
 * like at the beginning, `(?P<name>…)`, `\A` and `\z`, `\Q…\E`, `[[:alpha:]]` and `\pL` are
 * translated; the rest is the same in JavaScript. Characters are code points, and `\s` is ASCII
 * white space, as in Go.
 *
 * JavaScript's engine backtracks: an expression such as `^(a+)+$` can take very long on a hostile
 * value. Expressions come from templates, which are trusted; values come from containers, which
 * are not. So the author of a template has to write expressions without nested repetition.
 *
 * Throws a `HelperError` that names the argument and says what is wrong with the expression.
 */
export function regexOf(expression: string, argument = 'argument 3 (regex)', more = ''): RegExp {
  const [, flags = '', body = ''] = expression.match(/^(?:\(\?([ims]+)\))?(.*)$/s) ?? [];
  const all = [...new Set(`${flags}${more}u`)].join('');
  try {
    return new RegExp(translate(body), all);
  } catch (cause) {
    const reason = messageOf(cause).replace(/\/[a-z]*: (?=[^/]*$)/, '/: ');
    throw new HelperError(`${argument} is not valid: ${reason}`, { cause });
  }
}

/** What is spelt otherwise in JavaScript, one token at a time. */
const TOKEN =
  /\\Q([\s\S]*?)(?:\\E|$)|\\x\{([0-9a-fA-F]+)\}|\\([pP])(?:\{(\^?)(\w+)\}|(\w))|\[:(\^?)(\w+):\]|\(\?P<|\(\?([a-zA-Z-]+)([:)])|\\([\s\S])|[[\]{}]/g;

function translate(body: string): string {
  // Where in a class, as brackets and hyphens mean something else there; -1 outside.
  let classStart = -1;
  return body.replaceAll(TOKEN, (token: string, ...groups: readonly unknown[]) => {
    const [quoted, code, p, negated, property, short, not, posix, flags, end, letter] =
      groups as readonly (string | undefined)[];
    const offset = groups.at(-2) as number;
    const isInClass = classStart >= 0;
    if (token.startsWith('\\Q')) return quoteMeta(quoted ?? '');
    if (code !== undefined) return `\\u{${code}}`;
    if (p !== undefined) return propertyOf(p, negated === '^', property ?? short ?? '');
    if (posix !== undefined && isInClass) return posixOf(posix, not === '^');
    if (token === '(?P<') return isInClass ? token : '(?<';
    if (flags !== undefined && !isInClass) {
      throw new Error(
        `(?${flags}${end} is not supported; (?i), (?m) and (?s) are, at the beginning of the expression`,
      );
    }
    if (letter !== undefined) return escapeOf(letter, isInClass);
    if (token === '[' && !isInClass) {
      classStart = offset;
      return token;
    }
    if (token === ']' && isInClass) {
      // `[]a]` and `[^]a]`: a bracket right at the beginning is a character.
      const before = body.slice(classStart, offset);
      if (before === '[' || before === '[^') return '\\]';
      classStart = -1;
      return token;
    }
    // Outside a class `{` may begin a repetition; a single `}` or `]` is a character in Go.
    if (isInClass) return `\\${token}`;
    if (token === '{') return /^\{\d+(?:,\d*)?\}/.test(body.slice(offset)) ? token : '\\{';
    if (token === '}') return /\{\d+(?:,\d*)?$/.test(body.slice(0, offset)) ? token : '\\}';
    return token === ']' ? '\\]' : token;
  });
}

function escapeOf(letter: string, isInClass: boolean): string {
  switch (letter) {
    case 'A':
      return '(?<![\\s\\S])';
    case 'z':
      return '(?![\\s\\S])';
    case 'a':
      return '\\x07';
    case 's':
      return isInClass ? '\\t\\n\\f\\r ' : '[\\t\\n\\f\\r ]';
    case 'S':
      if (!isInClass) return '[^\\t\\n\\f\\r ]';
      throw new Error('\\S in a class is not supported; write the characters');
    case '-':
      return isInClass ? '\\-' : '-';
    default:
      // Go takes any punctuation after a backslash for itself.
      return /[A-Za-z0-9^$\\.*+?()[\]{}|/]/.test(letter) ? `\\${letter}` : letter;
  }
}

const GENERAL = /^(?:L[ultmo&]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfosn]?|Any)$/;

function propertyOf(p: string, isNegated: boolean, name: string): string {
  const letter = isNegated === (p === 'p') ? 'P' : 'p';
  return GENERAL.test(name) ? `\\${letter}{${name}}` : `\\${letter}{Script=${name}}`;
}

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

function posixOf(name: string, isNegated: boolean): string {
  const characters = POSIX[name];
  if (characters === undefined) throw new Error(`there is no class [:${name}:]`);
  if (isNegated) throw new Error(`[:^${name}:] is not supported; write [^[:${name}:]]`);
  return characters;
}

/** The text as an expression that matches it, escaped as Go's `regexp.QuoteMeta` does. */
export function quoteMeta(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
