import type { Claim } from './claim.ts';
import type { Host } from './hosts.ts';
import { keepEqual } from './keep.ts';
import type { Absence, Problem, Route, Server, Site } from './model.ts';
import { siteKey, upstreamName } from './names.ts';
import { byAge, byContainer, byRoute } from './order.ts';
import { problemOf } from './problem.ts';

export interface BuiltSite {
  readonly site: Site;
  /** Where its containers disagree. */
  readonly problems: readonly Problem[];
}

interface BuiltRoute {
  readonly route: Route;
  readonly problems: readonly Problem[];
}

/**
 * Makes one site of the claims of its containers. Parts that are equal to those of the site
 * before keep their identity.
 */
export function buildSite(
  { host, kind }: Host,
  claims: readonly Claim[],
  before: Site | undefined,
): BuiltSite {
  const key = siteKey(host);
  const sorted = claims.toSorted((a, b) => byContainer(a.ref, b.ref));
  const built = groupByPath(sorted).map((group) => buildRoute(host, key, group));
  const routes = built.map(({ route }) => route).sort(byRoute);
  const site: Site = { host, kind, key, routes: keepEqual(before?.routes ?? [], routes) };
  const isSame = before !== undefined && before.routes === site.routes;
  return { site: isSame ? before : site, problems: built.flatMap(({ problems }) => problems) };
}

function groupByPath(claims: readonly Claim[]): readonly (readonly Claim[])[] {
  const groups = new Map<string, Claim[]>();
  for (const claim of claims) {
    const { path, pathKind } = claim.intent;
    const group = groups.get(`${pathKind} ${path}`);
    if (group) group.push(claim);
    else groups.set(`${pathKind} ${path}`, [claim]);
  }
  return [...groups.values()];
}

/**
 * A route has one destination and one protocol: those of its oldest container, because a newcomer
 * must not take a running service away. One that is stopping or has stopped has no say while
 * there is another, so that a replacement with other values takes over as soon as it may. Who
 * wants another destination is served by the one that counts; who speaks another protocol gets no
 * traffic, since it would not understand it. Both are problems.
 */
function buildRoute(host: string, key: string, claims: readonly Claim[]): BuiltRoute {
  const staying = claims.filter(({ leaving }) => !leaving);
  const voters = staying.length > 0 ? staying : claims;
  const leader = voters.reduce((a, b) => (byAge(a.container, b.container) <= 0 ? a : b));
  const { path, pathKind, dest, proto } = leader.intent;

  const problems: Problem[] = [];
  const servers: Server[] = [];
  const absent: Absence[] = [];
  for (const claim of claims) {
    const isOutvoted = !claim.leaving && claim.intent.proto !== proto;
    if (!claim.leaving) problems.push(...dissent(claim, leader, host));
    if (isOutvoted) absent.push({ container: claim.ref, reason: protocolClash(claim, leader) });
    else if (claim.offer.kind === 'server') servers.push(claim.offer.server);
    else absent.push(claim.offer.absence);
  }
  const name = upstreamName(key, { path, pathKind });
  // As many as nginx-proxy keeps.
  const keepalive = 2 * servers.length;
  const upstream = { name, protocol: proto, servers, absent, keepalive };
  return { route: { path, pathKind, dest, upstream }, problems };
}

function dissent(claim: Claim, leader: Claim, host: string): readonly Problem[] {
  const { path, proto, dest } = leader.intent;
  const where = `${host} and path ${path}`;
  if (claim.intent.proto !== proto) {
    const reason = `${protocolClash(claim, leader)}; it gets no traffic for ${where} until both agree`;
    return [problemOf(claim.container, 'VIRTUAL_PROTO', reason)];
  }
  if (claim.intent.dest !== dest) {
    const reason = `${leader.ref.name}, which is older, has ${JSON.stringify(dest)} for ${where}: that one counts for both`;
    return [problemOf(claim.container, 'VIRTUAL_DEST', reason)];
  }
  return [];
}

function protocolClash({ intent }: Claim, leader: Claim): string {
  return `speaks ${intent.proto}, while ${leader.ref.name}, which is older, speaks ${leader.intent.proto}`;
}
