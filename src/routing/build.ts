import { resorted } from '../base/resorted.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { boundedProblems } from './bounded-problems.ts';
import { nextValidityChange } from './choose-certificate.ts';
import type { Member } from './claim.ts';
import { ClaimBook } from './claim-book.ts';
import { buildFront } from './front.ts';
import type { HookPlaces } from './hooks.ts';
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
interface MadeSite extends BuiltSite {
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
  let book: ClaimBook | undefined;
  let sites: ReadonlyMap<string, MadeSite> = new Map();
  /** The same, in their order. */
  let built: readonly MadeSite[] = [];
  /** What was built holds from the one to before the other, as far as certificates go. */
  let validFrom = 0;
  let validUntil: number | undefined;
  let model: RoutingModel | undefined;

  /** Builds the sites of these hosts anew. What came out before is kept to compare with. */
  const rebuild = (hosts: ReadonlySet<string>, claims: ClaimBook, around: Surroundings) => {
    if (hosts.size === 0) return;
    const next = new Map(sites);
    const fresh: MadeSite[] = [];
    for (const host of hosts) {
      const group = claims.group(host);
      next.delete(host);
      if (!group) continue;
      const { members } = group;
      const site = { ...buildSite(group.host, members, around, sites.get(host)?.site), members };
      next.set(host, site);
      fresh.push(site);
    }
    const gone = [...hosts].flatMap((host) => sites.get(host) ?? []);
    built = resorted(built, { gone, added: fresh }, (a, b) => bySite(a.site, b.site));
    sites = next;
  };

  return ({ containers, vantage, settings = DEFAULT_PROXY_SETTINGS, ...rest }) => {
    const { files = NO_FILES, places = NO_PLACES, now = 0, settingProblems = [] } = rest;
    const { limits = NO_LIMITS, vocabulary = OWN_VOCABULARY } = rest;
    const { additionalServices, preferIpv6 } = settings;
    const reads = [vocabulary, additionalServices];
    const moved = reaches.differ([JSON.stringify(vantage), preferIpv6, limits, ...reads]);
    if (moved || !book) {
      book = new ClaimBook({
        vantage,
        preferIpv6,
        limits,
        reading: { vocabulary, additionalServices },
      });
    }
    const changed = book.take(containers);
    // A clock can be put back.
    const isOutdated = now < validFrom || (validUntil !== undefined && now >= validUntil);
    const isElsewhere = surroundings.differ([settings, files, places, limits]) || isOutdated;
    if (isElsewhere) {
      validFrom = now;
      validUntil = nextValidityChange(files, now);
    }
    const around: Surroundings = { settings, files, places, limits, now };
    const all = moved || isElsewhere;
    rebuild(all ? new Set([...sites.keys(), ...book.hosts]) : changed, book, around);

    const builtTcp = buildTcp([...book.tcp], around);
    const unclashed = withoutPortClashes(built, settings, builtTcp);
    const { front, problems } = buildFront(unclashed.sites, around);
    const bounded = boundedProblems([
      ...settingProblems,
      ...proxyLimits(settings, limits),
      ...problems,
      ...unclashed.problems,
      ...[...book.faulty, ...built, ...builtTcp].flatMap((part) => part.problems),
    ]);
    const { sites: served, tcp } = unclashed;
    model = keepModel(model, { sites: served, tcp, front, problems: bounded });
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
