import type { ProxyLimits } from '../routing/limits.ts';
import { haproxysOwn } from './haproxys-own.ts';

const OWN = haproxysOwn('nginx');

/** What nginx cannot do of what people can ask for. */
export const NGINX_LIMITS: ProxyLimits = {
  container: {
    ...OWN.container,
    compression: (types) =>
      types.length === 0 || types.includes('text/html')
        ? undefined
        : 'nginx compresses text/html wherever it compresses anything',
  },
  proxy: {
    ...OWN.proxy,
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
      : 'nginx hands ports on in stream { } alone, which its main configuration has to have: docs/proxies.md says what to write there, and TSGEN_NGINX_STREAM=true that it is there. The port is not served',
};
