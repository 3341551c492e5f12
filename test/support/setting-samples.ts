import type { ContainerSettingKey } from '../../src/routing/container-settings.ts';

export interface SettingSample {
  /** Valid, and not what holds by default. */
  readonly text: string;
  /** Variables without which it would change nothing. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Also needed for that. */
  readonly health?: string;
  /** The bundled template that it changes, where that is not nginx's. */
  readonly template?: 'haproxy.cfg.hbs';
  /** What it brings besides sites, in the place of a change to that of its container. */
  readonly brings?: RegExp;
  /** It only changes the order among several. */
  readonly isOrder?: true;
  /** The container asks for no host otherwise. */
  readonly isHost?: true;
}

/**
 * A value of each container setting that changes what a bundled template writes, where there are
 * the certificates `default` and `shared`, and an authority for `ssl-verify-client.test`.
 */
export const SETTING_SAMPLES: { readonly [K in ContainerSettingKey]: SettingSample } = {
  hosts: { text: 'virtual-host.test', isHost: true },
  multiports: { text: 'virtual-host-multiports.test: {/: {port: 81}}', isHost: true },
  port: { text: '81' },
  excludedPorts: { text: '80' },
  tcpPorts: { text: '9000', template: 'haproxy.cfg.hbs', brings: /^listen tcp_9000$/m },
  proto: { text: 'grpc' },
  path: { text: '/api' },
  dest: { text: '/v1/', beside: { VIRTUAL_PATH: '/api/' } },
  root: { text: '/srv/www', beside: { VIRTUAL_PROTO: 'fastcgi' } },
  access: { text: 'internal' },
  certName: { text: 'shared' },
  httpsMethod: { text: 'noredirect' },
  httpOnMissingCert: { text: 'false', beside: { TSGEN_TRUST_DEFAULT_CERT: 'false' } },
  hsts: { text: 'max-age=7' },
  tlsPolicy: { text: 'Mozilla-Modern' },
  serverTokens: { text: 'off' },
  externalHttpPort: { text: '8080' },
  externalHttpsPort: { text: '8443' },
  acme: { text: 'false' },
  balance: { text: 'least_conn' },
  keepalive: { text: '7' },
  http2: { text: 'false' },
  http3: { text: 'true' },
  nonGetRedirect: { text: '308' },
  verifyClient: { text: 'optional' },
  trustDefaultCert: { text: 'false' },
  debugEndpoint: { text: 'true' },
  matchWeight: { text: '7', beside: { VIRTUAL_PATH: '~^/x' }, isOrder: true },
  excludeUsers: { text: 'true' },
  compression: { text: 'text/html text/css' },
  options: { text: 'abortonclose', template: 'haproxy.cfg.hbs' },
  raw: { text: 'add_header X-Raw yes;' },
  rawServer: { text: 'down' },
  ignoreHealth: { text: 'true', health: 'unhealthy' },
  weight: { text: '3' },
  backup: { text: 'true', template: 'haproxy.cfg.hbs' },
  sticky: { text: 'SRV' },
  bodyLimit: { text: '10m' },
  connectTimeout: { text: '500ms' },
  serverTimeout: { text: '90s' },
  healthCheck: { text: '/live interval=500ms', template: 'haproxy.cfg.hbs' },
};
