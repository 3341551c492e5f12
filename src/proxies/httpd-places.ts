import { createHash } from 'node:crypto';
import type { Fallback, RoutingModel, Site } from '../routing/model.ts';

/**
 * Upstream name → the virtual hosts that have a copy of its balancer, by the names that the bundled
 * template gives them (`place`): each copy has members of its own, and is told of them by itself.
 */
export function placesOf({ sites, front }: RoutingModel): ReadonlyMap<string, readonly string[]> {
  const defaults = sites.filter(({ isDefault }) => isDefault);
  return new Map(
    sites.flatMap((site) => {
      const places = placesOfSite(site, { defaults, fallback: front.fallback });
      return site.routes.map(({ upstream }) => [upstream.name, places] as const);
    }),
  );
}

interface Around {
  readonly defaults: readonly Site[];
  readonly fallback: Fallback;
}

function placesOfSite(site: Site, around: Around): readonly string[] {
  const { http, https, kind, isDefault } = site;
  const own = hashOf(site);
  const places: (string | undefined)[] = [];
  if (http.kind === 'serve') {
    places.push(kind === 'regex' ? sharedPlace(http.port, around) : `http-${own}`);
    if (isDefault) places.push(`default-${own}`);
  }
  if (https.kind === 'serve') {
    if (kind !== 'regex') places.push(`https-${own}`);
    // httpd cannot ask its clients for certificates: it is not served.
    else if (!https.clients) places.push(sharedTlsPlace(https.port, around));
    if (isDefault) places.push(`tls-default-${own}`);
  }
  return [...new Set(places.filter((place) => place !== undefined))];
}

/** Of sites whose host is a regular expression: the first virtual host of a port. */
function sharedPlace(port: number, { defaults, fallback }: Around): string | undefined {
  const first = defaults.find(({ http }) => http.kind !== 'off' && http.port === port);
  if (first) return `default-${hashOf(first)}`;
  return fallback.httpPorts.includes(port) ? `port-${port}` : undefined;
}

function sharedTlsPlace(port: number, { defaults, fallback }: Around): string | undefined {
  const first = defaults.find(({ https }) => https.kind !== 'off' && https.port === port);
  // One that refuses the handshake serves nobody.
  if (first) return first.https.kind === 'serve' ? `tls-default-${hashOf(first)}` : undefined;
  return fallback.certificate && fallback.httpsPorts.includes(port) ? `port-${port}` : undefined;
}

function hashOf({ key }: Site): string {
  return createHash('sha1').update(key).digest('hex').slice(0, 16);
}
