import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { type Claim, makeClaim } from './claim.ts';
import type { Host } from './hosts.ts';
import { isSameList, keepEqual } from './keep.ts';
import type { RoutingModel, Vantage } from './model.ts';
import { byProblem, bySite } from './order.ts';
import { type BuiltSite, buildSite } from './site.ts';

export interface RoutingInput {
  /** In any order; those that do not run may be among them. */
  readonly containers: readonly RuntimeContainer[];
  readonly vantage: Vantage;
}

export type Router = (input: RoutingInput) => RoutingModel;

/** A site with what it was made of. */
interface CachedSite extends BuiltSite {
  readonly claims: readonly Claim[];
}

/**
 * A function from containers to the routing model that remembers its last result: it builds anew
 * only the sites of which a container is another object than before, and what comes out equal is
 * the same object as before. The result is always equal to that of a new router. Never throws.
 */
export function createRouter(): Router {
  let vantageKey = '';
  let claims = new WeakMap<RuntimeContainer, Claim>();
  let cache: ReadonlyMap<string, CachedSite> = new Map();
  let model: RoutingModel = { sites: [], problems: [] };

  const claimOf = (container: RuntimeContainer, vantage: Vantage): Claim => {
    const known = claims.get(container);
    if (known) return known;
    const claim = makeClaim(container, vantage);
    claims.set(container, claim);
    return claim;
  };

  return ({ containers, vantage }) => {
    const key = JSON.stringify(vantage);
    if (key !== vantageKey) claims = new WeakMap();
    vantageKey = key;

    const current = containers.map((container) => claimOf(container, vantage));
    const next = new Map<string, CachedSite>();
    for (const { host, members } of groupByHost(current)) {
      const before = cache.get(host.host);
      const isSame = before !== undefined && isSameList(before.claims, members);
      const cached = isSame
        ? before
        : { ...buildSite(host, members, before?.site), claims: members };
      next.set(host.host, cached);
    }
    cache = next;

    const built = [...next.values()];
    const sites = built.map(({ site }) => site).sort(bySite);
    const problems = [...current, ...built].flatMap((part) => part.problems).sort(byProblem);
    model = keepModel(model, { sites, problems });
    return model;
  };
}

function groupByHost(
  claims: readonly Claim[],
): Iterable<{ readonly host: Host; readonly members: readonly Claim[] }> {
  const groups = new Map<string, { host: Host; members: Claim[] }>();
  for (const claim of claims) {
    for (const host of claim.intent.hosts) {
      const group = groups.get(host.host);
      if (group) group.members.push(claim);
      else groups.set(host.host, { host, members: [claim] });
    }
  }
  return groups.values();
}

function keepModel(before: RoutingModel, next: RoutingModel): RoutingModel {
  const sites = isSameList(before.sites, next.sites) ? before.sites : next.sites;
  const problems = keepEqual(before.problems, next.problems);
  const isSame = sites === before.sites && problems === before.problems;
  return isSame ? before : { sites, problems };
}
