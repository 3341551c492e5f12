import { parseBalance } from './balance.ts';
import { parseCertificateName } from './choose-certificate.ts';
import { parseClientVerification } from './client-authentication.ts';
import { parseHealthCheck } from './health-check.ts';
import { type HostList, parseHostList } from './host-list.ts';
import { parseHstsSetting } from './hsts-setting.ts';
import { parseKeepalive } from './keepalive.ts';
import { parseSize, timeBetween } from './measures.ts';
import { parseMultiports } from './multiports.ts';
import { parseDest, parsePath } from './paths.ts';
import { parsePort } from './ports.ts';
import { parseProtocol } from './protocols.ts';
import { parseRoot } from './root.ts';
import type { ContainerSetting, ValueOf } from './setting.ts';
import { oneOf, oneOfNumbers, parseBoolean } from './setting-values.ts';
import { parseSticky } from './sticky.ts';
import { parseTlsPolicy } from './tls-policies.ts';
import { parseWeight } from './weight.ts';

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
    name: 'balance',
    env: 'TSGEN_BALANCE',
    nginxProxyLabel: 'loadbalance',
    of: 'route',
    values:
      '`round-robin`, `least-connections`, `least-traffic`, `source` (by the client), `uri`; as nginx writes them `least_conn`, `ip_hash`, `hash KEY [consistent]`, `random [two [least_conn]]`; as HAProxy does `roundrobin`, `leastconn`',
    default: '`round-robin`',
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
  weight: setting({
    name: 'weight',
    env: 'TSGEN_WEIGHT',
    of: 'container',
    values: '1 to 256; `0`: only clients that stick to it',
    default: '1',
    description: 'how many requests it gets beside the other containers of its routes',
    whenInvalid: 'default',
    parse: parseWeight,
  }),
  backup: setting({
    name: 'backup',
    env: 'TSGEN_BACKUP',
    of: 'container',
    values: '`true`, `false`',
    default: '`false`',
    description: 'it gets requests only while none of the others can serve',
    whenInvalid: 'refuse',
    parse: parseBoolean,
  }),
  sticky: setting({
    name: 'sticky',
    env: 'TSGEN_STICKY',
    of: 'route',
    values: '`true`, `false`, the name of a cookie',
    default: '`false`; with `true`, a name that no other route has',
    description:
      'a cookie keeps a client with the container that it had first, for as long as that one serves',
    whenInvalid: 'default',
    parse: parseSticky,
  }),
  bodyLimit: setting({
    name: 'body-limit',
    env: 'TSGEN_BODY_LIMIT',
    of: 'route',
    values: '`512k`, `10m`, `1g`, a number of bytes; `off`',
    default: "the proxy's own",
    description: 'the largest body of a request; a larger one gets status 413',
    whenInvalid: 'default',
    parse: parseSize,
  }),
  connectTimeout: setting({
    name: 'connect-timeout',
    env: 'TSGEN_CONNECT_TIMEOUT',
    of: 'route',
    values: '`1ms` to `1m`, such as `500ms`, `5s`',
    default: '`2s`',
    description: 'how long a connection to a container may take before the next one is asked',
    whenInvalid: 'default',
    parse: timeBetween(1, 60_000),
  }),
  serverTimeout: setting({
    name: 'server-timeout',
    env: 'TSGEN_SERVER_TIMEOUT',
    of: 'route',
    values: '`10ms` to `24h`, such as `90s`, `5m`',
    default: '`60s`',
    description:
      'how long a container may neither send nor take anything; then the client gets status 504',
    whenInvalid: 'default',
    parse: timeBetween(10, 86_400_000),
  }),
  healthCheck: setting({
    name: 'health-check',
    env: 'TSGEN_HEALTH_CHECK',
    of: 'route',
    values:
      '`[GET|HEAD|OPTIONS] PATH` (up to 63 characters) or `tcp`, then any of `host=NAME`, `status=200-399`, `interval=2s`, `rise=2`, `fall=3`, which are the defaults',
    default: 'none',
    description:
      'the proxy itself asks its containers again and again, and leaves out those that do not answer so',
    whenInvalid: 'default',
    parse: parseHealthCheck,
  }),
} as const;

export type ContainerSettingKey = keyof typeof CONTAINER_SETTINGS;

/** The type of a container setting's value. */
export type ContainerValue<K extends ContainerSettingKey> = ValueOf<(typeof CONTAINER_SETTINGS)[K]>;
