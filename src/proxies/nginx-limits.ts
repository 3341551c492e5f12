import type { Balance } from '../routing/balance.ts';
import type { HealthCheck } from '../routing/health-check.ts';
import type { ProxyLimits } from '../routing/limits.ts';
import type { Route } from '../routing/model.ts';
import { pathText } from '../routing/paths.ts';
import { isGrpc, isHttp } from '../routing/protocols.ts';
import { haproxysOwn } from './haproxys-own.ts';

const OWN = haproxysOwn('nginx');

const balance = ({ method }: Balance): string | undefined =>
  method === 'least-traffic'
    ? 'nginx does not choose a server by its traffic: requests go round'
    : undefined;

const healthCheck = (check: HealthCheck | undefined): string | undefined =>
  check &&
  'nginx (but for its commercial edition) has no active checks: where a container fails to answer, the next one is asked. A health check of Docker gates traffic with any proxy';

/** What nginx cannot do of what people can ask for. */
export const NGINX_LIMITS: ProxyLimits = {
  container: {
    ...OWN.container,
    balance,
    healthCheck,
    compression: (types) =>
      types.length === 0 || types.includes('text/html')
        ? undefined
        : 'nginx compresses text/html wherever it compresses anything',
  },
  proxy: {
    ...OWN.proxy,
    balance,
    healthCheck,
    maxConnections: (most) =>
      most === 0
        ? undefined
        : 'how many connections nginx has is for its main configuration to say (worker_connections), of which tsgen writes a part: it is ignored',
    extraGlobal: (lines) =>
      lines.length === 0
        ? undefined
        : 'these lines are for the main level of nginx, of which tsgen writes a part that is further in: they are left out',
  },
  tcp: ({ nginxStream }) =>
    nginxStream
      ? undefined
      : 'nginx hands ports on in stream { } alone, which is not for the file that tsgen writes: include /etc/nginx/conf.d/*.stream at the main level of its configuration, and say so with TSGEN_NGINX_STREAM=true. Until then the port is not served',
  // It would refuse the whole configuration.
  lacksBackups: ({ method }) => method === 'source' || method === 'hash' || method === 'random',
  // By an `if`, in which nginx takes no path for `proxy_pass`, and nothing but that.
  mixesRequests: ({ dest, protocol }) => (isHttp(protocol) ? dest !== '' : !isGrpc(protocol)),
  site: ({ routes }) => routes.flatMap(ofRoute),
};

function ofRoute(route: Route): readonly string[] {
  const { balance: choice, hasBackup = false } = route.upstream;
  if (!hasBackup || !NGINX_LIMITS.lacksBackups?.(choice)) return [];
  return [
    `nginx has no backup where it chooses by client, hash or chance: those of ${pathText(route)} get no traffic while a container that is none runs, whether or not it answers`,
  ];
}
