import { isDeepStrictEqual } from 'node:util';
import { byText } from '../base/by-text.ts';
import type { WireEndpoint } from '../docker/api.ts';
import type {
  CreateConfig,
  CreateEndpoint,
  ImageConfig,
  Json,
  WireReplica,
} from '../docker/deploy-api.ts';
import { COMPOSE_LABELS, ROLL_OUT_LABELS, SERVICE_LABEL } from './labels.ts';

/** How a container is made that takes another's place. */
export interface ReplicaConfig {
  readonly config: CreateConfig;
  /** Networks that it is connected to before it is started: engines take one when it is made. */
  readonly networks: readonly {
    readonly name: string;
    readonly endpoint: CreateEndpoint;
  }[];
}

export interface ReplicaTarget {
  /** The number of the deployment. */
  readonly deployment: number;
  /** The new image's ID. */
  readonly image: string;
  /** What the engine is asked for: a name that means this image, or its ID. */
  readonly from: string;
  /** The image's name, which the next push is of. */
  readonly reference: string;
}

/** What an image gives and a container may say otherwise, but for texts and lists by key. */
const INHERITED = ['Cmd', 'Entrypoint', 'Healthcheck', 'StopSignal', 'User', 'WorkingDir'] as const;

/** Of one container alone, or an answer's and not a request's. */
const NOT_OURS = ['Domainname', 'Hostname', 'Image', 'Labels', 'MacAddress', 'OnBuild', 'Shell'];

/**
 * The configuration of a container that is another's like from a new image: the same networks and
 * aliases, environment, volumes, labels, limits and restart policy. What the old one had from its
 * image is left to the new image, as if the user had started it from that; Compose's label names the
 * new image, so that `docker compose up` finds nothing to do.
 *
 * @param oldImage what the image of the old one gave it.
 */
export function replicaConfig(
  old: WireReplica,
  oldImage: ImageConfig,
  target: ReplicaTarget,
): ReplicaConfig {
  const [primary, ...further] = endpointsOf(old);
  const { Hostname, Domainname } = old.Config as Json;
  return {
    config: {
      ...ownSettings(old.Config, oldImage),
      ...(Hostname && isOwnHostname(old) ? { Hostname } : {}),
      ...(Domainname ? { Domainname } : {}),
      Image: target.from,
      Labels: labelsOf(old, oldImage, target),
      HostConfig: { ...old.HostConfig, Binds: bindsOf(old) },
      NetworkingConfig: {
        EndpointsConfig: primary ? { [primary.name]: primary.endpoint } : {},
      },
    },
    networks: further,
  };
}

/**
 * By default it is the container's own ID, by which replicas are told apart; where the host's or
 * another container's network is used it is theirs, and engines refuse one besides.
 */
function isOwnHostname(old: WireReplica): boolean {
  const { NetworkMode = '', UTSMode } = old.HostConfig;
  const isShared = NetworkMode === 'host' || NetworkMode.startsWith('container:');
  return !isShared && UTSMode !== 'host' && old.Config.Hostname !== shortId(old.Id);
}

/** Why there cannot be a second container like it beside it; `undefined`: there can. */
export function whyAlone(old: WireReplica): string | undefined {
  for (const [port, bindings] of sorted(old.HostConfig.PortBindings ?? {})) {
    const fixed = bindings?.find(({ HostPort }) => HostPort && HostPort !== '0');
    if (fixed) {
      return `it publishes ${port} on port ${fixed.HostPort} of the host, which only one container can: leave that to the proxy`;
    }
  }
  for (const [name, endpoint] of sorted(old.NetworkSettings?.Networks ?? {})) {
    const { IPv4Address, IPv6Address } = (ipamOf(endpoint) ?? {}) as Json;
    const fixed = IPv4Address || IPv6Address;
    if (fixed) {
      return `it has the fixed address ${String(fixed)} in the network ${name}, which only one container can have`;
    }
  }
  if ((old.Config as Json).MacAddress) {
    return 'it has a fixed MAC address, which only one container can have';
  }
  return undefined;
}

/** What the container itself was told, without what came from its image. */
function ownSettings(own: WireReplica['Config'], image: ImageConfig): Json {
  const settings: Record<string, unknown> = Object.fromEntries(
    Object.entries(own).filter(([key]) => !NOT_OURS.includes(key)),
  );
  for (const key of INHERITED) {
    // An entry point of the container's own switches the image's command off: then its command is
    // its own too, also where it happens to be the same.
    const isCommandOfOwn =
      key === 'Cmd' && !isDeepStrictEqual(own.Entrypoint ?? null, image.Entrypoint ?? null);
    if (!isCommandOfOwn && isDeepStrictEqual(own[key] ?? null, image[key] ?? null)) {
      delete settings[key];
    }
  }
  const inherited = new Set(image.Env ?? []);
  settings.Env = (own.Env ?? []).filter((pair) => !inherited.has(pair));
  for (const key of ['ExposedPorts', 'Volumes'] as const) {
    settings[key] = without(own[key] ?? {}, image[key] ?? {});
  }
  return settings;
}

function labelsOf(
  old: WireReplica,
  image: ImageConfig,
  target: ReplicaTarget,
): Readonly<Record<string, string>> {
  const given = old.Config.Labels ?? {};
  const inherited = image.Labels ?? {};
  const isInherited = ([key, value]: readonly [string, string]) =>
    Object.hasOwn(inherited, key) && inherited[key] === value;
  const own = Object.entries(given).filter(
    // That by which it is found stays, also where the new image says it no more.
    (label) => label[0] === SERVICE_LABEL || !isInherited(label),
  );
  const labels: Record<string, string> = {
    ...Object.fromEntries(own),
    [ROLL_OUT_LABELS.deployment]: String(target.deployment),
    [ROLL_OUT_LABELS.replaces]: old.Id,
    [ROLL_OUT_LABELS.previous]: old.Image,
    [ROLL_OUT_LABELS.image]: target.reference,
  };
  if (Object.hasOwn(given, COMPOSE_LABELS.image)) labels[COMPOSE_LABELS.image] = target.image;
  return Object.fromEntries(sorted(labels));
}

/** Volumes without a name go over to the new one, as Compose does it when it makes one anew. */
function bindsOf(old: WireReplica): readonly string[] {
  const { Binds, Mounts } = old.HostConfig;
  const binds = [...(Binds ?? [])];
  const named = new Set([
    ...binds.map((bind) => bind.split(':')[1]),
    ...(Mounts ?? []).map(({ Target }) => Target),
  ]);
  for (const { Type, Name, Destination, RW } of old.Mounts ?? []) {
    if (Type !== 'volume' || !Name || !Destination || named.has(Destination)) continue;
    binds.push(`${Name}:${Destination}:${RW === false ? 'ro' : 'rw'}`);
  }
  return binds;
}

/** That by which it was made comes first. */
function endpointsOf(old: WireReplica): ReplicaConfig['networks'] {
  const mode = old.HostConfig.NetworkMode ?? 'default';
  if (mode === 'host' || mode === 'none' || mode.startsWith('container:')) return [];
  const isPrimary = (name: string, endpoint: WireEndpoint | null): boolean =>
    name === (mode === 'default' ? 'bridge' : mode) || endpoint?.NetworkID === mode;
  return sorted(old.NetworkSettings?.Networks ?? {})
    .toSorted((a, b) => Number(isPrimary(...b)) - Number(isPrimary(...a)))
    .map(([name, endpoint]) => ({ name, endpoint: endpointOf(old, endpoint) }));
}

function endpointOf(old: WireReplica, endpoint: WireEndpoint | null): CreateEndpoint {
  const { Links, DriverOpts, GwPriority } = (endpoint ?? {}) as Json;
  // Engines add the short ID by themselves, and up to version 24 show it among the others.
  const aliases = (endpoint?.Aliases ?? []).filter((alias) => alias !== shortId(old.Id));
  return {
    ...(aliases.length > 0 ? { Aliases: aliases } : {}),
    ...(Links ? { Links } : {}),
    ...(DriverOpts ? { DriverOpts } : {}),
    ...(GwPriority ? { GwPriority } : {}),
  };
}

function ipamOf(endpoint: WireEndpoint | null): unknown {
  return (endpoint as Json | null)?.IPAMConfig;
}

export function shortId(id: string): string {
  return id.slice(0, 12);
}

function without(own: Json, inherited: Json): Json {
  return Object.fromEntries(sorted(own).filter(([key]) => !Object.hasOwn(inherited, key)));
}

function sorted<Value>(map: Readonly<Record<string, Value>>): [string, Value][] {
  return Object.entries(map).sort(([a], [b]) => byText(a, b));
}
