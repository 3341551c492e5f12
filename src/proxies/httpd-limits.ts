import type { Balance } from '../routing/balance.ts';
import type { ProxyLimits } from '../routing/limits.ts';
import type { Site } from '../routing/model.ts';
import { haproxysOwn } from './haproxys-own.ts';
import { unmeasuredBodies } from './unmeasured-bodies.ts';

const HTTP3 = 'httpd does not speak HTTP/3: clients get HTTP/2 and HTTP/1.1';

const OWN = haproxysOwn('httpd');

const balance = ({ method }: Balance): string | undefined =>
  method === 'source' || method === 'hash' || method === 'random'
    ? `httpd cannot choose a server by ${BY[method]}: requests go round`
    : undefined;

/** What httpd cannot do of what people can ask for. */
export const HTTPD_LIMITS: ProxyLimits = {
  container: {
    ...OWN.container,
    http3: (wanted) => (wanted ? HTTP3 : undefined),
    balance,
    weight: (weight) =>
      weight > HEAVIEST ? `httpd knows weights up to ${HEAVIEST}: it counts as that` : undefined,
    serverTimeout: (time) =>
      time % 1000 === 0
        ? undefined
        : `httpd counts this time in whole seconds: it is ${Math.ceil(time / 1000)}s`,
    healthCheck: (check) =>
      check.kind === 'http' && check.host !== undefined
        ? "httpd's checks name the container's address as their host: host= is ignored"
        : undefined,
    keepalive: (wanted) =>
      wanted === 'auto'
        ? 'httpd keeps no connection to a container open unless it is told how many: it loses requests on those that are closed meanwhile'
        : undefined,
    serverTokens: (wanted) =>
      wanted === 'off'
        ? undefined
        : 'httpd tells its version for all sites or for none, and this one is set up for none',
  },
  proxy: {
    ...OWN.proxy,
    balance,
    maxConnections: (most) =>
      most === 0
        ? undefined
        : 'httpd counts requests at work (MaxRequestWorkers), not connections: it is ignored, and a file in conf/conf.d can say it',
    http3: (wanted) => (wanted ? HTTP3 : undefined),
    defaultRoot: (root) =>
      root.kind === 'return' && !STATUSES.has(root.status)
        ? `httpd does not know the status ${root.status} and answers 500`
        : undefined,
  },
  tcp: () => 'httpd hands on nothing but requests: the port is not served',
  // A request has nothing to do with the choice of its connection.
  mixesRequests: () => true,
  site: (site) => [
    ...tlsLimits(site),
    ...hookLimits(site),
    ...uwsgiLimits(site),
    ...unmeasuredBodies(site, 'httpd'),
  ],
};

/** Over TLS a virtual host is chosen before its site could be looked for by an expression. */
function tlsLimits({ kind, https }: Site): readonly string[] {
  if (kind !== 'regex' || https.kind !== 'serve') return [];
  const why = 'httpd knows no regular expressions as names';
  return https.clients
    ? [`${why}, so it cannot ask clients for certificates: the host is not served over HTTPS`]
    : [
        `${why}: over HTTPS the host is served with the default certificate, or without one not at all`,
      ];
}

function hookLimits({ kind, hook }: Site): readonly string[] {
  return kind === 'regex' && hook
    ? [
        `httpd has no virtual host for a regular expression that ${hook.path} could be a part of: it is left out`,
      ]
    : [];
}

/** Up to 2.4.69, mod_proxy_uwsgi leaves its usual port out of a URL and then reads 0 there. */
function uwsgiLimits({ routes }: Site): readonly string[] {
  const hasUsualPort = routes.some(
    ({ upstream: { protocol, servers } }) =>
      protocol === 'uwsgi' && servers.some(({ port }) => port === 3031),
  );
  return hasUsualPort
    ? ['httpd cannot reach a uWSGI server on port 3031: have it listen on another one']
    : [];
}

const HEAVIEST = 100;

/** Those for which it has a line (`status_lines` in its http_protocol.c). */
const STATUSES: ReadonlySet<number> = new Set([
  ...[200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308],
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417],
  ...[421, 422, 423, 424, 425, 426, 428, 429, 431, 451],
  ...[500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
]);

const BY = { source: "the client's address", hash: 'a hash', random: 'chance' } as const;
