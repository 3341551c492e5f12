import type { Readable } from 'node:stream';

/** Filters as the engine's API has them: a key, and the values that are asked for. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/**
 * What tsgen asks of a Docker Engine, and nothing else. `client.ts` answers it with dockerode;
 * tests answer it from memory. Every method rejects with a `TsgenError` of kind `engine` that
 * names the endpoint, the API path and the reason, or with the reason of the signal that it was
 * given.
 */
export interface DockerApi {
  /** What to call the endpoint in messages, such as `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  ping(options?: { readonly signal?: AbortSignal }): Promise<void>;
  info(options?: { readonly signal?: AbortSignal }): Promise<EngineInfo>;
  /** `GET /containers/json`. `all` adds those that do not run. `filters` as the API has them. */
  listContainers(query: {
    readonly all: boolean;
    readonly filters?: Filters;
    readonly signal?: AbortSignal;
  }): Promise<readonly ContainerSummary[]>;
  /**
   * `GET /containers/{id}/json`; `undefined` when there is no such container. An answer that is
   * not of this shape is a `MalformedContainer`.
   */
  inspectContainer(
    id: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<WireContainer | undefined>;
  listNetworks(options?: { readonly signal?: AbortSignal }): Promise<readonly WireNetwork[]>;
  /**
   * `GET /events` for containers and networks: the raw byte stream, without a time limit.
   * `since` in seconds since the epoch (fractions allowed) replays what the engine remembers.
   * `filters` takes the place of those for containers and networks. Aborting the signal destroys
   * the stream.
   */
  events(options: {
    readonly since?: number;
    readonly filters?: Filters;
    readonly signal: AbortSignal;
  }): Promise<Readable>;
  /**
   * Runs a command in a container to its end. It is ended inside the container after `timeoutMs`
   * (TERM, a second later KILL). The command is an argument vector, not a shell line. `env` is added
   * to the container's own environment, and is none of what the engine's events say of the command.
   */
  exec(
    id: string,
    options: {
      readonly command: readonly string[];
      readonly timeoutMs: number;
      readonly signal?: AbortSignal;
      readonly env?: Readonly<Record<string, string>>;
    },
  ): Promise<ExecResult>;
  /** `GET /containers/{id}/logs`: the last lines that it wrote since then, milliseconds since 1970. */
  containerLogs(
    id: string,
    options: { readonly sinceMs: number; readonly lines: number; readonly signal?: AbortSignal },
  ): Promise<string>;
  /** `POST /containers/{id}/kill`; `signal` is a number (`1`) or a name (`SIGHUP`). */
  signalContainer(
    id: string,
    signal: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
  /**
   * `POST /containers/{id}/restart`, with the seconds to wait before it is killed. An abort ends
   * the wait, not the restart.
   */
  restartContainer(
    id: string,
    options: { readonly timeoutSeconds: number; readonly signal?: AbortSignal },
  ): Promise<void>;
  /**
   * `POST /containers/{id}/stop`: resolves when it has stopped, after its own stop timeout at the
   * latest, also when it did not run. An abort ends the wait, not the stop.
   */
  stopContainer(id: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
}

export interface ContainerSummary {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `running`, `paused`, `exited` … */
  readonly state: string;
  /** Seconds since the epoch. */
  readonly created: number;
}

export interface EngineInfo {
  readonly name: string;
  readonly containers: number;
  readonly images: number;
  readonly version: string;
  readonly apiVersion: string;
  readonly goVersion: string;
  readonly operatingSystem: string;
  readonly architecture: string;
  /** The engine's own clock, milliseconds since the epoch; absent where it does not say. */
  readonly systemTime?: number;
}

export interface ExecResult {
  /** 124 and 137 after the time limit; 126 and 127 when the command could not be run. */
  readonly exitCode: number;
  /** Standard output and standard error as they came, cut at 64 KiB. */
  readonly output: string;
  readonly timedOut: boolean;
}

/** The part of `GET /containers/{id}/json` that tsgen reads, as engines really send it. */
export interface WireContainer {
  readonly Id: string;
  readonly Created: string;
  readonly Name: string;
  readonly Config: {
    readonly Hostname?: string;
    readonly Image?: string;
    readonly Env?: readonly string[] | null;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
    readonly StopSignal?: string;
    readonly StopTimeout?: number | null;
  };
  readonly State: {
    readonly Status?: string;
    readonly Running?: boolean;
    readonly Paused?: boolean;
    readonly Restarting?: boolean;
    readonly StartedAt?: string;
    readonly Health?: { readonly Status?: string } | null;
  };
  readonly HostConfig?: {
    readonly NetworkMode?: string;
    readonly RestartPolicy?: { readonly Name?: string } | null;
    readonly Devices?: readonly WireDevice[] | null;
  };
  readonly NetworkSettings?: {
    readonly IPAddress?: string;
    readonly Gateway?: string;
    readonly LinkLocalIPv6Address?: string;
    readonly GlobalIPv6Address?: string;
    readonly Ports?: Readonly<Record<string, readonly WirePortBinding[] | null>> | null;
    readonly Networks?: Readonly<Record<string, WireEndpoint | null>> | null;
  };
  readonly Mounts?: readonly WireMount[] | null;
  readonly Volumes?: Readonly<Record<string, string>> | null;
  readonly VolumesRW?: Readonly<Record<string, boolean>> | null;
  /** Classic Swarm only. */
  readonly Node?: { readonly ID?: string; readonly Name?: string; readonly IP?: string } | null;
}

export interface WirePortBinding {
  readonly HostIp?: string;
  readonly HostPort?: string;
}

export interface WireEndpoint {
  readonly NetworkID?: string;
  readonly EndpointID?: string;
  readonly Gateway?: string;
  readonly IPAddress?: string;
  readonly IPPrefixLen?: number;
  readonly IPv6Gateway?: string;
  readonly GlobalIPv6Address?: string;
  readonly GlobalIPv6PrefixLen?: number;
  readonly MacAddress?: string;
  readonly Aliases?: readonly string[] | null;
}

export interface WireMount {
  readonly Type?: string;
  readonly Name?: string;
  readonly Source?: string;
  readonly Destination?: string;
  readonly Driver?: string;
  readonly Mode?: string;
  readonly RW?: boolean;
}

export interface WireDevice {
  readonly PathOnHost?: string;
  readonly PathInContainer?: string;
  readonly CgroupPermissions?: string;
}

export interface WireNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Internal?: boolean;
}
