import type { ProxyLimits } from '../routing/limits.ts';
import type { Route } from '../routing/model.ts';
import { pathText } from '../routing/paths.ts';

/** What nginx cannot do of what people can ask for. */
export const NGINX_LIMITS: ProxyLimits = {
  container: {
    balance: ({ method }) =>
      method === 'least-traffic'
        ? 'nginx does not choose a server by its traffic: requests go round'
        : undefined,
    healthCheck: () =>
      'nginx (but for its commercial edition) has no active checks: a container that fails to answer is left out for 10 seconds. A health check of Docker gates traffic with any proxy',
  },
  site: ({ routes }) => routes.flatMap(ofRoute),
};

/** It would refuse the whole configuration. */
function ofRoute(route: Route): readonly string[] {
  const { balance, hasBackup = false } = route.upstream;
  const isRefused = ['source', 'hash', 'random'].includes(balance.method);
  if (!hasBackup || !isRefused) return [];
  return [
    `nginx has no backup where it chooses by client, hash or chance: those of ${pathText(route)} get no traffic while a container that is none runs, whether or not it answers`,
  ];
}
