import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { boundedProblems } from './bounded-problems.ts';
import { nextValidityChange } from './choose-certificate.ts';
import { type Claim, type Member, makeClaim, membershipsOf, type Reach } from './claim.ts';
import { buildFront } from './front.ts';
import type { HookPlaces } from './hooks.ts';
import type { Host } from './hosts.ts';
import type { Reading } from './intent.ts';
import { isSameList, keepEqual } from './keep.ts';
import { NO_LIMITS, type ProxyLimits, proxyLimits } from './limits.ts';
import type { Front, Problem, RoutingModel, Vantage } from './model.ts';
import { bySite } from './order.ts';
import { withoutPortClashes } from './port-clashes.ts';
import { NO_FILES, type ProxyFiles } from './proxy-files.ts';
import type { ProxySettings } from './proxy-settings.ts';
import { DEFAULT_PROXY_SETTINGS } from './read-proxy-settings.ts';
import { type BuiltSite, buildSite } from './site.ts';
import type { Surroundings } from './surroundings.ts';
import { buildTcp } from './tcp.ts';
import { OWN_VOCABULARY, type Vocabulary } from './vocabulary.ts';

export interface RoutingInput {
  /** In any order; those that do not run may be among them. */
  readonly containers: readonly RuntimeContainer[];
  readonly vantage: Vantage;
  /** By default all defaults. */
  readonly settings?: ProxySettings;
  /** What is wrong with them. */
  readonly settingProblems?: readonly Problem[];
  /** By default none. */
  readonly files?: ProxyFiles;
  readonly places?: HookPlaces;
  /** Whose words count; by default tsgen's own. The same object in each call. */
  readonly vocabulary?: Vocabulary;
  /** What the proxy cannot do; by default it can do all. The same object in each call. */
  readonly limits?: ProxyLimits;
  /** Milliseconds since 1970, for the validity of certificates; by default long ago. */
  readonly now?: number;
}

export type Router = (input: RoutingInput) => RoutingModel;

/** A site with what it was made of. */
interface CachedSite extends BuiltSite {
  readonly members: readonly Member[];
}

const NO_PLACES: HookPlaces = {
  sites: '',
  users: '',
  headers: '',
  internalClients: '',
  fastcgi: '',
  errorPage: '',
  certificates: '',
  dhparam: '',
};

/**
 * A function from containers to the routing model that remembers its last result: it builds anew
 * only the sites of which a container is another object than before, or all when settings, files or
 * the validity of a certificate changed, and what comes out equal is the same object as before. The
 * result is always equal to that of a new router. Never throws.
 */
export function createRouter(): Router {
  const reaches = new Changes();
  const surroundings = new Changes();
  let members = new WeakMap<RuntimeContainer, readonly Member[]>();
  let claims = new WeakMap<RuntimeContainer, Claim>();
  let cache: ReadonlyMap<string, CachedSite> = new Map();
  /** What was built holds from the one to before the other, as far as certificates go. */
  let validFrom = 0;
  let validUntil: number | undefined;
  let model: RoutingModel | undefined;

  const claimOf = (container: RuntimeContainer, reach: Reach): Claim => {
    const known = claims.get(container);
    if (known) return known;
    const claim = makeClaim(container, reach);
    claims.set(container, claim);
    members.set(container, membershipsOf(claim));
    return claim;
  };

  return ({ containers, vantage, settings = DEFAULT_PROXY_SETTINGS, ...rest }) => {
    const { files = NO_FILES, places = NO_PLACES, now = 0, settingProblems = [] } = rest;
    const { limits = NO_LIMITS, vocabulary = OWN_VOCABULARY } = rest;
    const { additionalServices } = settings;
    const reading: Reading = { vocabulary, additionalServices };
    const { preferIpv6 } = settings;
    const reads = [vocabulary, additionalServices];
    if (reaches.differ([JSON.stringify(vantage), preferIpv6, limits, ...reads])) {
      claims = new WeakMap();
      members = new WeakMap();
    }
    // A clock can be put back.
    const isOutdated = now < validFrom || (validUntil !== undefined && now >= validUntil);
    if (surroundings.differ([settings, files, places, limits]) || isOutdated) {
      // What was built before is kept to compare with, and not taken for what would come out now.
      cache = new Map([...cache].map(([host, cached]) => [host, { ...cached, members: [] }]));
      validFrom = now;
      validUntil = nextValidityChange(files, now);
    }
    const around: Surroundings = { settings, files, places, limits, now };
    const reach: Reach = { vantage, preferIpv6, limits, reading };
    const current = containers.map((container) => claimOf(container, reach));
    const next = new Map<string, CachedSite>();
    for (const { host, own } of groupByHost(containers, members)) {
      const before = cache.get(host.host);
      const isSame = before !== undefined && isSameList(before.members, own);
      const cached = isSame
        ? before
        : { ...buildSite(host, own, around, before?.site), members: own };
      next.set(host.host, cached);
    }
    cache = next;

    const built = [...next.values()];
    const builtTcp = buildTcp(current, around);
    const unclashed = withoutPortClashes(built, settings, builtTcp);
    const sites = unclashed.sites.toSorted(bySite);
    const { front, problems } = buildFront(sites, around);
    const all = boundedProblems([
      ...settingProblems,
      ...proxyLimits(settings, limits),
      ...problems,
      ...unclashed.problems,
      ...[...current, ...built, ...builtTcp].flatMap((part) => part.problems),
    ]);
    model = keepModel(model, { sites, tcp: unclashed.tcp, front, problems: all });
    return model;
  };
}

/** That of no containers at all. */
export function emptyModel(): RoutingModel {
  return createRouter()({ containers: [], vantage: { kind: 'host' } });
}

/** Whether a list of values differs from the one before. */
class Changes {
  #before: readonly unknown[] = [];

  differ(values: readonly unknown[]): boolean {
    const isSame = isSameList(this.#before, values);
    this.#before = values;
    return !isSame;
  }
}

function groupByHost(
  containers: readonly RuntimeContainer[],
  members: WeakMap<RuntimeContainer, readonly Member[]>,
): Iterable<{ readonly host: Host; readonly own: readonly Member[] }> {
  const groups = new Map<string, { host: Host; own: Member[] }>();
  for (const container of containers) {
    for (const member of members.get(container) ?? []) {
      const { host } = member.wish;
      const group = groups.get(host.host);
      if (group) group.own.push(member);
      else groups.set(host.host, { host, own: [member] });
    }
  }
  return groups.values();
}

function keepModel(before: RoutingModel | undefined, next: RoutingModel): RoutingModel {
  if (before === undefined) return next;
  const sites = isSameList(before.sites, next.sites) ? before.sites : next.sites;
  const problems = keepEqual(before.problems, next.problems);
  const tcp = keepEqual(before.tcp, next.tcp);
  const [front = next.front] = keepEqual<Front>([before.front], [next.front]);
  const isSame =
    sites === before.sites &&
    tcp === before.tcp &&
    problems === before.problems &&
    front === before.front;
  return isSame ? before : { sites, tcp, front, problems };
}
