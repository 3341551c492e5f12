import { createHash } from 'node:crypto';
import { parseBoolean } from './setting-values.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** Whether clients stay with the server that they had first, by a cookie. */
export type Sticky =
  | { readonly kind: 'off' }
  /** Without a name, the route has one of its own. */
  | { readonly kind: 'cookie'; readonly cookie?: string };

/** Browsers refuse a cookie with one of these in front that lacks what it promises. */
const PROMISE = /^__(?:host|secure)-/i;

/** Reads `true`, `false` or the name of a cookie: a token (RFC 6265) of plain characters. */
export function parseSticky(text: string): Validated<Sticky> {
  const switched = parseBoolean(text);
  if (switched.kind === 'valid') return valid({ kind: switched.value ? 'cookie' : 'off' });
  if (!/^[a-z0-9_][a-z0-9_.-]{0,63}$/i.test(text)) {
    return invalid(
      'it is true, false, or the name of a cookie: up to 64 letters, digits, dots, - and _',
    );
  }
  if (PROMISE.test(text)) {
    return invalid('browsers take cookies of that name over HTTPS alone: choose another one');
  }
  return valid({ kind: 'cookie', cookie: text });
}

/**
 * The name of the cookie, or `undefined` for none. Cookies are shared by all paths of a host, so
 * the default is one that no other upstream has.
 *
 * @param upstream its name
 */
export function cookieOf(sticky: Sticky | undefined, upstream: string): string | undefined {
  if (sticky?.kind !== 'cookie') return undefined;
  return (
    sticky.cookie ?? `tsgen_${createHash('sha256').update(upstream).digest('hex').slice(0, 8)}`
  );
}
