import { createHash } from 'node:crypto';
import { byText } from '../base/by-text.ts';
import type { RoutingModel, Server, Site, Upstream } from './model.ts';

/**
 * Upstream name → its servers as `address:port` (IPv6 in brackets), with ` weight=N` and ` backup`
 * where they are so; both sorted.
 */
export function membersOf(model: RoutingModel): ReadonlyMap<string, readonly string[]> {
  const upstreams = [
    ...model.sites.flatMap(({ routes }) => routes.map(({ upstream }) => upstream)),
    ...model.tcp.map(({ upstream }) => upstream),
  ];
  return new Map(
    upstreams
      .map((upstream) => [upstream.name, memberTexts(upstream)] as const)
      .sort(([a], [b]) => byText(a, b)),
  );
}

const texts = new WeakMap<object, readonly string[]>();

function memberTexts(upstream: Pick<Upstream, 'servers'>): readonly string[] {
  const known = texts.get(upstream);
  if (known) return known;
  const made = upstream.servers.map(memberText).sort(byText);
  texts.set(upstream, made);
  return made;
}

/** What a proxy may change while it runs, and what follows from it. */
const OF_MEMBERS: ReadonlySet<string> = new Set([
  ...['servers', 'absent', 'connections', 'reuse', 'failoverAfter', 'debug'],
]);

const hashes = new WeakMap<Site, string>();

/**
 * SHA-256, in hex, of the model without what a proxy may change while it runs: servers, absences,
 * what follows from them, and problems. Containers that come and go within the routes that are
 * there leave it as it is; a file of the operator's that changed does not. The part of a site is
 * kept by its identity.
 */
export function structureHash({ sites, tcp, front }: RoutingModel): string {
  return sha256(JSON.stringify([structureOf(front), sites.map(siteHash), structureOf(tcp)]));
}

function siteHash(site: Site): string {
  const known = hashes.get(site);
  if (known !== undefined) return known;
  const hash = sha256(structureOf(site));
  hashes.set(site, hash);
  return hash;
}

function structureOf(part: unknown): string {
  return JSON.stringify(part, (key, value: unknown) => (OF_MEMBERS.has(key) ? undefined : value));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function memberText({ address, port, family, weight, backup }: Server): string {
  const place = family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
  const share = weight === undefined ? '' : ` weight=${weight}`;
  return `${place}${share}${backup ? ' backup' : ''}`;
}
