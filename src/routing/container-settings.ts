import { parseBalance } from './balance.ts';
import { parseCertificateName } from './choose-certificate.ts';
import { parseClientVerification } from './client-authentication.ts';
import { parseAnyValue, parseForceSsl, parseHstsMaxAge } from './dockercloud-forms.ts';
import { parseExcludedPorts } from './excluded-ports.ts';
import { type HostList, parseHostList } from './host-list.ts';
import { parseHostUrls } from './host-urls.ts';
import { parseHstsSetting } from './hsts-setting.ts';
import { parseKeepalive } from './keepalive.ts';
import { parseMatchWeight } from './match-weight.ts';
import { parseMediaTypes } from './media-types.ts';
import { parseMultiports } from './multiports.ts';
import { parseDest, parsePath } from './paths.ts';
import { parsePort } from './ports.ts';
import { parseProtocol } from './protocols.ts';
import { parseRawLines, parseRawWords } from './raw-lines.ts';
import { parseRoot } from './root.ts';
import type { ContainerSetting, ValueOf } from './setting.ts';
import { oneOf, oneOfNumbers, parseBoolean } from './setting-values.ts';
import { parseTcpPorts } from './tcp-ports.ts';
import { parseTlsPolicy } from './tls-policies.ts';

/** The prefix of tsgen's labels. */
export const LABEL_PREFIX = 'tsgen.';
/** The prefix of nginx-proxy's labels. */
export const NGINX_PROXY_PREFIX = 'com.github.nginx-proxy.nginx-proxy.';

function setting<T>(row: ContainerSetting<T>): ContainerSetting<T> {
  return row;
}

/**
 * What a container can ask for: the one table for the parser and for `docs/settings.md`. The
 * variables, their values and defaults are nginx-proxy's.
 */
export const CONTAINER_SETTINGS = {
  hosts: setting<HostList>({
    name: 'virtual-host',
    env: 'VIRTUAL_HOST',
    of: 'container',
    values:
      '`example.com`, `*.example.com`, `www.example.*`, `~^regex$`, an IP address; several by comma',
    default: 'none: the container is not served',
    description: 'the hosts that it serves',
    whenInvalid: 'refuse',
    parse: parseHostList,
    dockercloud: { env: 'VIRTUAL_HOST', parse: parseHostUrls },
  }),
  multiports: setting({
    name: 'virtual-host-multiports',
    env: 'VIRTUAL_HOST_MULTIPORTS',
    of: 'container',
    values:
      'YAML or JSON: host → path → `port`, `proto`, `dest`; beside the paths `external_http_port`, `external_https_port`',
    default: 'none',
    description:
      'several ports of one container, each for its hosts and paths; takes the place of `VIRTUAL_HOST`, `VIRTUAL_PORT`, `VIRTUAL_PROTO`, `VIRTUAL_PATH` and `VIRTUAL_DEST`',
    whenInvalid: 'refuse',
    parse: parseMultiports,
  }),
  port: setting({
    name: 'virtual-port',
    env: 'VIRTUAL_PORT',
    of: 'container',
    values: '1 to 65535',
    default: 'its only exposed TCP port, else 80',
    description: "the container's port",
    whenInvalid: 'refuse',
    parse: parsePort,
  }),
  excludedPorts: setting({
    name: 'exclude-ports',
    env: 'TSGEN_EXCLUDE_PORTS',
    dockercloud: { env: 'EXCLUDE_PORTS' },
    of: 'container',
    values: 'ports, by comma',
    default: 'none',
    description: "ports that it exposes and that are not taken for the container's",
    whenInvalid: 'default',
    parse: parseExcludedPorts,
  }),
  tcpPorts: setting({
    name: 'tcp-ports',
    env: 'TSGEN_TCP_PORTS',
    dockercloud: { env: 'TCP_PORTS' },
    of: 'container',
    values: '`9000`, `2222/ssl`, `EXTERNAL:PORT`; several by comma',
    default: 'none',
    description:
      'ports on which the proxy hands connections on as they are; with `/ssl` clients speak TLS, which ends at the proxy. Containers with the same one share the load',
    whenInvalid: 'default',
    parse: parseTcpPorts,
  }),
  proto: setting({
    name: 'virtual-proto',
    env: 'VIRTUAL_PROTO',
    of: 'route',
    values: '`http`, `https`, `uwsgi`, `fastcgi`, `grpc`, `grpcs`',
    default: '`http`',
    description: 'what the container speaks',
    whenInvalid: 'refuse',
    parse: parseProtocol,
  }),
  path: setting({
    name: 'virtual-path',
    env: 'VIRTUAL_PATH',
    of: 'container',
    values: 'a prefix such as `/api`, or `~regex`, `~*regex` (any case)',
    default: '`/`',
    description: 'the part of its hosts that it serves',
    whenInvalid: 'refuse',
    parse: parsePath,
  }),
  dest: setting({
    name: 'virtual-dest',
    env: 'VIRTUAL_DEST',
    of: 'route',
    values: 'a path',
    default: 'the path stays as it is',
    description: 'takes the place of the prefix in what the container is asked',
    whenInvalid: 'refuse',
    parse: parseDest,
  }),
  root: setting({
    name: 'virtual-root',
    env: 'VIRTUAL_ROOT',
    of: 'site',
    values: 'an absolute path',
    default: '`/var/www/public`',
    description: 'where the scripts of a FastCGI container lie, as that container sees them',
    whenInvalid: 'refuse',
    parse: parseRoot,
  }),
  access: setting({
    name: 'network-access',
    env: 'NETWORK_ACCESS',
    of: 'route',
    values: '`external`, `internal`',
    default: '`external`',
    description:
      '`internal`: only clients with a private address, or those that `network_internal.conf` allows',
    whenInvalid: 'refuse',
    parse: oneOf('external', 'internal'),
  }),
  certName: setting({
    name: 'cert-name',
    env: 'CERT_NAME',
    of: 'site',
    values: 'the base name of `NAME.crt` and `NAME.key`',
    default: 'chosen by host',
    description: 'the certificate of its sites; no other takes its place',
    whenInvalid: 'refuse',
    parse: parseCertificateName,
  }),
  httpsMethod: setting({
    name: 'https-method',
    env: 'HTTPS_METHOD',
    of: 'site',
    proxyWide: 'HTTPS_METHOD',
    values: '`redirect`, `noredirect`, `nohttp`, `nohttps`',
    default: '`redirect`',
    description:
      'what becomes of HTTP beside HTTPS: redirected to it, served too, not answered, or served alone',
    whenInvalid: 'default',
    parse: oneOf('redirect', 'noredirect', 'nohttp', 'nohttps'),
    dockercloud: { env: 'FORCE_SSL', parse: parseForceSsl },
  }),
  httpOnMissingCert: setting({
    name: 'enable-http-on-missing-cert',
    env: 'ENABLE_HTTP_ON_MISSING_CERT',
    of: 'site',
    proxyWide: 'ENABLE_HTTP_ON_MISSING_CERT',
    values: '`true`, `false`',
    default: '`true`',
    description: 'serve HTTP where there is no certificate, whatever `HTTPS_METHOD` says',
    whenInvalid: 'default',
    parse: parseBoolean,
  }),
  hsts: setting({
    name: 'hsts',
    env: 'HSTS',
    of: 'site',
    proxyWide: 'HSTS',
    values: '`max-age=SECONDS`, with `; includeSubDomains` and `; preload`; `off`',
    default: '`max-age=31536000`',
    description: '`Strict-Transport-Security` of its HTTPS answers; none with `noredirect`',
    whenInvalid: 'default',
    parse: parseHstsSetting,
    dockercloud: { env: 'HSTS_MAX_AGE', parse: parseHstsMaxAge },
  }),
  tlsPolicy: setting({
    name: 'ssl-policy',
    env: 'SSL_POLICY',
    of: 'site',
    proxyWide: 'SSL_POLICY',
    values: "a name of [TLS policies](#tls-policies), Mozilla's or AWS's",
    default: '`Mozilla-Intermediate`',
    description: 'which versions of TLS and which ciphers are spoken',
    whenInvalid: 'default',
    parse: parseTlsPolicy,
  }),
  serverTokens: setting({
    name: 'server-tokens',
    env: 'SERVER_TOKENS',
    of: 'site',
    values: '`on`, `off`, `build`',
    default: "the proxy's own",
    description: "whether answers tell the proxy's version",
    whenInvalid: 'default',
    parse: oneOf('on', 'off', 'build'),
  }),
  externalHttpPort: setting({
    name: 'external-http-port',
    env: 'EXTERNAL_HTTP_PORT',
    of: 'site',
    proxyWide: 'HTTP_PORT',
    values: '1 to 65535',
    default: '`HTTP_PORT`',
    description: 'the port on which the proxy listens for its sites over HTTP',
    whenInvalid: 'refuse',
    parse: parsePort,
  }),
  externalHttpsPort: setting({
    name: 'external-https-port',
    env: 'EXTERNAL_HTTPS_PORT',
    of: 'site',
    proxyWide: 'HTTPS_PORT',
    values: '1 to 65535',
    default: '`HTTPS_PORT`',
    description: 'the same over HTTPS',
    whenInvalid: 'refuse',
    parse: parsePort,
  }),
  acme: setting({
    name: 'acme-http-challenge-location',
    env: 'ACME_HTTP_CHALLENGE_LOCATION',
    of: 'site',
    proxyWide: 'ACME_HTTP_CHALLENGE_LOCATION',
    values: '`true`, `false`, `legacy` (only where HTTP is redirected)',
    default: '`true`',
    description: 'answer ACME HTTP-01 challenges from files, before any container',
    whenInvalid: 'default',
    parse: oneOf('true', 'false', 'legacy'),
  }),
  balance: setting({
    name: 'loadbalance',
    env: 'TSGEN_LOADBALANCE',
    nginxProxyLabel: 'loadbalance',
    of: 'route',
    values:
      '`least_conn`, `ip_hash`, `hash KEY [consistent]`, `random [two [least_conn]]`, `round_robin`',
    default: '`round_robin`',
    description: 'how one of several containers is chosen',
    whenInvalid: 'default',
    parse: parseBalance,
  }),
  keepalive: setting({
    name: 'keepalive',
    env: 'TSGEN_KEEPALIVE',
    nginxProxyLabel: 'keepalive',
    of: 'route',
    values: '`auto`, `disabled`, a number up to 500',
    default: '`auto`: two for each container',
    description: 'idle connections that each worker of the proxy keeps open',
    whenInvalid: 'default',
    parse: parseKeepalive,
  }),
  http2: setting({
    name: 'http2.enable',
    env: 'TSGEN_HTTP2_ENABLE',
    nginxProxyLabel: 'http2.enable',
    of: 'site',
    proxyWide: 'ENABLE_HTTP2',
    values: '`true`, `false`',
    default: '`true`',
    description: 'speak HTTP/2 with clients',
    whenInvalid: 'default',
    parse: parseBoolean,
  }),
  http3: setting({
    name: 'http3.enable',
    env: 'TSGEN_HTTP3_ENABLE',
    nginxProxyLabel: 'http3.enable',
    of: 'site',
    proxyWide: 'ENABLE_HTTP3',
    values: '`true`, `false`',
    default: '`false`',
    description: 'speak HTTP/3 with clients; its UDP port has to be published too',
    whenInvalid: 'default',
    parse: parseBoolean,
  }),
  nonGetRedirect: setting({
    name: 'non-get-redirect',
    env: 'TSGEN_NON_GET_REDIRECT',
    nginxProxyLabel: 'non-get-redirect',
    of: 'site',
    proxyWide: 'NON_GET_REDIRECT',
    values: '`301`, `307`, `308`',
    default: '`301`',
    description:
      'status of the redirect to HTTPS for OPTIONS, POST, PUT, PATCH and DELETE; with 307 and 308 clients keep the method',
    whenInvalid: 'default',
    parse: oneOfNumbers(301, 307, 308),
  }),
  verifyClient: setting({
    name: 'ssl-verify-client',
    env: 'TSGEN_SSL_VERIFY_CLIENT',
    nginxProxyLabel: 'ssl_verify_client',
    of: 'site',
    values: '`on`, `off`, `optional`, `optional_no_ca`',
    default: '`on` where there is an authority for client certificates',
    description: 'whether clients have to show a certificate',
    whenInvalid: 'refuse',
    parse: parseClientVerification,
  }),
  trustDefaultCert: setting({
    name: 'trust-default-cert',
    env: 'TSGEN_TRUST_DEFAULT_CERT',
    nginxProxyLabel: 'trust-default-cert',
    of: 'site',
    proxyWide: 'TRUST_DEFAULT_CERT',
    values: '`true`, `false`',
    default: '`true`',
    description: '`false`: refuse the handshake rather than show the default certificate',
    whenInvalid: 'default',
    parse: parseBoolean,
  }),
  debugEndpoint: setting({
    name: 'debug-endpoint',
    env: 'TSGEN_DEBUG_ENDPOINT',
    nginxProxyLabel: 'debug-endpoint',
    of: 'site',
    proxyWide: 'DEBUG_ENDPOINT',
    values: '`true`, `false`',
    default: '`false`',
    description: 'answer `/nginx-proxy-debug` with what is known of the site, as JSON',
    whenInvalid: 'default',
    parse: parseBoolean,
  }),
  matchWeight: setting({
    name: 'virtual-host-weight',
    env: 'TSGEN_VIRTUAL_HOST_WEIGHT',
    dockercloud: { env: 'VIRTUAL_HOST_WEIGHT' },
    of: 'route',
    values: 'a whole number',
    default: '`0`',
    description:
      'of several regular expressions that fit a host, or a path, the one with the highest is taken. Names and prefixes come before them, longer ones first, whatever their weight',
    whenInvalid: 'default',
    parse: parseMatchWeight,
  }),
  excludeUsers: setting({
    name: 'exclude-basic-auth',
    env: 'TSGEN_EXCLUDE_BASIC_AUTH',
    dockercloud: { env: 'EXCLUDE_BASIC_AUTH', parse: parseAnyValue },
    of: 'route',
    values: '`true`, `false`',
    default: '`false`',
    description:
      'let clients in without a password where the proxy asks all of them for one (`TSGEN_HTTP_BASIC_AUTH`); all containers of the route have to say so',
    whenInvalid: 'default',
    parse: parseBoolean,
  }),
  compression: setting({
    name: 'gzip-compression-type',
    env: 'TSGEN_GZIP_COMPRESSION_TYPE',
    dockercloud: { env: 'GZIP_COMPRESSION_TYPE' },
    of: 'route',
    values: 'media types such as `text/css application/json`, by blank or comma',
    default: 'none',
    description: 'answers of these types are compressed for clients that understand gzip',
    whenInvalid: 'default',
    parse: parseMediaTypes,
  }),
  raw: setting({
    name: 'extra-settings',
    env: 'TSGEN_EXTRA_SETTINGS',
    dockercloud: { env: 'EXTRA_SETTINGS' },
    isRaw: true,
    of: 'route',
    values: "lines in the proxy's own language, by comma (`\\,` is a comma in one)",
    default: 'none',
    description: 'come into its back end or location; only with `--allow-raw`',
    whenInvalid: 'default',
    parse: parseRawLines,
  }),
  rawServer: setting({
    name: 'extra-route-settings',
    env: 'TSGEN_EXTRA_ROUTE_SETTINGS',
    dockercloud: { env: 'EXTRA_ROUTE_SETTINGS' },
    isRaw: true,
    of: 'container',
    values: "words in the proxy's own language",
    default: 'none',
    description: "come at the end of its server's line; only with `--allow-raw`",
    whenInvalid: 'default',
    parse: parseRawWords,
  }),
  ignoreHealth: setting({
    name: 'ignore-health',
    env: 'TSGEN_IGNORE_HEALTH',
    of: 'container',
    values: '`true`, `false`',
    default: '`false`',
    description: 'send traffic whatever its Docker health check says',
    whenInvalid: 'default',
    parse: parseBoolean,
  }),
} as const;

export type ContainerSettingKey = keyof typeof CONTAINER_SETTINGS;

/** The type of a container setting's value. */
export type ContainerValue<K extends ContainerSettingKey> = ValueOf<(typeof CONTAINER_SETTINGS)[K]>;
