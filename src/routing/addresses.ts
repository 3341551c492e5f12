import { isIP } from 'node:net';
import type { Network, RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Reach } from './claim.ts';
import type { Server, Vantage } from './model.ts';
import type { Obstacle } from './obstacle.ts';

export type FoundAddress =
  | ({ readonly kind: 'reachable' } & Pick<Server, 'address' | 'family' | 'network'>)
  | { readonly kind: 'unreachable'; readonly obstacle: Obstacle };

export interface ChosenPort {
  readonly port: number;
  /** What a person should know about the choice; '' when it goes without saying. */
  readonly note: string;
}

/** Ports that a container exposes for something else. */
export interface PortsWithout {
  /** Never taken unless asked for. */
  readonly excluded: readonly number[];
  /** Handed on as they are: taken only where nothing else is left. */
  readonly tcp: readonly number[];
}

const WITHOUT_NONE: PortsWithout = { excluded: [], tcp: [] };

/** The port that was asked for, else the only TCP port that the container exposes, else 80. */
export function choosePort(
  container: RuntimeContainer,
  wanted: number | undefined,
  without: PortsWithout = WITHOUT_NONE,
): ChosenPort {
  const tcp = container.Addresses.filter(({ Proto }) => Proto === 'tcp');
  const open = [...new Set(tcp.map(({ Port }) => Port))].filter(
    (port) => !without.excluded.includes(Number(port)),
  );
  const forHttp = open.filter((port) => !without.tcp.includes(Number(port)));
  const exposed = forHttp.length > 0 ? forHttp : open;
  const only = exposed.length === 1 ? Number(exposed[0]) : undefined;
  const port = wanted ?? only ?? 80;
  const seen = exposed.length === 0 ? 'no port' : `ports ${exposed.join(', ')}`;
  const guess =
    wanted === undefined && only === undefined
      ? `it exposes ${seen}, and VIRTUAL_PORT is not set: 80 is taken`
      : '';
  const published = tcp.find(({ Port, HostPort }) => Number(Port) === port && HostPort !== '');
  const bypass = published
    ? `port ${port} is published on the host too, as ${published.HostPort}: clients can go past the proxy`
    : '';
  return { port, note: [guess, bypass].filter((part) => part !== '').join('; ') };
}

/**
 * Where the proxy reaches the container. Of several shared networks the first by name counts
 * (a second address would give the container twice the traffic), on it the IPv4 address before the
 * IPv6 one, unless IPv6 is preferred. `ingress` never counts: only Swarm's own balancer routes over it. The rules are
 * nginx-proxy's.
 */
export function chooseAddress(
  container: RuntimeContainer,
  { vantage, preferIpv6 }: Reach,
): FoundAddress {
  if (isOnHostNetwork(container)) return hostAddress(vantage);
  const candidates = container.Networks.filter(({ Name }) => Name !== 'ingress' && Name !== 'none');
  const shared = candidates.filter(({ Name }) => isShared(Name, vantage));
  for (const network of shared) {
    const { IP, GlobalIPv6Address, Name } = network;
    const addresses = preferIpv6 ? [GlobalIPv6Address, IP] : [IP, GlobalIPv6Address];
    for (const address of addresses) {
      const found = reachable(address, Name);
      if (found) return found;
    }
  }
  return { kind: 'unreachable', obstacle: obstacleOf(container, candidates, shared, vantage) };
}

function isOnHostNetwork({ NetworkMode, Networks }: RuntimeContainer): boolean {
  return NetworkMode === 'host' || Networks.some(({ Name }) => Name === 'host');
}

function isShared(name: string, vantage: Vantage): boolean {
  if (vantage.kind === 'host' || vantage.hostNetwork) return true;
  return vantage.networks.some((network) => network.name === name);
}

/** A container on the host's network is at the host: from another network, at its gateway. */
function hostAddress(vantage: Vantage): FoundAddress {
  if (vantage.kind === 'host' || vantage.hostNetwork) {
    return { kind: 'reachable', address: '127.0.0.1', family: 4, network: 'host' };
  }
  for (const { internal, gateway } of vantage.networks) {
    const found = internal ? undefined : reachable(gateway, 'host');
    if (found) return found;
  }
  const { name } = vantage.container;
  return {
    kind: 'unreachable',
    obstacle: {
      why: `uses the host's network, and the proxy (${name}) has no network with a way to the host`,
      remedy: 'connect the proxy to a network that is not internal',
    },
  };
}

function reachable(address: string, network: string): FoundAddress | undefined {
  const family = isIP(address);
  return family === 4 || family === 6 ? { kind: 'reachable', address, family, network } : undefined;
}

function obstacleOf(
  { Name, NetworkMode }: RuntimeContainer,
  candidates: readonly Network[],
  shared: readonly Network[],
  vantage: Vantage,
): Obstacle {
  if (NetworkMode.startsWith('container:')) {
    return {
      why: `uses the network of another container (${NetworkMode})`,
      remedy: 'set VIRTUAL_HOST on that one instead',
    };
  }
  if (shared.length > 0) return { why: `has no address on ${names(shared)}`, remedy: '' };
  const own = candidates.length === 0 ? 'no network' : `only ${names(candidates)}`;
  if (vantage.kind === 'host') return { why: `is on ${own}`, remedy: 'connect it to a network' };
  const proxy = vantage.container.name;
  const theirs = vantage.networks.map(({ name }) => ({ Name: name }));
  const [target] = theirs.filter(
    (network) => network.Name !== 'ingress' && network.Name !== 'none',
  );
  const remedy = target
    ? `docker network connect ${target.Name} ${Name}`
    : 'connect both to one network';
  const why = `shares no network with the proxy (it is on ${own}, ${proxy} on ${names(theirs)})`;
  return { why, remedy };
}

function names(networks: readonly Pick<Network, 'Name'>[]): string {
  return networks.map(({ Name }) => Name).join(', ') || 'none';
}
