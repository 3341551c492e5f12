import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Member } from './claim.ts';
import type { HttpEntry, HttpsEntry, Problem, Site, TcpService } from './model.ts';
import { byAge } from './order.ts';
import { outsideProblem, problemOf } from './problem.ts';
import type { ProxySettings } from './proxy-settings.ts';
import type { BuiltTcp } from './tcp.ts';

/** A port on which the proxy is to listen, and the container's setting that says so. */
export interface PortWish {
  readonly scheme: 'http' | 'https' | 'tcp';
  readonly port: number;
  readonly container: RuntimeContainer;
  readonly variable: string;
}

/** A port of its own that a site was given. */
export interface ExternalPort extends PortWish {
  readonly scheme: 'http' | 'https';
}

interface Owner {
  readonly scheme: keyof typeof SPEAKS;
  /** For people. */
  readonly name: string;
  /** Whose setting opened the port. */
  readonly container?: RuntimeContainer;
}

/** For people. */
const SPEAKS = {
  http: 'speaks HTTP',
  https: 'speaks HTTPS',
  tcp: 'hands on what is said',
  stats: 'shows its statistics',
  monitor: 'answers its monitor',
  control: 'tsgen asks the proxy which configuration it runs',
} as const;

/**
 * A listening socket costs each of nginx's workers one of its connections (1,024 in the official
 * image), and a port has up to four: TCP and UDP, IPv4 and IPv6.
 */
const MAX_PORTS = 200;
/** One container must leave some for the others. */
const MAX_PORTS_OF_A_CONTAINER = 20;

const CONTROL: Owner = { scheme: 'control', name: 'tsgen' };

/**
 * A port speaks HTTP or HTTPS, or hands on what is said: a proxy with two of these on one refuses its
 * whole configuration. The proxy's own ports count first, that for tsgen's questions among them, then
 * those of the site, or of the TCP service, that was given its port by the oldest container. One that
 * comes too late is left out, for on any other port it could let in clients that it does not want.
 *
 * @param built in the order of their sites.
 */
export function withoutPortClashes(
  built: readonly {
    readonly site: Site;
    readonly externalPorts: readonly ExternalPort[];
    readonly members: readonly Pick<Member, 'claim' | 'wish'>[];
  }[],
  settings: ProxySettings,
  tcp: readonly BuiltTcp[] = [],
): {
  readonly sites: readonly Site[];
  readonly tcp: readonly TcpService[];
  readonly problems: readonly Problem[];
} {
  const owners = ownPorts(settings);
  const left = new Set<Site | TcpService>();
  const problems: Problem[] = [];
  // Mostly none, however many sites there are.
  const own = built.filter(({ externalPorts }) => externalPorts.length > 0);
  const sites = own.map(({ site, externalPorts, members }) => ({
    what: site,
    name: site.host,
    wanted: externalPorts.filter(isEntered(site)),
    askers: () => members.map(({ claim, wish }) => [claim.container, wish.variables.host] as const),
  }));
  const services = tcp.flatMap(({ service, wishes: [first, ...others] }) =>
    service === undefined || first === undefined
      ? []
      : [
          {
            what: service,
            name: `TCP port ${service.port}`,
            wanted: [
              others.reduce((a, b) => (byAge(a.container, b.container) <= 0 ? a : b), first),
            ],
            askers: () => [first, ...others].map((one) => [one.container, one.variable] as const),
          },
        ],
  );
  const wishes = [...sites, ...services]
    .filter(({ wanted }) => wanted.length > 0)
    .sort((a, b) => byOldest(a.wanted, b.wanted));
  for (const { what, name, wanted, askers } of wishes) {
    const fault = faultOf(name, wanted, owners);
    if (fault === undefined) {
      for (const one of wanted) owners.set(one.port, owners.get(one.port) ?? ownerOf(one, name));
      continue;
    }
    left.add(what);
    const { container, variable } = fault.one;
    const reason = `${fault.why}: ${name} is not served until this is mended`;
    problems.push(problemOf(container, variable, reason), ...ofOthers(askers(), container, reason));
  }
  const all = built.map(({ site }) => site);
  return {
    sites: left.size === 0 ? all : all.filter((site) => !left.has(site)),
    tcp: tcp.flatMap(({ service }) => (service && !left.has(service) ? service : [])),
    problems,
  };
}

function ownPorts({
  httpPort,
  httpsPort,
  statsAuth,
  statsPort,
  monitorUri,
  monitorPort,
  controlPort,
}: ProxySettings): Map<number, Owner> {
  const name = 'the proxy';
  const owners = new Map<number, Owner>();
  if (controlPort !== 0) owners.set(controlPort, CONTROL);
  // Where the monitor answers on a port of sites, that is theirs.
  if (monitorUri !== '') owners.set(monitorPort, { scheme: 'monitor', name });
  if (statsAuth !== 'off') owners.set(statsPort, { scheme: 'stats', name });
  owners.set(httpPort, { scheme: 'http', name });
  owners.set(httpsPort, { scheme: 'https', name });
  return owners;
}

/** Which of the ports that one wants it cannot have, and why. */
function faultOf(
  name: string,
  wanted: readonly PortWish[],
  owners: ReadonlyMap<number, Owner>,
): { readonly one: PortWish; readonly why: string } | undefined {
  const all = new Map(owners);
  for (const one of wanted) {
    const { port, scheme } = one;
    const owner = all.get(port);
    if (owner !== undefined && owner.scheme !== scheme) {
      return { one, why: whyTaken(owner, port) };
    }
    if (owner !== undefined) continue;
    all.set(port, ownerOf(one, name));
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

function ownerOf({ scheme, container }: PortWish, name: string): Owner {
  return { scheme, name, container };
}

function openedBy(container: RuntimeContainer, owners: ReadonlyMap<number, Owner>): number {
  return [...owners.values()].filter((owner) => owner.container === container).length;
}

function whyTaken({ scheme, name }: Owner, port: number): string {
  return scheme === 'control'
    ? `on port ${port} ${SPEAKS[scheme]} (CONTROL_PORT)`
    : `${name} ${SPEAKS[scheme]} on port ${port}, and a port speaks one protocol`;
}

function isMuch(owners: ReadonlyMap<number, Owner>): boolean {
  const forClients = [...owners.values()].filter(({ scheme }) => scheme !== 'control');
  return forClients.length > MAX_PORTS;
}

/** The other containers get no traffic either, and it is not for them to mend. */
function ofOthers(
  askers: readonly (readonly [RuntimeContainer, string])[],
  asking: RuntimeContainer,
  reason: string,
): readonly Problem[] {
  const variables = new Map(askers);
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

function byOldest(a: readonly PortWish[], b: readonly PortWish[]): number {
  const oldest = (ports: readonly PortWish[]) =>
    ports.map(({ container }) => container).sort(byAge)[0];
  const [left, right] = [oldest(a), oldest(b)];
  return left && right ? byAge(left, right) : 0;
}
