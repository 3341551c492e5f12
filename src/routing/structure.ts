import { createHash } from 'node:crypto';
import { byText } from '../base/by-text.ts';
import type { RoutingModel, Server, Site, Upstream } from './model.ts';

/** What a proxy may change while it runs, and what follows from it. */
const OF_MEMBERS: ReadonlySet<string> = new Set([
  ...['servers', 'absent', 'connections', 'reuse', 'failoverAfter', 'debug'],
]);

const structures = new WeakMap<Site, string>();
const members = new WeakMap<Site, string>();

/**
 * SHA-256, in hex, of the model without what a proxy may change while it runs: servers, absences,
 * what follows from them, and problems. Containers that come and go within the routes that are
 * there leave it as it is; a file of the operator's that changed does not. The part of a site is
 * kept by its identity.
 */
export function structureHash({ sites, tcp, front }: RoutingModel): string {
  const ofSites = sites.map((site) => keptHash(structures, site, structureOf));
  return sha256(JSON.stringify([structureOf(front), ofSites, structureOf(tcp)]));
}

/**
 * SHA-256, in hex, of who the servers are, and what share each gets: what is a reload, besides the
 * structure, where the proxy is not told of it while it runs. The part of a site is kept by its
 * identity.
 */
export function membersHash({ sites, tcp }: RoutingModel): string {
  const ofSites = sites.map((site) => keptHash(members, site, siteMembers));
  return sha256(JSON.stringify([ofSites, tcp.map(({ upstream }) => upstreamMembers(upstream))]));
}

function keptHash(
  hashes: WeakMap<Site, string>,
  site: Site,
  textOf: (site: Site) => string,
): string {
  const known = hashes.get(site);
  if (known !== undefined) return known;
  const hash = sha256(textOf(site));
  hashes.set(site, hash);
  return hash;
}

function structureOf(part: unknown): string {
  return JSON.stringify(part, (key, value: unknown) => (OF_MEMBERS.has(key) ? undefined : value));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function siteMembers({ routes }: Site): string {
  return JSON.stringify(routes.map(({ upstream }) => upstreamMembers(upstream)));
}

function upstreamMembers({ name, servers }: Pick<Upstream, 'name' | 'servers'>): readonly string[] {
  return [name, ...servers.map(memberText).sort(byText)];
}

function memberText({ address, port, family, weight, backup }: Server): string {
  const place = family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
  const share = weight === undefined ? '' : ` weight=${weight}`;
  return `${place}${share}${backup ? ' backup' : ''}`;
}
