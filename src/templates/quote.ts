import { TsgenError } from '../base/errors.ts';
import { visible } from '../base/visible.ts';

/**
 * Spells text for the target's configuration language. Here is nginx; httpd and HAProxy have rules
 * of their own.
 */

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
