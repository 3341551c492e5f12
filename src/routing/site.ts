import type { Claim, Member } from './claim.ts';
import type { ContainerSettingKey } from './container-settings.ts';
import { debugText } from './debug.ts';
import { decide, decideBy, leaderOf, votersOf } from './decide.ts';
import { type HookPlaces, hookName, routeHooks, siteHook } from './hooks.ts';
import type { Host } from './hosts.ts';
import { externalPort } from './intent.ts';
import { keepEqual } from './keep.ts';
import { keptConnections } from './keepalive.ts';
import type { Absence, Problem, Route, Server, Site } from './model.ts';
import { siteKey, upstreamName } from './names.ts';
import { byContainer, byRoute } from './order.ts';
import { pathText } from './paths.ts';
import { outsideProblem, problemOf } from './problem.ts';
import type { ProxyFiles } from './proxy-files.ts';
import type { ProxySettings } from './proxy-settings.ts';
import { entriesOf, type SiteValues } from './tls.ts';
import type { Unsupported } from './unsupported.ts';

export interface BuiltSite {
  readonly site: Site;
  /** Where its containers disagree, and what is wrong with its certificate. */
  readonly problems: readonly Problem[];
}

/** What a site depends on besides its containers. */
export interface Surroundings {
  readonly settings: ProxySettings;
  readonly files: ProxyFiles;
  readonly places: HookPlaces;
  readonly unsupported: Unsupported;
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface BuiltRoute {
  readonly route: Route;
  readonly problems: readonly Problem[];
}

/** What all containers of a site share; one that has set it is heard. */
const SITE_SETTINGS = [
  ...(['root', 'certName', 'httpsMethod', 'httpOnMissingCert', 'hsts', 'tlsPolicy'] as const),
  ...(['serverTokens', 'acme', 'http2', 'http3', 'nonGetRedirect', 'verifyClient'] as const),
  ...(['trustDefaultCert', 'debugEndpoint'] as const),
] satisfies readonly ContainerSettingKey[];

const DEFAULT_ROOT_FOLDER = '/var/www/public';

/**
 * Makes one site of the wishes for its host. Parts that are equal to those of the site before keep
 * their identity.
 */
export function buildSite(
  { host, kind }: Host,
  members: readonly Member[],
  around: Surroundings,
  before: Site | undefined,
): BuiltSite {
  const { settings, files, places } = around;
  const sorted = members.toSorted((a, b) => byContainer(a.claim.ref, b.claim.ref));
  const claims = [...new Set(sorted.map(({ claim }) => claim))];
  const { values, ports, problems } = decideSite(host, claims, settings);
  const key = siteKey(host, kind);
  const name = hookName(host, kind);
  const built = groupByPath(sorted).map((group) => buildRoute({ host, key, name }, group, around));
  const routes = built.map(({ route }) => route).sort(byRoute);
  const { http, https, acme, problems: faults } = entriesOf({ host, key }, values, ports, around);
  const hook = siteHook(name, files, places);
  const hasRoot = routes.some(({ path, pathKind }) => path === '/' && pathKind === 'prefix');
  const debugs = values.debugEndpoint ?? settings.debugEndpoint;
  const next: Site = {
    host,
    kind,
    key,
    isDefault: settings.defaultHost === host,
    http,
    https,
    acme: acme && !routes.some(({ path }) => path === ACME_PATH),
    ...(values.serverTokens ? { serverTokens: values.serverTokens } : {}),
    root: values.root ?? DEFAULT_ROOT_FOLDER,
    ...(hook ? { hook } : {}),
    ...(hasRoot ? {} : { rest: settings.defaultRoot }),
    ...(debugs ? { debug: debugText({ host, http, https, routes }) } : {}),
    routes: keepEqual(before?.routes ?? [], routes),
  };
  const [site] = keepEqual(before ? [before] : [], [next]);
  return {
    site: site ?? next,
    problems: [
      ...problems,
      ...built.flatMap((route) => route.problems),
      ...tlsProblems(claims, host, faults),
    ],
  };
}

/** A container that asks for this very path answers the challenges itself. */
const ACME_PATH = '/.well-known/acme-challenge/';

function decideSite(host: string, claims: readonly Claim[], settings: ProxySettings) {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  for (const key of SITE_SETTINGS) {
    const decision = decide(key, claims, host);
    problems.push(...decision.problems);
    if (decision.value !== undefined) values[key] = decision.value;
  }
  const [http, https] = (['http', 'https'] as const).map((scheme) => {
    const what = `external port of ${host} over ${scheme.toUpperCase()}`;
    const decision = decideBy(
      claims,
      ({ intent }) => externalPort(intent.values, scheme, host),
      what,
    );
    problems.push(...decision.problems);
    return decision.value;
  });
  return {
    values: values as SiteValues,
    ports: { http: http ?? settings.httpPort, https: https ?? settings.httpsPort },
    problems,
  };
}

/** They are all containers' of the site; the oldest stands for them. */
function tlsProblems(
  claims: readonly Claim[],
  host: string,
  faults: readonly string[],
): readonly Problem[] {
  const leader = leaderOf(votersOf(claims.map((claim) => ({ claim }))))?.claim;
  if (!leader) return [];
  const { certName, hosts, multiports } = leader.intent.values;
  const variable = (certName ?? hosts ?? multiports)?.variable ?? 'VIRTUAL_HOST';
  return faults.map((fault) =>
    outsideProblem(problemOf(leader.container, variable, `${host}: ${fault}`)),
  );
}

function groupByPath(members: readonly Member[]): readonly (readonly Member[])[] {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const { path, pathKind } = member.wish;
    const group = groups.get(`${pathKind} ${path}`);
    if (group) group.push(member);
    else groups.set(`${pathKind} ${path}`, [member]);
  }
  return [...groups.values()];
}

/**
 * A route has one destination and one protocol: those of its oldest container. Who wants another
 * destination is served by the one that counts; who speaks another protocol gets no traffic, since
 * it would not understand it. Both are problems.
 */
function buildRoute(
  { host, key, name }: { readonly host: string; readonly key: string; readonly name: string },
  members: readonly Member[],
  { settings, files, places, unsupported }: Surroundings,
): BuiltRoute {
  const spoken = members.filter(({ wish }) => !unsupported.protocols.has(wish.proto));
  const leader = leaderOf(votersOf(spoken)) ?? leaderOf(votersOf(members));
  if (!leader) throw new Error(`the route of ${host} has no member`);
  const { path, pathKind, dest, proto } = leader.wish;
  const where = `${host} and path ${pathText({ path, pathKind })}`;
  const claims = members.map(({ claim }) => claim);
  const access = decide('access', claims, where);
  const balance = decide('balance', claims, where);
  const keepalive = decide('keepalive', claims, where);

  const problems: Problem[] = [access, balance, keepalive].flatMap((one) => one.problems);
  const servers: Server[] = [];
  const absent: Absence[] = [];
  for (const member of members) {
    const { claim, wish, part } = member;
    const unspoken = unsupported.protocols.get(wish.proto);
    if (unspoken !== undefined) {
      absent.push({ container: claim.ref, reason: `speaks ${wish.proto}, and ${unspoken}` });
      if (claim.leaving) continue;
      const reason = `${unspoken}; it gets no traffic for ${where}`;
      problems.push(problemOf(claim.container, wish.variables.proto, reason));
      continue;
    }
    const isOutvoted = !claim.leaving && wish.proto !== proto;
    if (!claim.leaving) problems.push(...dissent(member, leader, where));
    if (isOutvoted) absent.push({ container: claim.ref, reason: protocolClash(member, leader) });
    else if (part.kind === 'server') servers.push(part.server);
    else absent.push(part.absence);
  }
  const kept = keepalive.value ?? 'auto';
  const upstream = {
    name: upstreamName({ host, key }, { path, pathKind }, { hashed: settings.hashedNames }),
    protocol: proto,
    balance: balance.value ?? { method: 'round-robin' as const },
    keepalive: kept,
    connections: keptConnections(kept, servers.length),
    servers,
    absent,
  };
  // Whoever wants it internal gets it: the other way round would let strangers in.
  const isInternal = votersOf(members).some(
    ({ claim }) => claim.intent.values.access?.value === 'internal',
  );
  const internalClients = files.hooks.get(places.internalClients);
  const parameters = files.hooks.get(places.fastcgi);
  return {
    route: {
      path,
      pathKind,
      dest,
      access: isInternal ? 'internal' : 'external',
      ...(isInternal && internalClients ? { internalClients } : {}),
      ...(proto === 'fastcgi' && parameters ? { parameters } : {}),
      ...routeHooks(name, { path, pathKind }, files, places),
      upstream,
    },
    problems,
  };
}

function dissent(member: Member, leader: Member, where: string): readonly Problem[] {
  const { proto, dest } = leader.wish;
  const { claim, wish } = member;
  if (wish.proto !== proto) {
    const reason = `${protocolClash(member, leader)}; it gets no traffic for ${where} until both agree`;
    return [problemOf(claim.container, wish.variables.proto, reason)];
  }
  if (wish.dest !== dest) {
    const reason = `${leader.claim.ref.name}, which is older, has ${JSON.stringify(dest)} for ${where}: that one counts for both`;
    return [problemOf(claim.container, wish.variables.dest, reason)];
  }
  return [];
}

function protocolClash({ wish }: Member, leader: Member): string {
  return `speaks ${wish.proto}, while ${leader.claim.ref.name}, which is older, speaks ${leader.wish.proto}`;
}
