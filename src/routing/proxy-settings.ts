import { type Balance, parseBalance, ROUND_ROBIN } from './balance.ts';
import { parseComposeServices } from './compose-services.ts';
import { type Credentials, parseStatsAuth, parseUsers } from './credentials.ts';
import { type DefaultRoot, parseDefaultRoot } from './default-root.ts';
import { parseHaproxyBalance, parseHaproxyCheck } from './dockercloud-forms.ts';
import { OPTIONS_OF_PROXY, optionsFor } from './haproxy-options.ts';
import { type HealthCheck, parseCommonHealthCheck } from './health-check.ts';
import { parseHost } from './hosts.ts';
import { parseHstsSetting } from './hsts-setting.ts';
import { parseLogFormat } from './log-format.ts';
import { parseMonitorUri } from './monitor-uri.ts';
import { parseNginxVersion } from './nginx-version.ts';
import { parsePort } from './ports.ts';
import { parseRawLines, parseRawWords } from './raw-lines.ts';
import { parseResolvers } from './resolvers.ts';
import type { DockercloudForm, Setting, ValueOf } from './setting.ts';
import { oneOf, oneOfNumbers, parseBoolean, wholeNumber } from './setting-values.ts';
import { parseTimeouts, type Timeouts } from './timeouts.ts';
import {
  DEFAULT_TLS_POLICY_NAME,
  parseTlsPolicy,
  type TlsPolicy,
  tlsPolicyNamed,
} from './tls-policies.ts';
import { valid } from './validated.ts';

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

/** That of what is off. */
export const NO_PORT = 0;

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
      'the port on 127.0.0.1 where tsgen asks nginx and Apache httpd which configuration they run, and on 127.18.40.4 where it tells httpd of members; no container can have it. With `off` they are told to reload and not asked',
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
    parse: wholeNumber(0, 86_400, 'it is a whole number of seconds, at most 86400'),
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
    parse: parseNginxVersion,
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
    absent: NO_PORT,
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
    parse: wholeNumber(100, 1_000_000, 'it is a number from 100 to 1000000'),
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
    parse: parseCommonHealthCheck,
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
