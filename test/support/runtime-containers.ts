import { createHash } from 'node:crypto';
import type {
  Address,
  HeldBack,
  Network,
  RuntimeContainer,
} from '../../src/inventory/runtime-container.ts';
import type { Vantage } from '../../src/routing/model.ts';

export interface ContainerWish {
  readonly name?: string;
  /** By default made of the name. */
  readonly id?: string;
  readonly created?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** By name; by default one, `front`. */
  readonly networks?: Readonly<Record<string, Partial<Network>>>;
  readonly networkMode?: string;
  /** `80` or `53/udp`; by default `80`. */
  readonly ports?: readonly string[];
  readonly status?: string;
  readonly running?: boolean;
  readonly health?: string;
  readonly stopping?: boolean;
  readonly heldBack?: HeldBack;
}

/** A running container with one address and one exposed port, but for what is wished otherwise. */
export function aContainer(wish: ContainerWish = {}): RuntimeContainer {
  const name = wish.name ?? 'web-1';
  const status = wish.status ?? 'running';
  const networks = wish.networks ?? { front: { IP: '172.18.0.2' } };
  return {
    ID: wish.id ?? createHash('sha256').update(name).digest('hex'),
    Created: wish.created ?? '2026-01-01T00:00:00Z',
    Addresses: (wish.ports ?? ['80']).map(anAddress),
    Networks: Object.entries(networks)
      .map(([Name, network]) => ({ ...EMPTY_NETWORK, Name, ...network }))
      .sort((a, b) => (a.Name < b.Name ? -1 : 1)),
    Devices: [],
    Gateway: '',
    Name: name,
    Hostname: name,
    NetworkMode: wish.networkMode ?? Object.keys(networks)[0] ?? 'none',
    Image: { Registry: '', Repository: 'web', Tag: '1' },
    Env: Object.assign(Object.create(null) as Record<string, string>, wish.env),
    Volumes: {},
    Node: { ID: '', Name: '', Address: anAddress('') },
    Labels: Object.assign(Object.create(null) as Record<string, string>, wish.labels),
    IP: '',
    IP6LinkLocal: '',
    IP6Global: '',
    Mounts: [],
    State: {
      Running: wish.running ?? ['running', 'paused', 'restarting'].includes(status),
      Health: { Status: wish.health ?? '' },
    },
    status,
    stopping: wish.stopping ?? false,
    ...(wish.heldBack ? { heldBack: wish.heldBack } : {}),
  };
}

/** A proxy in a container on networks of these names, with gateways 172.18.0.1, 172.19.0.1 … */
export function aVantage(...networks: readonly string[]): Vantage {
  return {
    kind: 'container',
    container: { id: 'p'.repeat(64), name: 'proxy' },
    hostNetwork: false,
    networks: networks.map((name, index) => ({
      name,
      gateway: `172.${18 + index}.0.1`,
      internal: false,
    })),
  };
}

const EMPTY_NETWORK: Omit<Network, 'Name'> = {
  IP: '',
  Gateway: '',
  EndpointID: '',
  IPv6Gateway: '',
  GlobalIPv6Address: '',
  MacAddress: '',
  GlobalIPv6PrefixLen: 0,
  IPPrefixLen: 0,
  Internal: false,
  Aliases: [],
};

function anAddress(port: string): Address {
  const [Port = '', Proto = 'tcp'] = port.split('/');
  return { IP: '', IP6LinkLocal: '', IP6Global: '', Port, HostPort: '', Proto, HostIP: '' };
}
