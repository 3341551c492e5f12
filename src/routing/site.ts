import type { Claim, Member } from './claim.ts';
import type { ContainerSettingKey } from './container-settings.ts';
import { debugText } from './debug.ts';
import { type Decision, decide, decideBy, leaderOf, votersOf } from './decide.ts';
import { hookName, siteHook } from './hooks.ts';
import type { Host } from './hosts.ts';
import { externalPort, httpsMethod } from './intent.ts';
import { keepEqual } from './keep.ts';
import type { Problem, Site } from './model.ts';
import { siteKey } from './names.ts';
import { byContainer, byRoute } from './order.ts';
import type { ExternalPort } from './port-clashes.ts';
import { outsideProblem, problemOf } from './problem.ts';
import type { ProxySettings } from './proxy-settings.ts';
import { buildRoute } from './route.ts';
import type { Surroundings } from './surroundings.ts';
import { entriesOf, type SiteValues } from './tls.ts';

export interface BuiltSite {
  readonly site: Site;
  /** Where its containers disagree, and what is wrong with its certificate. */
  readonly problems: readonly Problem[];
  readonly externalPorts: readonly ExternalPort[];
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
  const { values, certBy, ports, externalPorts, problems } = decideSite(host, claims, settings);
  const key = siteKey(host, kind);
  const name = hookName(host, kind);
  const built = groupByPath(sorted).map((group) => buildRoute({ host, key, name }, group, around));
  const routes = built.map(({ route }) => route).sort(byRoute);
  const { http, https, acme, problems: faults } = entriesOf({ host, key }, values, ports, around);
  const hook = siteHook(name, files, places);
  const hasRoot = routes.some(({ path, pathKind }) => path === '/' && pathKind === 'prefix');
  const weight = Math.max(...routes.map((route) => route.weight ?? 0));
  const debugs = values.debugEndpoint ?? settings.debugEndpoint;
  const next: Site = {
    host,
    kind,
    key,
    isDefault: settings.defaultHost === host,
    http,
    https,
    acme: acme && !routes.some(({ path, pathKind }) => path === ACME_PATH && pathKind === 'prefix'),
    ...(values.serverTokens ? { serverTokens: values.serverTokens } : {}),
    root: values.root ?? DEFAULT_ROOT_FOLDER,
    ...(hook ? { hook } : {}),
    ...(hasRoot ? {} : { rest: settings.defaultRoot }),
    ...(weight === 0 ? {} : { weight }),
    ...(debugs ? { debug: debugText({ host, http, https, routes }) } : {}),
    routes: keepEqual(before?.routes ?? [], routes),
  };
  const [site] = keepEqual(before ? [before] : [], [next]);
  const limits = around.limits.site?.(next) ?? [];
  return {
    site: site ?? next,
    externalPorts,
    problems: [
      ...problems,
      ...built.flatMap((route) => route.problems),
      ...siteProblems(claims, host, certBy, [...faults, ...limits]),
    ],
  };
}

/** A container that asks for this very path answers the challenges itself. */
const ACME_PATH = '/.well-known/acme-challenge/';

function decideSite(host: string, claims: readonly Claim[], settings: ProxySettings) {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  let certBy: Decision<unknown>['by'];
  for (const key of SITE_SETTINGS) {
    const decision: Decision<unknown> =
      key === 'httpsMethod'
        ? decideBy(
            claims,
            ({ intent }) => httpsMethod(intent.values, host),
            `HTTPS_METHOD of ${host}`,
          )
        : decide(key, claims, host);
    problems.push(...decision.problems);
    if (decision.value !== undefined) values[key] = decision.value;
    if (key === 'certName') certBy = decision.by;
  }
  // HTTPS first: of the two it is the one to keep.
  const externalPorts = (['https', 'http'] as const).flatMap((scheme): readonly ExternalPort[] => {
    const {
      value,
      by,
      problems: more,
    } = decideBy(
      claims,
      ({ intent }) => externalPort(intent.values, scheme, host),
      `external port of ${host} over ${scheme.toUpperCase()}`,
    );
    problems.push(...more);
    return value === undefined || by === undefined ? [] : [{ scheme, port: value, ...by }];
  });
  const portOf = (scheme: ExternalPort['scheme']) =>
    externalPorts.find((one) => one.scheme === scheme)?.port;
  return {
    values: values as SiteValues,
    certBy,
    ports: {
      http: portOf('http') ?? settings.httpPort,
      https: portOf('https') ?? settings.httpsPort,
    },
    externalPorts,
    problems,
  };
}

/**
 * They are all containers' of the site: the one whose `CERT_NAME` counts stands for them, else the
 * oldest.
 */
function siteProblems(
  claims: readonly Claim[],
  host: string,
  certBy: Decision<unknown>['by'],
  faults: readonly string[],
): readonly Problem[] {
  const leader = leaderOf(votersOf(claims.map((claim) => ({ claim }))))?.claim;
  if (!leader) return [];
  const { hosts, multiports } = leader.intent.values;
  const { container, variable } = certBy ?? {
    container: leader.container,
    variable: (hosts ?? multiports)?.variable ?? 'VIRTUAL_HOST',
  };
  return faults.map((fault) => outsideProblem(problemOf(container, variable, `${host}: ${fault}`)));
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
