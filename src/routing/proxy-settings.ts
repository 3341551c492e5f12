import { isIP } from 'node:net';
import { byText } from '../base/by-text.ts';
import { escapedBytes } from './escaped-bytes.ts';
import { parseHost } from './hosts.ts';
import { parseHstsSetting } from './hsts-setting.ts';
import type { Problem } from './model.ts';
import { parsePort } from './ports.ts';
import { proxyProblem } from './problem.ts';
import type { Setting, ValueOf } from './setting.ts';
import { oneOf, oneOfNumbers, parseBoolean } from './setting-values.ts';
import {
  DEFAULT_TLS_POLICY_NAME,
  parseTlsPolicy,
  type TlsPolicy,
  tlsPolicyNamed,
} from './tls-policies.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** A setting of the proxy as a whole, with the value that holds without it. */
export interface ProxySetting<T> extends Setting<T> {
  readonly absent: T;
}

/** What becomes of HTTP beside HTTPS: redirected, served too, not served, or served alone. */
export type HttpsMethod = 'redirect' | 'noredirect' | 'nohttp' | 'nohttps';

/** What a site without a route for `/` answers there. */
export type DefaultRoot =
  /** Whatever the proxy itself has. */
  | { readonly kind: 'none' }
  /** A status, and with it a text or, for a redirect, a URL. */
  | { readonly kind: 'return'; readonly status: number; readonly text: string };

/** That of a control port which is off. */
const NO_PORT = 0;

function setting<T>(row: ProxySetting<T>): ProxySetting<T> {
  return row;
}

const bool = (env: string, absent: boolean, description: string): ProxySetting<boolean> => ({
  env,
  values: '`true`, `false`',
  default: `\`${absent}\``,
  description,
  absent,
  parse: parseBoolean,
});

const port = (env: string, absent: number, what: string): ProxySetting<number> => ({
  env,
  values: '1 to 65535',
  default: `\`${absent}\``,
  description: `the port on which the proxy listens for ${what}`,
  absent,
  parse: parsePort,
});

/**
 * The environment variables of tsgen itself that set up the proxy: the one table for the parser and
 * for `docs/settings.md`. The variables, their values and defaults are nginx-proxy's.
 */
export const PROXY_SETTINGS = {
  httpPort: port('HTTP_PORT', 80, 'HTTP'),
  httpsPort: port('HTTPS_PORT', 443, 'HTTPS'),
  controlPort: setting<number>({
    env: 'CONTROL_PORT',
    values: '1 to 65535, `off`',
    default: '`18404`',
    description:
      'the port on 127.0.0.1 where tsgen asks nginx and Apache httpd which configuration they run; no container can have it. With `off` they are told and not asked',
    absent: 18_404,
    parse: (text) => (text === 'off' ? valid(NO_PORT) : parsePort(text)),
  }),
  defaultHost: setting<string>({
    env: 'DEFAULT_HOST',
    values: 'a host as in `VIRTUAL_HOST`',
    default: 'none: unknown hosts get status 503',
    description: 'the site that answers for hosts that no container asks for',
    absent: '',
    parse: (text) => {
      const host = parseHost(text);
      return host.kind === 'valid' ? valid(host.value.host) : host;
    },
  }),
  defaultRoot: setting<DefaultRoot>({
    env: 'DEFAULT_ROOT',
    values: 'a status (`404`), a status with a URL or a text (`301 https://example.com/`), `none`',
    default: '`404`',
    description: 'what a site answers for `/` when its containers ask for other paths only',
    absent: { kind: 'return', status: 404, text: '' },
    parse: parseDefaultRoot,
  }),
  httpsMethod: setting<HttpsMethod>({
    env: 'HTTPS_METHOD',
    values: '`redirect`, `noredirect`, `nohttp`, `nohttps`',
    default: '`redirect`',
    description: 'see the container setting of this name',
    absent: 'redirect',
    parse: oneOf('redirect', 'noredirect', 'nohttp', 'nohttps'),
  }),
  httpOnMissingCert: bool(
    'ENABLE_HTTP_ON_MISSING_CERT',
    true,
    'see the container setting of this name',
  ),
  hsts: setting({
    env: 'HSTS',
    values: '`max-age=SECONDS`, with `; includeSubDomains` and `; preload`; `off`',
    default: '`max-age=31536000`',
    description: 'see the container setting of this name',
    absent: 'max-age=31536000',
    parse: parseHstsSetting,
  }),
  nonGetRedirect: setting<301 | 307 | 308>({
    env: 'NON_GET_REDIRECT',
    values: '`301`, `307`, `308`',
    default: '`301`',
    description: 'see the container setting `non-get-redirect`',
    absent: 301,
    parse: oneOfNumbers(301, 307, 308),
  }),
  tlsPolicy: setting<TlsPolicy>({
    env: 'SSL_POLICY',
    values: 'a name of [TLS policies](#tls-policies)',
    default: '`Mozilla-Intermediate`',
    description:
      'see the container setting of this name; where a site has a policy with TLS before 1.2, unknown hosts get `Mozilla-Old`',
    absent: tlsPolicyNamed(DEFAULT_TLS_POLICY_NAME),
    parse: parseTlsPolicy,
  }),
  trustDefaultCert: bool(
    'TRUST_DEFAULT_CERT',
    true,
    'see the container setting `trust-default-cert`',
  ),
  trustDownstream: bool(
    'TRUST_DOWNSTREAM_PROXY',
    true,
    'believe the `X-Forwarded-*` headers of whoever stands before this proxy; `false` where clients reach it directly',
  ),
  proxyProtocol: bool(
    'ENABLE_PROXY_PROTOCOL',
    false,
    'expect the PROXY protocol on every connection',
  ),
  http2: bool('ENABLE_HTTP2', true, 'see the container setting `http2.enable`'),
  http3: bool('ENABLE_HTTP3', false, 'see the container setting `http3.enable`'),
  ipv6: bool('ENABLE_IPV6', false, 'listen on IPv6 too'),
  preferIpv6: bool(
    'PREFER_IPV6_NETWORK',
    false,
    "reach containers over IPv6 where both have it; never over both, which would double a container's share",
  ),
  resolvers: setting<readonly string[]>({
    env: 'RESOLVERS',
    values: 'addresses of name servers, by blank or comma',
    default: 'none; in a container those of its `/etc/resolv.conf`, unless `--from` is given',
    description: 'who is asked for names at run time, such as those of OCSP responders',
    absent: [],
    parse: parseResolvers,
  }),
  retryAfter: setting<number>({
    env: 'TSGEN_RETRY_AFTER',
    values: 'seconds, at most 86400; `0` for none',
    default: '`5`',
    description:
      'the `Retry-After` of the 503 that a site answers while it has no container for a path',
    absent: 5,
    parse: parseSeconds,
  }),
  hashedNames: bool(
    'SHA1_UPSTREAM_NAME',
    false,
    'name upstreams by the SHA-1 of the host; those of regex hosts always are',
  ),
  accessLogOff: bool('DISABLE_ACCESS_LOGS', false, 'write no access log'),
  logFormat: setting<string>({
    env: 'LOG_FORMAT',
    values: "a format of the proxy's own",
    default: 'host, client, time, request, status, bytes, referrer, agent, upstream',
    description: 'the lines of the access log',
    absent: '',
    parse: parseLogFormat,
  }),
  logEscape: setting<'' | 'default' | 'json' | 'none'>({
    env: 'LOG_FORMAT_ESCAPE',
    values: '`default`, `json`, `none`',
    default: '`default`; `json` with `LOG_JSON`',
    description: 'how values are escaped in it',
    absent: '',
    parse: oneOf('default', 'json', 'none'),
  }),
  logJson: bool('LOG_JSON', false, 'write the access log as JSON, one object a line'),
  debugEndpoint: bool('DEBUG_ENDPOINT', false, 'see the container setting `debug-endpoint`'),
  acme: setting<'true' | 'false' | 'legacy'>({
    env: 'ACME_HTTP_CHALLENGE_LOCATION',
    values: '`true`, `false`, `legacy`',
    default: '`true`',
    description: 'see the container setting of this name',
    absent: 'true',
    parse: oneOf('true', 'false', 'legacy'),
  }),
  acmeUnknownHost: bool(
    'ACME_HTTP_CHALLENGE_ACCEPT_UNKNOWN_HOST',
    false,
    'answer ACME challenges for hosts that no container asks for, too',
  ),
  nginxVersion: setting<string>({
    env: 'NGINX_VERSION',
    values: 'a version, such as `1.30.2`',
    default: "the variable of this name of the proxy's container, which the official image has",
    description:
      'which nginx it is: from 1.27.4 on a kept client connection outlives a reload (`keepalive_min_timeout`), which an older one, or an unknown one, is not asked for',
    absent: '',
    parse: parseVersion,
  }),
} as const;

/** Validated, with defaults; the same object as long as the process runs. */
export type ProxySettings = {
  readonly [K in keyof typeof PROXY_SETTINGS]: ValueOf<(typeof PROXY_SETTINGS)[K]>;
};

/**
 * Reads them from tsgen's environment. A value that is none is a problem, and the default takes its
 * place: the operator may mend it while everything else goes on.
 */
export function readProxySettings(env: Readonly<Record<string, string | undefined>>): {
  readonly settings: ProxySettings;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const values = Object.entries(PROXY_SETTINGS).map(([key, row]) => {
    const text = env[row.env]?.trim() ?? '';
    if (text === '') return [key, row.absent];
    const parsed: Validated<unknown> = row.parse(text);
    if (parsed.kind === 'valid') return [key, parsed.value];
    const reason = `${parsed.reason}; the default holds until this is mended`;
    problems.push(proxyProblem(row.env, text, reason));
    return [key, row.absent];
  });
  const settings = Object.fromEntries(values) as ProxySettings;
  if (settings.httpPort === settings.httpsPort) {
    const reason = 'HTTPS_PORT is the same port; the defaults of both hold until this is mended';
    problems.push(proxyProblem('HTTP_PORT', String(settings.httpPort), reason));
    const { httpPort, httpsPort } = PROXY_SETTINGS;
    Object.assign(settings, { httpPort: httpPort.absent, httpsPort: httpsPort.absent });
  }
  if ([settings.httpPort, settings.httpsPort].includes(settings.controlPort)) {
    const reason = 'clients come in there: it is off until it is another port than theirs';
    problems.push(proxyProblem('CONTROL_PORT', String(settings.controlPort), reason));
    Object.assign(settings, { controlPort: NO_PORT });
  }
  return {
    settings: Object.freeze(settings),
    problems: problems.toSorted((a, b) => byText(a.variable, b.variable)),
  };
}

/** What holds where nobody sets anything. */
export const DEFAULT_PROXY_SETTINGS: ProxySettings = readProxySettings({}).settings;

/** nginx's `return`: a status alone, with a text, or a URL with or without a status. */
function parseDefaultRoot(text: string): Validated<DefaultRoot> {
  if (text.toLowerCase() === 'none') return valid({ kind: 'none' });
  const [, status = '302', rest = ''] =
    /^(\d{3})(?:\s+(\S.*))?$/s.exec(text) ??
    (/^(?:https?:\/\/|\$scheme)/.test(text) ? ['', '302', text] : []);
  const number = Number(status);
  if (rest === '' && !/^\d{3}$/.test(text)) {
    return invalid('it is a status such as 404, a status with a URL or a text, a URL, or none');
  }
  if (number < 100 || (number > 599 && number !== 444)) return invalid('a status is 100 to 599');
  const isRedirect = [301, 302, 303, 307, 308].includes(number);
  if (isRedirect && rest === '') return invalid(`a redirect ${status} needs a URL after it`);
  const fault = textFault(rest, 1000);
  if (fault !== undefined) return invalid(fault);
  return valid({ kind: 'return', status: number, text: unquoted(rest) });
}

function unquoted(text: string): string {
  return /^"(.*)"$|^'(.*)'$/s.exec(text)?.slice(1).find(Boolean) ?? text;
}

function parseResolvers(text: string): Validated<readonly string[]> {
  const found = text.split(/[\s,]+/).filter((item) => item !== '');
  const resolvers: string[] = [];
  for (const item of found) {
    const bare = /^\[(.*)\]$/.exec(item)?.[1] ?? item;
    // A zone means something on one machine only, and nginx cannot read one.
    if (bare.includes('%')) continue;
    const family = isIP(bare);
    if (family === 0) return invalid(`${JSON.stringify(item.slice(0, 100))} is no IP address`);
    resolvers.push(family === 6 ? `[${bare}]` : bare);
  }
  return valid([...new Set(resolvers)]);
}

function parseSeconds(text: string): Validated<number> {
  const seconds = Number(text);
  return /^\d+$/.test(text) && seconds <= 86_400
    ? valid(seconds)
    : invalid('it is a whole number of seconds, at most 86400');
}

function parseVersion(text: string): Validated<string> {
  return /^(?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5})){1,2}$/.test(text)
    ? valid(text)
    : invalid('a version is numbers with dots, such as 1.30.2');
}

function parseLogFormat(text: string): Validated<string> {
  const fault = textFault(text, 3000);
  return fault === undefined ? valid(text) : invalid(fault);
}

/** A text that a proxy has to hold in one word. */
function textFault(text: string, bytes: number): string | undefined {
  if (escapedBytes(text) > bytes) return `it is longer than ${bytes} bytes`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the check
  return /[\x00-\x1f\x7f]/.test(text) ? 'it holds control characters' : undefined;
}
