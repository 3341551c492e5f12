import type { ContainerSummary, Filters, WireContainer, WireEndpoint } from './api.ts';

/**
 * What the delivery extension asks of a Docker Engine, and nothing else. Rejects as `DockerApi`
 * does.
 */
export interface DeployApi {
  /** `GET /containers/json`, those that do not run included. */
  listContainers(query: {
    readonly filters: Filters;
    readonly signal?: AbortSignal;
  }): Promise<readonly ContainerSummary[]>;
  /** `GET /containers/{id}/json` with all that it takes to make another; `undefined`: there is none. */
  inspectReplica(id: string, options?: Signal): Promise<WireReplica | undefined>;
  /** `GET /images/{name}/json`; `undefined` when there is none. */
  inspectImage(name: string, options?: Signal): Promise<WireImage | undefined>;
  /**
   * `POST /images/create`: has the engine pull `name:tag`, to the end.
   *
   * @param options.timeoutMs how long it may take in all.
   */
  pullImage(
    name: string,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<void>;
  /** `POST /images/{id}/tag`: from then on the name `repository:tag` means this image. */
  tagImage(id: string, name: string, options?: Signal): Promise<void>;
  /** `POST /containers/create`. Returns its ID. */
  createContainer(name: string, config: CreateConfig, options?: Signal): Promise<string>;
  /** `POST /networks/{id}/connect` */
  connectNetwork(
    network: string,
    container: string,
    endpoint: CreateEndpoint,
    options?: Signal,
  ): Promise<void>;
  /** `POST /containers/{id}/start`, also when it runs already. */
  startContainer(id: string, options?: Signal): Promise<void>;
  /** As `DockerApi.stopContainer`; also when there is no such container. */
  stopContainer(id: string, options?: Signal): Promise<void>;
  /** `POST /containers/{id}/rename` */
  renameContainer(id: string, name: string, options?: Signal): Promise<void>;
  /** `DELETE /containers/{id}`, killed if it runs; its volumes stay. Also when there is none. */
  removeContainer(id: string, options?: Signal): Promise<void>;
}

export interface Signal {
  readonly signal?: AbortSignal;
}

/** A part of a configuration that is handed on as it is. */
export type Json = Readonly<Record<string, unknown>>;

/** A container with all that it was made from. */
export interface WireReplica extends WireContainer {
  /** The ID of its image. */
  readonly Image: string;
  readonly RestartCount?: number;
  readonly Config: WireContainer['Config'] & ImageConfig & Json;
  readonly HostConfig: NonNullable<WireContainer['HostConfig']> & {
    readonly Binds?: readonly string[] | null;
    readonly Mounts?: readonly { readonly Target?: string }[] | null;
    readonly PortBindings?: Readonly<
      Record<string, readonly { readonly HostPort?: string }[] | null>
    > | null;
  } & Json;
  readonly State: WireContainer['State'] & {
    readonly ExitCode?: number;
    readonly Error?: string;
    readonly Health?: {
      readonly Status?: string;
      readonly Log?: readonly { readonly ExitCode?: number; readonly Output?: string }[] | null;
    } | null;
  };
}

/** What an image gives a container that does not say otherwise. */
export interface ImageConfig {
  readonly Env?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
  readonly Volumes?: Readonly<Record<string, unknown>> | null;
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly StopSignal?: string;
  readonly Healthcheck?: Json | null;
}

export interface WireImage {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
  readonly Config?: ImageConfig | null;
}

/** The body of `POST /containers/create`. */
export interface CreateConfig extends Json {
  readonly Image: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly HostConfig: Json;
  readonly NetworkingConfig: {
    readonly EndpointsConfig: Readonly<Record<string, CreateEndpoint>>;
  };
}

/** How a container is on a network. */
export type CreateEndpoint = Pick<WireEndpoint, 'Aliases'> & Json;
