import type { WireContainer, WireEndpoint } from '../docker/api.ts';
import type { Address, Network, RuntimeContainer, Volume } from './runtime-container.ts';
import { compareText, emptyMap, sortedMap } from './text.ts';

/** Whether a network is internal, by its ID or, where the engine gives no ID, by its name. */
export type IsInternal = (network: { readonly id: string; readonly name: string }) => boolean;

/**
 * What the engine says of a container → docker-gen's view of it, field for field. Everything is
 * sorted that engines give in no order, so that equal containers are equal in every answer.
 */
export function toRuntimeContainer(wire: WireContainer, isInternal: IsInternal): RuntimeContainer {
  const own = ownAddresses(wire);
  return {
    ID: wire.Id,
    Created: wire.Created,
    Addresses: addresses(wire, own),
    Networks: networks(wire, isInternal),
    Devices: (wire.HostConfig?.Devices ?? []).map((device) => ({
      PathOnHost: device.PathOnHost ?? '',
      PathInContainer: device.PathInContainer ?? '',
      Permissions: device.CgroupPermissions ?? '',
    })),
    Gateway: own.Gateway,
    Name: wire.Name.replace(/^\//, ''),
    Hostname: wire.Config.Hostname ?? '',
    NetworkMode: wire.HostConfig?.NetworkMode ?? '',
    Image: splitImage(wire.Config.Image ?? ''),
    Env: environment(wire.Config.Env ?? []),
    Volumes: volumes(wire),
    Node: {
      ID: wire.Node?.ID ?? '',
      Name: wire.Node?.Name ?? '',
      Address: { ...NO_ADDRESS, IP: wire.Node?.IP ?? '' },
    },
    Labels: sortedMap(Object.entries(wire.Config.Labels ?? {})),
    IP: own.IP,
    IP6LinkLocal: own.IP6LinkLocal,
    IP6Global: own.IP6Global,
    Mounts: (wire.Mounts ?? [])
      .map((mount) => ({
        Name: mount.Name ?? '',
        Source: mount.Source ?? '',
        Destination: mount.Destination ?? '',
        Driver: mount.Driver ?? '',
        Mode: mount.Mode ?? '',
        RW: mount.RW ?? false,
      }))
      .sort((a, b) => compareText(a.Destination, b.Destination)),
    State: {
      Running: wire.State.Running ?? false,
      Health: { Status: healthOf(wire) },
    },
    status: statusOf(wire),
    stopping: false,
  };
}

const NO_ADDRESS: Address = {
  IP: '',
  IP6LinkLocal: '',
  IP6Global: '',
  Port: '',
  HostPort: '',
  Proto: '',
  HostIP: '',
};

type OwnAddresses = Pick<RuntimeContainer, 'IP' | 'IP6LinkLocal' | 'IP6Global' | 'Gateway'>;

/**
 * The container's addresses on the default bridge. Engines from 29 on give them only with the
 * networks.
 */
function ownAddresses({ NetworkSettings }: WireContainer): OwnAddresses {
  const bridge = NetworkSettings?.Networks?.bridge;
  return {
    IP: NetworkSettings?.IPAddress || bridge?.IPAddress || '',
    IP6LinkLocal: NetworkSettings?.LinkLocalIPv6Address ?? '',
    IP6Global: NetworkSettings?.GlobalIPv6Address || bridge?.GlobalIPv6Address || '',
    Gateway: NetworkSettings?.Gateway || bridge?.Gateway || '',
  };
}

/** The ports that are open or published; where the engine lists none, those that are exposed. */
function addresses(wire: WireContainer, own: OwnAddresses): readonly Address[] {
  const open = Object.entries(wire.NetworkSettings?.Ports ?? {});
  const ports =
    open.length > 0
      ? open
      : Object.keys(wire.Config.ExposedPorts ?? {}).map((port) => [port, null] as const);
  return ports
    .map(([key, bindings]) => {
      const [port = '', proto = 'tcp'] = key.split('/');
      const [binding] = bindings ?? [];
      return {
        IP: own.IP,
        IP6LinkLocal: own.IP6LinkLocal,
        IP6Global: own.IP6Global,
        Port: port,
        HostPort: binding?.HostPort ?? '',
        Proto: proto,
        HostIP: binding?.HostIp ?? '',
      };
    })
    .sort(
      (a, b) =>
        (Number.parseInt(a.Port, 10) || 0) - (Number.parseInt(b.Port, 10) || 0) ||
        compareText(a.Proto, b.Proto) ||
        compareText(a.HostPort, b.HostPort) ||
        compareText(a.HostIP, b.HostIP) ||
        compareText(a.IP, b.IP),
    );
}

function networks(wire: WireContainer, isInternal: IsInternal): readonly Network[] {
  return Object.entries(wire.NetworkSettings?.Networks ?? {})
    .map(([name, endpoint]) => toNetwork(name, endpoint ?? {}, isInternal))
    .sort((a, b) => compareText(a.Name, b.Name));
}

function toNetwork(name: string, endpoint: WireEndpoint, isInternal: IsInternal): Network {
  return {
    IP: endpoint.IPAddress ?? '',
    Name: name,
    Gateway: endpoint.Gateway ?? '',
    EndpointID: endpoint.EndpointID ?? '',
    IPv6Gateway: endpoint.IPv6Gateway ?? '',
    GlobalIPv6Address: endpoint.GlobalIPv6Address ?? '',
    MacAddress: endpoint.MacAddress ?? '',
    GlobalIPv6PrefixLen: endpoint.GlobalIPv6PrefixLen ?? 0,
    IPPrefixLen: endpoint.IPPrefixLen ?? 0,
    Internal: isInternal({ id: endpoint.NetworkID ?? '', name }),
    Aliases: endpoint.Aliases ?? [],
  };
}

/**
 * `registry/repository:tag` as docker-gen takes it apart: whatever stands before the first slash
 * is the registry, be it a host or a user. A digest after `@` is left out, where docker-gen makes
 * a tag of it.
 */
export function splitImage(image: string): RuntimeContainer['Image'] {
  const slash = image.indexOf('/');
  const Registry = slash < 0 ? '' : image.slice(0, slash);
  const [rest = ''] = image.slice(slash + 1).split('@');
  const colon = rest.indexOf(':');
  return colon < 0
    ? { Registry, Repository: rest, Tag: '' }
    : { Registry, Repository: rest.slice(0, colon), Tag: rest.slice(colon + 1) };
}

/** Each entry is split at its first `=`; one without has the value ''; the last of its name wins. */
function environment(entries: readonly string[]): Readonly<Record<string, string>> {
  return sortedMap(
    entries.map((entry) => {
      const at = entry.indexOf('=');
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** Of engines before API 1.20; later ones say it with the mounts. */
function volumes(wire: WireContainer): Readonly<Record<string, Volume>> {
  const paths = Object.entries(wire.Volumes ?? {});
  if (paths.length === 0) return emptyMap();
  const writable = new Map(Object.entries(wire.VolumesRW ?? {}));
  return sortedMap(
    paths.map(([Path, HostPath]) => [
      Path,
      { Path, HostPath, ReadWrite: writable.get(Path) ?? false },
    ]),
  );
}

function healthOf({ State }: WireContainer): string {
  const status = State.Health?.Status ?? '';
  return status === 'none' ? '' : status;
}

function statusOf({ State }: WireContainer): string {
  if (State.Status) return State.Status;
  if (State.Paused) return 'paused';
  if (State.Restarting) return 'restarting';
  return State.Running ? 'running' : 'exited';
}
