import { isIP } from 'node:net';
import { byText } from '../base/by-text.ts';
import { type Balance, parseBalance, ROUND_ROBIN } from './balance.ts';
import { parseComposeServices } from './compose-services.ts';
import { type Credentials, parseStatsAuth, parseUsers } from './credentials.ts';
import { foreignProblems, PROXY_FOREIGN } from './dockercloud-foreign.ts';
import { parseHaproxyBalance, parseHaproxyCheck } from './dockercloud-forms.ts';
import { escapedBytes } from './escaped-bytes.ts';
import { OPTIONS_OF_PROXY, optionsFor } from './haproxy-options.ts';
import { type HealthCheck, parseHealthCheck } from './health-check.ts';
import { parseHost } from './hosts.ts';
import { parseHstsSetting } from './hsts-setting.ts';
import type { Problem } from './model.ts';
import { parseMonitorUri } from './monitor-uri.ts';
import { parsePort } from './ports.ts';
import { proxyProblem } from './problem.ts';
import { parseRawLines, parseRawWords } from './raw-lines.ts';
import type { DockercloudForm, Setting, ValueOf } from './setting.ts';
import { oneOf, oneOfNumbers, parseBoolean } from './setting-values.ts';
import { parseTimeouts, type Timeouts } from './timeouts.ts';
import {
  DEFAULT_TLS_POLICY_NAME,
  parseTlsPolicy,
  type TlsPolicy,
  tlsPolicyNamed,
} from './tls-policies.ts';
import { invalid, type Validated, valid } from './validated.ts';
import { OWN_VOCABULARY, type Vocabulary } from './vocabulary.ts';

/** A setting of the proxy as a whole, with the value that holds without it. */
export interface ProxySetting<T> extends Setting<T> {
  readonly absent: T;
  readonly dockercloud?: DockercloudForm<T>;
  /** It means something only where dockercloud-haproxy's words count. */
  readonly isTheirsAlone?: true;
  /** Its value must not be shown. */
  readonly isSecret?: true;
  /** It is in the proxy's own language, in which the operator may say anything. */
  readonly isRaw?: true;
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
  statsAuth: setting<Credentials | 'off'>({
    env: 'TSGEN_STATS_AUTH',
    dockercloud: { env: 'STATS_AUTH' },
    values: '`NAME:PASSWORD`, `off`',
    default: '`off`: there is no such page',
    description: "who may see the proxy's page of statistics",
    absent: 'off',
    isSecret: true,
    parse: parseStatsAuth,
  }),
  statsPort: {
    ...port('TSGEN_STATS_PORT', 1936, 'its page of statistics, where somebody may see it'),
    dockercloud: { env: 'STATS_PORT' },
  },
  monitorUri: setting<string>({
    env: 'TSGEN_MONITOR_URI',
    dockercloud: { env: 'MONITOR_URI' },
    values: 'a path such as `/ping`',
    default: 'none',
    description:
      'the path that the proxy itself answers with status 200, whatever the host, for those who watch over it',
    absent: '',
    parse: parseMonitorUri,
  }),
  monitorPort: setting<number>({
    env: 'TSGEN_MONITOR_PORT',
    dockercloud: { env: 'MONITOR_PORT' },
    values: '1 to 65535',
    default: '`HTTP_PORT`',
    description: 'the port on which it does so: one of the sites, or one of its own',
    absent: 0,
    parse: parsePort,
  }),
  users: setting<readonly Credentials[]>({
    env: 'TSGEN_HTTP_BASIC_AUTH',
    dockercloud: { env: 'HTTP_BASIC_AUTH' },
    values: '`NAME:PASSWORD`, several by comma (`\\,` is a comma in one)',
    default: 'none',
    description:
      'clients of all sites have to know one, but where a file of `htpasswd/` says who may come in, or the container has `exclude-basic-auth`',
    absent: [],
    isSecret: true,
    parse: parseUsers,
  }),
  additionalServices: setting<readonly string[]>({
    env: 'ADDITIONAL_SERVICES',
    isTheirsAlone: true,
    values: '`PROJECT:SERVICE`, as Compose calls them, by comma',
    default: 'none',
    description:
      'services whose containers are served without `VIRTUAL_HOST`, for all hosts that no other site has; only with `--compat dockercloud`',
    absent: [],
    parse: parseComposeServices,
  }),
  nginxStream: bool(
    'TSGEN_NGINX_STREAM',
    false,
    "the main level of nginx's configuration has `include /etc/nginx/conf.d/*.stream;`, so that ports can be handed on as they are; the image has it",
  ),
  maxConnections: setting<number>({
    env: 'TSGEN_MAXCONN',
    dockercloud: { env: 'MAXCONN' },
    values: '100 to 1000000',
    default: "the proxy's own",
    description: 'connections of clients that the proxy has at a time; others wait',
    absent: 0,
    parse: parseMaxConnections,
  }),
  balance: setting<Balance>({
    env: 'TSGEN_BALANCE',
    dockercloud: { env: 'BALANCE', parse: parseHaproxyBalance },
    values: 'as that of containers',
    default: '`round-robin`',
    description: 'see the container setting of this name',
    absent: ROUND_ROBIN,
    parse: parseBalance,
  }),
  healthCheck: setting<HealthCheck | undefined>({
    env: 'TSGEN_HEALTH_CHECK',
    dockercloud: { env: 'HEALTH_CHECK', parse: (text) => parseHaproxyCheck('', text) },
    values: '`tcp`, then any of `interval=2s`, `rise=2`, `fall=3`',
    default: 'none',
    description: 'see the container setting of this name; what holds for all is a connection',
    absent: undefined,
    parse: parseCommonCheck,
  }),
  timeouts: setting<Timeouts>({
    env: 'TSGEN_TIMEOUT',
    dockercloud: { env: 'TIMEOUT' },
    values:
      '`connect TIME`, `client TIME`, `server TIME`, by comma; milliseconds, or with `ms`, `s`, `m`, `h`',
    default: '`connect 2s, client 60s, server 60s`',
    description:
      'how long a connection to a container may take, and how long client and container may keep still; for containers see `connect-timeout` and `server-timeout`',
    absent: {},
    parse: parseTimeouts,
  }),
  options: setting<readonly string[]>({
    env: 'TSGEN_OPTION',
    dockercloud: { env: 'OPTION' },
    values: OPTIONS_OF_PROXY,
    default: 'none',
    description: "HAProxy's options of these names, for all sites",
    absent: [],
    parse: optionsFor('proxy'),
  }),
  extraGlobal: setting<readonly string[]>({
    env: 'TSGEN_EXTRA_GLOBAL_SETTINGS',
    dockercloud: { env: 'EXTRA_GLOBAL_SETTINGS' },
    values: 'lines by comma (`\\,` is a comma in one)',
    default: 'none',
    description: "lines in the proxy's own language for the process as a whole",
    absent: [],
    isRaw: true,
    parse: parseRawLines,
  }),
  extraDefaults: setting<readonly string[]>({
    env: 'TSGEN_EXTRA_DEFAULT_SETTINGS',
    dockercloud: { env: 'EXTRA_DEFAULT_SETTINGS' },
    values: 'lines by comma (`\\,` is a comma in one)',
    default: 'none',
    description: "lines in the proxy's own language that hold for all sites",
    absent: [],
    isRaw: true,
    parse: parseRawLines,
  }),
  extraServer: setting<string>({
    env: 'TSGEN_EXTRA_ROUTE_SETTINGS',
    dockercloud: { env: 'EXTRA_ROUTE_SETTINGS' },
    values: "words in the proxy's own language",
    default: 'none',
    description: 'what comes at the end of the line of each server of an HTTP upstream',
    absent: '',
    isRaw: true,
    parse: parseRawWords,
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
export function readProxySettings(
  env: Readonly<Record<string, string | undefined>>,
  { dockercloud }: Pick<Vocabulary, 'dockercloud'> = OWN_VOCABULARY,
): {
  readonly settings: ProxySettings;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const rows = Object.entries(PROXY_SETTINGS) as readonly (readonly [
    keyof ProxySettings,
    ProxySetting<unknown>,
  ])[];
  const values = rows.map(([key, row]) => {
    const found = lookUp(env, row, dockercloud);
    if (found === undefined) return [key, row.absent];
    const parsed = found.parse(found.text, '');
    if (parsed.kind === 'valid') return [key, parsed.value];
    const reason = `${parsed.reason}; the default holds until this is mended`;
    problems.push(proxyProblem(found.variable, row.isSecret ? '' : found.text, reason));
    return [key, row.absent];
  });
  const settings = Object.fromEntries(values) as Changing<ProxySettings>;
  if (settings.httpPort === settings.httpsPort) {
    const reason = 'HTTPS_PORT is the same port; the defaults of both hold until this is mended';
    problems.push(proxyProblem('HTTP_PORT', String(settings.httpPort), reason));
    const { httpPort, httpsPort } = PROXY_SETTINGS;
    Object.assign(settings, { httpPort: httpPort.absent, httpsPort: httpsPort.absent });
  }
  problems.push(...settleOwnPorts(settings, env, dockercloud));
  if (portsForClients(settings).includes(settings.controlPort)) {
    const reason = 'clients come in there: it is off until it is another port than theirs';
    problems.push(proxyProblem('CONTROL_PORT', String(settings.controlPort), reason));
    Object.assign(settings, { controlPort: NO_PORT });
  }
  if (dockercloud) problems.push(...foreignProblems(env, PROXY_FOREIGN));
  return {
    settings: Object.freeze(settings),
    problems: problems.toSorted((a, b) => byText(a.variable, b.variable)),
  };
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

function lookUp(
  env: Readonly<Record<string, string | undefined>>,
  { env: own, dockercloud: theirs, isTheirsAlone, parse }: ProxySetting<unknown>,
  dockercloud: boolean,
):
  | {
      readonly variable: string;
      readonly text: string;
      readonly parse: NonNullable<DockercloudForm<unknown>['parse']>;
    }
  | undefined {
  if (isTheirsAlone && !dockercloud) return undefined;
  const text = env[own]?.trim() ?? '';
  if (text !== '') return { variable: own, text, parse };
  const theirText = (dockercloud && theirs && env[theirs.env]?.trim()) || '';
  if (!theirs || theirText === '') return undefined;
  return { variable: theirs.env, text: theirText, parse: theirs.parse ?? parse };
}

function portsForClients(settings: ProxySettings): readonly number[] {
  const { httpPort, httpsPort, statsAuth, statsPort, monitorUri, monitorPort } = settings;
  return [
    ...[httpPort, httpsPort],
    ...(statsAuth === 'off' ? [] : [statsPort]),
    ...(monitorUri === '' ? [] : [monitorPort]),
  ];
}

/** The proxy's own pages: none without its password, and none on a port that says something else. */
function settleOwnPorts(
  settings: Changing<ProxySettings>,
  env: Readonly<Record<string, string | undefined>>,
  dockercloud: boolean,
): readonly Problem[] {
  const problems: Problem[] = [];
  const said = (name: string) => (env[name]?.trim() ?? '') !== '';
  const saysWho = said('TSGEN_STATS_AUTH') || (dockercloud && said('STATS_AUTH'));
  if (!saysWho && (dockercloud || said('TSGEN_STATS_PORT'))) {
    const reason =
      'there is no page of statistics without a password: NAME:PASSWORD has one shown, off says that none is wanted';
    problems.push(proxyProblem(dockercloud ? 'STATS_AUTH' : 'TSGEN_STATS_AUTH', '', reason));
  }
  const { httpPort, httpsPort, statsPort } = settings;
  if (settings.statsAuth !== 'off' && (statsPort === httpPort || statsPort === httpsPort)) {
    const reason = 'sites have this port: there is no page of statistics until it gets another one';
    problems.push(proxyProblem('TSGEN_STATS_PORT', String(statsPort), reason));
    settings.statsAuth = 'off';
  }
  if (settings.monitorUri !== '') settings.monitorPort ||= httpPort;
  else if (settings.monitorPort !== 0) {
    const reason = 'it says where to answer, and TSGEN_MONITOR_URI what: there is no monitor';
    problems.push(proxyProblem('TSGEN_MONITOR_PORT', String(settings.monitorPort), reason));
  }
  if (settings.statsAuth !== 'off' && settings.monitorPort === statsPort) {
    if (settings.monitorUri !== '') {
      const reason = 'it is the port of the page of statistics: there is no monitor';
      problems.push(proxyProblem('TSGEN_MONITOR_PORT', String(settings.monitorPort), reason));
    }
    settings.monitorUri = '';
  }
  return problems;
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

/** What a path means is a container's to say. */
function parseCommonCheck(text: string): Validated<HealthCheck> {
  const check = parseHealthCheck(text);
  if (check.kind === 'invalid' || check.value.kind === 'tcp') return check;
  return invalid('for all containers it is tcp, with interval=, rise= and fall= if need be');
}

function parseMaxConnections(text: string): Validated<number> {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (number >= 100 && number <= 1_000_000) return valid(number);
  return invalid('it is a number from 100 to 1000000');
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
