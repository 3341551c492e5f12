import { createHash } from 'node:crypto';
import { byText } from '../base/by-text.ts';
import type { RoutingModel, Server } from './model.ts';

/** Upstream name → `address:port` of its servers (IPv6 in brackets), both sorted. */
export function membersOf(model: RoutingModel): ReadonlyMap<string, readonly string[]> {
  const upstreams = model.sites.flatMap(({ routes }) => routes.map(({ upstream }) => upstream));
  return new Map(
    upstreams
      .map(({ name, servers }) => [name, servers.map(addressOf).sort(byText)] as const)
      .sort(([a], [b]) => byText(a, b)),
  );
}

/**
 * SHA-256, in hex, of the model without what a proxy may change while it runs: servers, absences,
 * what follows from their number, and problems. Containers that come and go within the routes
 * that are there leave it as it is.
 */
export function structureHash(model: RoutingModel): string {
  const structure = model.sites.map(({ host, kind, key, routes }) => [
    host,
    kind,
    key,
    routes.map(({ path, pathKind, dest, upstream }) => [
      path,
      pathKind,
      dest,
      upstream.name,
      upstream.protocol,
    ]),
  ]);
  return createHash('sha256').update(JSON.stringify(structure)).digest('hex');
}

function addressOf({ address, port, family }: Server): string {
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}
