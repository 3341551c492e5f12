import { createHash } from 'node:crypto';
import { TsgenError } from '../base/errors.ts';
import { visible } from '../base/visible.ts';

/** Spells text for the target's configuration language: nginx first, then httpd. */

/**
 * Any text as one token of an nginx configuration: bare if it holds nothing but letters, digits
 * and `.` `_` `-` `/` `:` `*`, else in double quotes. Inside a token nginx reads `\\` `\"` `\'`
 * `\t` `\r` `\n` as escapes (`ngx_conf_read_token`); line ends are written so, to keep the token
 * on one line. What a directive makes of the token is not changed by quotes: it may replace
 * `$variables`, for which nginx knows no escape.
 *
 * Throws a TsgenError for a NUL character, which nginx cannot read.
 */
export function nginxQuote(value: string): string {
  if (/^[\w./:*-]+$/.test(value)) return value;
  if (value.includes('\0')) {
    const text = JSON.stringify(value.slice(0, 200));
    throw new TsgenError(
      'template',
      `cannot write ${text} into an nginx configuration: it holds a NUL character, for which nginx has no spelling`,
    );
  }
  const escaped = value.replaceAll(/[\\"\t\r\n]/g, (char) => `\\${NGINX_ESCAPES[char] ?? char}`);
  return `"${escaped}"`;
}

/**
 * A path for nginx's `include`, which takes `*`, `?` and `[` for a pattern: that file alone. Else
 * as `nginxQuote`.
 */
export function nginxInclude(path: string): string {
  return nginxQuote(path.replaceAll(/[*?[]/g, '[$&]'));
}

const NGINX_ESCAPES: Readonly<Record<string, string>> = { '\t': 't', '\r': 'r', '\n': 'n' };

/**
 * nginx reads its configuration through a buffer of 4,096 bytes, and a comment that fills it is
 * refused as a "too long parameter": four texts of so many bytes fit on one line.
 */
const LONGEST_COMMENT = { characters: 500, bytes: 900 };

/**
 * Text for the rest of a line that begins with `#`: control characters, line and paragraph
 * separators, and what reorders or hides text are written as escapes, so that nothing can leave
 * the comment or show as something else. Cut at 500 characters, or at 900 bytes.
 */
export function nginxComment(text: string): string {
  const { characters, bytes } = LONGEST_COMMENT;
  // What is longer than all that may stay needs no look.
  const chars = [...visible(text.slice(0, 2 * characters + 2))];
  let kept = chars.slice(0, characters);
  let size = Buffer.byteLength(kept.join(''));
  while (size > bytes) {
    const last = kept.at(-1) ?? '';
    kept = kept.slice(0, -1);
    size -= Buffer.byteLength(last);
  }
  return kept.length === chars.length ? kept.join('') : `${kept.join('')}…`;
}

/**
 * Any text as one word of a directive of httpd's, in double quotes, in which it reads `\\` and `\"`
 * as escapes (`ap_getword_conf`). Whatever the place, it replaces `${NAME}` by a definition or by a
 * variable of its environment, for which it knows no escape: so `${` is written with a definition,
 * which the configuration has to have, `Define DOLLAR $`. What a directive makes of the word is not
 * changed by quotes: some take `%{…}` for a variable, see `apacheExpression`.
 *
 * Throws a TsgenError for a NUL character and for line ends, which end a directive.
 */
export function apacheQuote(value: string): string {
  if (/^[\w./:*-]+$/.test(value)) return value;
  return `"${resolvable(value.replaceAll(/[\\"]/g, '\\$&'))}"`;
}

function resolvable(value: string): string {
  if (/[\0\r\n]/.test(value)) {
    const text = JSON.stringify(value.slice(0, 200));
    throw new TsgenError(
      'template',
      `cannot write ${text} into an httpd configuration: it holds a line end or a NUL character, for which httpd has no spelling`,
    );
  }
  return value.replaceAll(/\$(?=\{)/g, `\${DOLLAR}`);
}

/** As `apacheQuote`, for the path of an `Include`, which takes `*`, `?` and `[` for a pattern. */
export function apacheInclude(path: string): string {
  return apacheQuote(path.replaceAll(/[*?[]/g, '[$&]'));
}

/**
 * As `apacheQuote`, where the directive takes the word for a text with expressions, such as
 * `ErrorDocument`: it shows as it is, line ends included.
 */
export function apacheExpression(value: string): string {
  const plain = value.replaceAll(/[\\%$"']/g, '\\$&').replaceAll('\r', '\\r');
  return apacheQuote(plain.replaceAll('\n', '\\n'));
}

/**
 * A regular expression as the pattern of a `RewriteRule` or `RewriteCond`, which read their words in
 * a way of their own (`parseargline`): nothing is unescaped within quotes, so a quote is written as
 * the expression's own escape for it.
 */
export function apachePattern(expression: string): string {
  const unquoted = expression.replaceAll(/\\?"|\\./gs, (part) =>
    part.endsWith('"') ? '\\x22' : part,
  );
  return `"${resolvable(unquoted)}"`;
}

/**
 * Begins a regular expression of PCRE's that a container wrote. One with a repetition in a
 * repetition can try for a second, by default ten million steps, before it gives a text up, and the
 * proxy does nothing else meanwhile; so many take a few milliseconds. A text that takes more fits not.
 */
export const REGEX_LIMIT = '(*LIMIT_MATCH=50000)';

/** httpd has room for 64 bytes of a balancer's URL, and takes some of its names for others. */
const BALANCER_NAME = /^[a-z0-9.-]{1,50}$/;

/** The name of an upstream as that of a balancer: its SHA-1 where httpd cannot take it as it is. */
export function apacheBalancer(name: string): string {
  return BALANCER_NAME.test(name) ? name : createHash('sha1').update(name).digest('hex');
}

/**
 * As `nginxComment`. A backslash at the end of a line continues it, that of a comment too: it is
 * written as an escape.
 */
export function apacheComment(text: string): string {
  return nginxComment(text).replace(/\\$/, '\\u{5c}');
}
