import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Member } from './claim.ts';
import type { HttpEntry, HttpsEntry, Problem, Site } from './model.ts';
import { byAge, bySite } from './order.ts';
import { outsideProblem, problemOf } from './problem.ts';
import type { ProxySettings } from './proxy-settings.ts';

/** A port of its own that a site was given, and the container's setting that says so. */
export interface ExternalPort {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  readonly container: RuntimeContainer;
  readonly variable: string;
}

interface Owner {
  /** `control`: it is none for clients. */
  readonly scheme: 'http' | 'https' | 'control';
  /** For people. */
  readonly name: string;
  /** Whose setting opened the port. */
  readonly container?: RuntimeContainer;
}

/**
 * A listening socket costs each of nginx's workers one of its connections (1,024 in the official
 * image), and a port has up to four: TCP and UDP, IPv4 and IPv6.
 */
const MAX_PORTS = 200;
/** One container must leave some for the others. */
const MAX_PORTS_OF_A_CONTAINER = 20;

const CONTROL: Owner = { scheme: 'control', name: 'tsgen' };

/**
 * A port speaks HTTP or HTTPS: a proxy with both on one refuses its whole configuration. The
 * proxy's own ports count first, that for tsgen's questions among them, then those of the site that was given its port by the oldest
 * container. A site that comes too late is left out, for on any other port it could let in clients
 * that it does not want.
 */
export function withoutPortClashes(
  built: readonly {
    readonly site: Site;
    readonly externalPorts: readonly ExternalPort[];
    readonly members: readonly Pick<Member, 'claim' | 'wish'>[];
  }[],
  { httpPort, httpsPort, controlPort }: ProxySettings,
): { readonly sites: readonly Site[]; readonly problems: readonly Problem[] } {
  const owners = new Map<number, Owner>([
    [httpPort, { scheme: 'http', name: 'the proxy' }],
    [httpsPort, { scheme: 'https', name: 'the proxy' }],
    ...(controlPort === 0 ? [] : [[controlPort, CONTROL] as const]),
  ]);
  const left = new Set<Site>();
  const problems: Problem[] = [];
  const wishes = built
    .map(({ site, externalPorts, members }) => ({
      site,
      members,
      wanted: externalPorts.filter(isEntered(site)),
    }))
    .filter(({ wanted }) => wanted.length > 0)
    .sort((a, b) => byOldest(a.wanted, b.wanted) || bySite(a.site, b.site));
  for (const { site, wanted, members } of wishes) {
    const fault = faultOf(site, wanted, owners);
    if (fault === undefined) {
      for (const one of wanted) owners.set(one.port, owners.get(one.port) ?? ownerOf(one, site));
      continue;
    }
    left.add(site);
    const { container, variable } = fault.one;
    const reason = `${fault.why}: ${site.host} is not served until this is mended`;
    problems.push(problemOf(container, variable, reason), ...ofOthers(members, container, reason));
  }
  return { sites: built.flatMap(({ site }) => (left.has(site) ? [] : site)), problems };
}

/** Which of the ports that a site wants it cannot have, and why. */
function faultOf(
  site: Site,
  wanted: readonly ExternalPort[],
  owners: ReadonlyMap<number, Owner>,
): { readonly one: ExternalPort; readonly why: string } | undefined {
  const all = new Map(owners);
  for (const one of wanted) {
    const { port, scheme } = one;
    const owner = all.get(port);
    if (owner !== undefined && owner.scheme !== scheme) {
      return { one, why: whyTaken(owner, port) };
    }
    if (owner !== undefined) continue;
    all.set(port, ownerOf(one, site));
    if (openedBy(one.container, all) > MAX_PORTS_OF_A_CONTAINER) {
      const why = `${one.container.Name} has opened ${MAX_PORTS_OF_A_CONTAINER} ports already, which is all that one container may`;
      return { one, why };
    }
    if (isMuch(all)) {
      const why = `the proxy listens on ${MAX_PORTS} ports already, of which each costs it connections`;
      return { one, why };
    }
  }
  return undefined;
}

function ownerOf({ scheme, container }: ExternalPort, { host }: Site): Owner {
  return { scheme, name: host, container };
}

function openedBy(container: RuntimeContainer, owners: ReadonlyMap<number, Owner>): number {
  return [...owners.values()].filter((owner) => owner.container === container).length;
}

function whyTaken({ scheme, name }: Owner, port: number): string {
  return scheme === 'control'
    ? `on port ${port} tsgen asks the proxy which configuration it runs (CONTROL_PORT)`
    : `${name} speaks ${scheme.toUpperCase()} on port ${port}, and a port speaks one protocol`;
}

function isMuch(owners: ReadonlyMap<number, Owner>): boolean {
  const forClients = [...owners.values()].filter(({ scheme }) => scheme !== 'control');
  return forClients.length > MAX_PORTS;
}

/** The site's other containers get no traffic either, and it is not for them to mend. */
function ofOthers(
  members: readonly Pick<Member, 'claim' | 'wish'>[],
  asking: RuntimeContainer,
  reason: string,
): readonly Problem[] {
  const variables = new Map(
    members.map(({ claim, wish }) => [claim.container, wish.variables.host] as const),
  );
  variables.delete(asking);
  return [...variables].map(([container, variable]) =>
    outsideProblem(problemOf(container, variable, `${asking.Name} asks for a port: ${reason}`)),
  );
}

/** Whether the site is entered on a port. */
function isEntered({ http, https }: Site): (one: ExternalPort) => boolean {
  const entries: Readonly<Record<ExternalPort['scheme'], HttpEntry | HttpsEntry>> = { http, https };
  return ({ scheme }) => entries[scheme].kind !== 'off';
}

function byOldest(a: readonly ExternalPort[], b: readonly ExternalPort[]): number {
  const oldest = (ports: readonly ExternalPort[]) =>
    ports.map(({ container }) => container).sort(byAge)[0];
  const [left, right] = [oldest(a), oldest(b)];
  return left && right ? byAge(left, right) : 0;
}
