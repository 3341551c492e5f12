import { type Balance, parseBalance } from './balance.ts';
import { type HealthCheck, parseHealthCheck } from './health-check.ts';
import type { HttpsMethod } from './proxy-settings.ts';
import { parseBoolean } from './setting-values.ts';
import { parseSticky, type Sticky } from './sticky.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** `FORCE_SSL`: any value forces. Who writes `false` there means something else. */
export function parseForceSsl(text: string): Validated<HttpsMethod> {
  const word = parseBoolean(text);
  if (word.kind === 'valid' && !word.value) {
    return invalid(
      'any value forces TLS, this one too where it comes from: leave the variable out',
    );
  }
  return valid('redirect');
}

/** A switch that any value but a clear no turns on. */
export function parseAnyValue(text: string): Validated<boolean> {
  const word = parseBoolean(text);
  return valid(word.kind === 'invalid' || word.value);
}

/** `HSTS_MAX_AGE`: seconds, for the site and all names below it. */
export function parseHstsMaxAge(text: string): Validated<string> {
  if (!/^\d{1,10}$/.test(text)) return invalid('it is a number of seconds');
  return valid(`max-age=${Number(text)}; includeSubDomains`);
}

/**
 * `BALANCE`: HAProxy's `balance` line.
 *
 * @see https://docs.haproxy.org/3.2/configuration.html#4.2-balance
 */
export function parseHaproxyBalance(text: string): Validated<Balance> {
  const line = text.replace(/^balance\s+/, '');
  if (line === 'static-rr') return valid({ method: 'round-robin' });
  const parameter = /^url_param\s+([a-z0-9_]{1,60})$/i.exec(line)?.[1];
  if (parameter !== undefined) return parseBalance(`hash $arg_${parameter} consistent`);
  const header = /^hdr\(\s*([a-z0-9_-]{1,60})\s*\)$/i.exec(line)?.[1];
  if (header !== undefined) {
    return parseBalance(`hash $http_${header.toLowerCase().replaceAll('-', '_')} consistent`);
  }
  const balance = parseBalance(line);
  if (balance.kind === 'valid') return balance;
  return invalid(
    'it is roundrobin, static-rr, leastconn, source, uri, random, url_param NAME or hdr(NAME)',
  );
}

/** What HAProxy can be told of the cookie, and what is so here anyway. */
const COOKIE_WORDS: ReadonlySet<string> = new Set(['insert', 'indirect', 'nocache', 'httponly']);

/** `COOKIE`: HAProxy's `cookie` line, of which the name counts. */
export function parseHaproxyCookie(text: string): Validated<Sticky> {
  const [name = '', ...words] = text.replace(/^cookie\s+/, '').split(/\s+/);
  const stray = words.find((word) => !COOKIE_WORDS.has(word));
  if (stray !== undefined || !words.includes('insert')) {
    return invalid(
      'it is NAME insert, with indirect, nocache and httponly if need be: the proxy gives the cookie, and no container does',
    );
  }
  const sticky = parseSticky(name);
  // A cookie may have the name of a switch.
  if (sticky.kind === 'valid' && sticky.value.kind === 'off') {
    return valid({ kind: 'cookie', cookie: name });
  }
  return sticky;
}

const CHECK_FORM =
  'HTTP_CHECK is [METHOD] PATH [HTTP/1.1\\r\\nHost: NAME], HEALTH_CHECK is check, then any of inter TIME, rise NUMBER, fall NUMBER';

/**
 * `HTTP_CHECK`, the argument of `option httpchk`, and `HEALTH_CHECK`, what is said of it for each
 * server. Either alone is enough.
 *
 * @see https://docs.haproxy.org/3.2/configuration.html#4-option%20httpchk
 */
export function parseHaproxyCheck(http: string, check: string): Validated<HealthCheck> {
  const what = whatToAsk(http);
  const how = howToAsk(check);
  if (what === undefined || how === undefined) return invalid(CHECK_FORM);
  return parseHealthCheck([what, ...how].join(' '));
}

function whatToAsk(text: string): string | undefined {
  if (text === '') return 'tcp';
  // The variable holds what stands in HAProxy's file: escapes and all.
  const [first = '', ...headers] = text.split(/(?:\\r|\r)?(?:\\n|\n)/);
  const words = first.trim().split(/\s+/);
  if (/^HTTP\/1\.[01]$/.test(words.at(-1) ?? '')) words.pop();
  const [path = '', method = 'OPTIONS'] = words.toReversed();
  if (words.length === 0 || words.length > 2 || !/^(?:GET|HEAD|OPTIONS)$/.test(method)) {
    return undefined;
  }
  const host: string[] = [];
  for (const header of headers.filter((line) => line.trim() !== '')) {
    const [, name] = /^Host:(?:\\?\s)*([\w.:-]+)$/i.exec(header.trim()) ?? [];
    if (name === undefined) return undefined;
    host.push(`host=${name}`);
  }
  // Of the server as a whole: HAProxy's way to say that no path is meant.
  return [method, path === '*' ? '/' : path, ...host].join(' ');
}

function howToAsk(text: string): readonly string[] | undefined {
  if (text === '') return [];
  const [check, ...words] = text.split(/\s+/);
  if (check !== 'check' || words.length % 2 !== 0) return undefined;
  const options: string[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const [name = '', value = ''] = words.slice(at, at + 2);
    const time = /^(\d+)(ms|s|m)?$/.exec(value);
    if (name === 'inter' && time) options.push(`interval=${time[1]}${time[2] ?? 'ms'}`);
    else if (name === 'rise' || name === 'fall') options.push(`${name}=${value}`);
    else return undefined;
  }
  return options;
}
