/**
 * A container as templates see it: docker-gen's `RuntimeContainer` with its field names and
 * shapes, so that a docker-gen template ports line by line. The camelCase fields at the end are
 * tsgen's own. Frozen by convention: an unchanged container keeps its object's identity, and
 * everything downstream is memoised by it.
 *
 * Lists are never null; text that the engine does not give is ''. Maps (`Env`, `Labels`,
 * `Volumes`) have no prototype, because their keys are other people's.
 */
export interface RuntimeContainer {
  readonly ID: string;
  /** RFC 3339, as the engine gives it. */
  readonly Created: string;
  /** By port (numeric), protocol, host port, host address and address. */
  readonly Addresses: readonly Address[];
  /** By name. */
  readonly Networks: readonly Network[];
  readonly Devices: readonly Device[];
  readonly Gateway: string;
  /** Without the leading slash. */
  readonly Name: string;
  readonly Hostname: string;
  readonly NetworkMode: string;
  readonly Image: Image;
  readonly Env: Readonly<Record<string, string>>;
  readonly Volumes: Readonly<Record<string, Volume>>;
  readonly Node: SwarmNode;
  readonly Labels: Readonly<Record<string, string>>;
  readonly IP: string;
  readonly IP6LinkLocal: string;
  readonly IP6Global: string;
  readonly Mounts: readonly Mount[];
  readonly State: State;
  /** The engine's word: `created`, `running`, `paused`, `restarting`, `exited`, `dead` … */
  readonly status: string;
  /** A stopping signal was sent to it: it still runs, but must get no new request. */
  readonly stopping: boolean;
  /** Why tsgen itself gives it no traffic; absent: it does not keep it back. */
  readonly heldBack?: HeldBack;
}

/**
 * - `drained`: somebody has asked for it, by `tsgen drain`
 * - `unsteady`: it has ended by itself again and again, and has not stayed up for long enough since
 * - `gone`: it does not run any more; it stands for a site that would be unknown without it
 */
export type HeldBack = 'drained' | 'unsteady' | 'gone';

export interface Address {
  readonly IP: string;
  readonly IP6LinkLocal: string;
  readonly IP6Global: string;
  readonly Port: string;
  /** '' when the port is not published; of several bindings the first. */
  readonly HostPort: string;
  /** `tcp`, `udp` or `sctp`. */
  readonly Proto: string;
  readonly HostIP: string;
}

export interface Network {
  readonly IP: string;
  readonly Name: string;
  readonly Gateway: string;
  readonly EndpointID: string;
  readonly IPv6Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly MacAddress: string;
  readonly GlobalIPv6PrefixLen: number;
  readonly IPPrefixLen: number;
  readonly Internal: boolean;
  readonly Aliases: readonly string[];
}

export interface Device {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly Permissions: string;
}

export interface Image {
  readonly Registry: string;
  readonly Repository: string;
  readonly Tag: string;
}

export interface Volume {
  readonly Path: string;
  readonly HostPath: string;
  readonly ReadWrite: boolean;
}

export interface SwarmNode {
  readonly ID: string;
  readonly Name: string;
  readonly Address: Address;
}

export interface Mount {
  readonly Name: string;
  readonly Source: string;
  readonly Destination: string;
  readonly Driver: string;
  readonly Mode: string;
  readonly RW: boolean;
}

export interface State {
  readonly Running: boolean;
  /** `''` without a health check, else `starting`, `healthy` or `unhealthy`. */
  readonly Health: { readonly Status: string };
}

/** The engine, as docker-gen's `.Docker` shows it. */
export interface DockerInfo {
  readonly Name: string;
  readonly NumContainers: number;
  readonly NumImages: number;
  readonly Version: string;
  readonly ApiVersion: string;
  readonly GoVersion: string;
  readonly OperatingSystem: string;
  readonly Architecture: string;
  readonly CurrentContainerID: string;
}

/** All that is known at one moment. A part that did not change is the same object as before. */
export interface Snapshot {
  /** Newest first, as docker-gen lists them; paused, restarting and stopping ones included. */
  readonly containers: readonly RuntimeContainer[];
  readonly docker: DockerInfo;
  /** The container that tsgen runs in; absent on a host. */
  readonly self?: RuntimeContainer;
}
