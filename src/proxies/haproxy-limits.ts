import type { Balance } from '../routing/balance.ts';
import type { ProxyLimits } from '../routing/limits.ts';
import type { Route, Site } from '../routing/model.ts';
import { pathText } from '../routing/paths.ts';
import { unmeasuredBodies } from './unmeasured-bodies.ts';

const balance = ({ method }: Balance): string | undefined =>
  method === 'least-traffic'
    ? 'HAProxy does not choose a server by its traffic: requests go round'
    : undefined;

/** What HAProxy cannot do of what people can ask for. */
export const HAPROXY_LIMITS: ProxyLimits = {
  container: { balance },
  proxy: {
    balance,
    logEscape: (value) =>
      value === ''
        ? undefined
        : 'HAProxy says in the format itself how values are escaped (%{+E}o, %{+json}o): it is ignored',
  },
  site: (site) => [
    ...site.routes.flatMap(ofRoute),
    ...ofTls(site),
    ...unmeasuredBodies(site, 'HAProxy'),
  ],
};

function ofRoute(route: Route): readonly string[] {
  if (route.upstream.protocol !== 'uwsgi') return [];
  return [
    `HAProxy speaks no uwsgi, so ${pathText(route)} gets status 503: have the container serve HTTP (uWSGI can, with http-socket) and leave VIRTUAL_PROTO out`,
  ];
}

function ofTls({ https, kind }: Site): readonly string[] {
  if (https.kind !== 'serve') return [];
  const { certificate, clients } = https;
  const problems: string[] = [];
  if (certificate.dhparam !== undefined) {
    problems.push(
      `HAProxy takes Diffie-Hellman parameters of a single certificate from its own file alone: ${certificate.dhparam} is ignored, and those for all sites count`,
    );
  }
  if (clients && kind !== 'exact' && kind !== 'wildcard-prefix') {
    problems.push(
      'HAProxy chooses whom it asks for a certificate by exact names, *.NAME and the names in the certificate: clients that come by other names are refused',
    );
  }
  return problems;
}
