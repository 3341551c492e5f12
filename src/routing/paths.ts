import type { Route } from './model.ts';
import { regexFault } from './regex.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** As in `Route`. */
export type Path = Pick<Route, 'path' | 'pathKind'>;

const MAX_LENGTH = 1024;

/** As a user writes it, with the marker of a regex. */
export function pathText({ path, pathKind }: Path): string {
  return { prefix: '', regex: '~', 'regex-ignore-case': '~*' }[pathKind] + path;
}

/**
 * Reads `VIRTUAL_PATH`: `/prefix`, `~regex`, or `~*regex` which ignores case.
 *
 * A prefix consists of the path characters of RFC 3986 but for quotes and semicolons. A percent
 * escape is refused, and so are dot segments and double slashes: proxies compare with the decoded,
 * normalised path, in which these never occur, so such a route would never be taken.
 */
export function parsePath(text: string): Validated<Path> {
  const regex = /^~(\*?)\s*(.*)$/s.exec(text);
  if (regex) {
    const [, star = '', path = ''] = regex;
    const fault = regexFault(path);
    if (fault !== undefined) return invalid(fault);
    return valid({ path, pathKind: star ? 'regex-ignore-case' : 'regex' });
  }
  if (!text.startsWith('/')) {
    return invalid('a path begins with / (or with ~ or ~* for a regular expression)');
  }
  const fault = characterFault(text, /^[\w/.~!$&()*+,=:@-]*$/);
  if (fault !== undefined) return invalid(fault);
  if (text.includes('//') || /\/\.\.?(?:\/|$)/.test(text)) {
    return invalid('no request has //, /./ or /../ in its normalised path: leave them out');
  }
  return valid({ path: text, pathKind: 'prefix' });
}

/**
 * Reads `VIRTUAL_DEST`: '' or a path that begins with `/`, of the characters of a `VIRTUAL_PATH`
 * and percent escapes, but without `$`, which proxies expand.
 */
export function parseDest(text: string): Validated<string> {
  if (text === '') return valid('');
  if (!text.startsWith('/')) return invalid('a destination begins with /');
  const fault = characterFault(text, /^(?:[\w/.~!&()*+,=:@-]|%[0-9a-fA-F]{2})*$/);
  return fault === undefined ? valid(text) : invalid(fault);
}

function characterFault(text: string, allowed: RegExp): string | undefined {
  if (text.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  if (allowed.test(text)) return undefined;
  const bad = [...text].find((char) => !allowed.test(char)) ?? '%';
  return `it has the character ${JSON.stringify(bad)}, which is not allowed in a path here`;
}
