import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type {
  ContainerSummary,
  DockerApi,
  EngineInfo,
  ExecResult,
  Filters,
  WireContainer,
  WireNetwork,
} from './api.ts';
import { textOfLogs } from './container-logs.ts';
import { withDeadline } from './deadline.ts';
import type { DeployApi } from './deploy-api.ts';
import { type Ask, DeployClient, type Expect } from './deploy-client.ts';
import { type DialOptions, dialOptions } from './dial-options.ts';
import type { Endpoint } from './endpoint.ts';
import {
  EngineError,
  explain,
  MalformedContainer,
  malformedMessage,
  reasonOf,
  statusOf,
} from './engine-error.ts';
import { EngineGet } from './engine-get.ts';
import { type ExecCommand, runExec } from './exec.ts';
import { SharedTask } from './shared-task.ts';
import { negotiate } from './version.ts';
import {
  CONTAINER,
  INFO,
  LIST,
  NETWORKS,
  VERSION,
  type WireInfo,
  type WireSummary,
  type WireVersion,
} from './wire-shapes.ts';
import { withoutDeprecations } from './without-deprecations.ts';

export interface ConnectOptions {
  /** How long the engine may take for an answer; default 30 s. Events and exec have their own. */
  readonly timeoutMs?: number;
}

/** A container may ask for any time to stop in; it is the engine that counts it. */
const LONGEST_STOP_MS = 3_600_000;

/** Only of these tsgen wants to hear. The engine's filters on single actions are unreliable. */
const EVENT_FILTERS: Filters = { type: ['container', 'network'] };

/**
 * A client of the engine at an endpoint. Nothing is asked yet: the API version is negotiated with
 * the first request, so that a watch can begin before its engine runs.
 *
 * @throws TsgenError `config` when a TLS file cannot be read.
 */
export async function connectDocker(
  endpoint: Endpoint,
  options: ConnectOptions = {},
): Promise<DockerApi> {
  return await DockerClient.connect(endpoint, options);
}

/**
 * A client of the engine for the delivery extension, likewise.
 *
 * @throws TsgenError `config` when a TLS file cannot be read.
 */
export async function connectForDeploys(
  endpoint: Endpoint,
  options: ConnectOptions = {},
): Promise<DeployApi> {
  return (await DockerClient.connect(endpoint, options)).forDeploys();
}

interface Negotiated {
  /** The part of a path that says in which version of the API it is meant. */
  readonly version: string;
  /** Of `GET /version`. */
  readonly answer: unknown;
}

class DockerClient implements DockerApi {
  readonly endpoint: string;
  readonly #endpoint: Endpoint;
  readonly #options: DialOptions;
  readonly #timeoutMs: number;
  /** Questions are put by Node's own client, and what is to be done by dockerode. */
  readonly #engine: EngineGet;
  #negotiated: SharedTask<Negotiated> | undefined;
  #docker: { readonly version: string; readonly client: Dockerode } | undefined;

  private constructor(
    endpoint: Endpoint,
    { engine, options }: { readonly engine: EngineGet; readonly options: DialOptions },
    timeoutMs: number,
  ) {
    this.endpoint = endpoint.display;
    this.#endpoint = endpoint;
    this.#engine = engine;
    this.#options = options;
    this.#timeoutMs = timeoutMs;
  }

  static async connect(
    endpoint: Endpoint,
    { timeoutMs = 30_000 }: ConnectOptions,
  ): Promise<DockerClient> {
    const options = await dialOptions(endpoint);
    const engine = new EngineGet(options);
    return new DockerClient(endpoint, { engine, options }, timeoutMs);
  }

  forDeploys(): DeployApi {
    const ask: Ask = (path, request, options) => this.#act(path, request, options);
    return new DeployClient(this, ask, this.#expect);
  }

  async ping(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#get('/_ping', options);
  }

  async info(options: { readonly signal?: AbortSignal } = {}): Promise<EngineInfo> {
    // An engine takes long to say its version: who is the first to ask need not ask twice.
    const isFirst = !this.#negotiated?.usable;
    const [info, version] = await Promise.all([
      this.#get('/info', options),
      isFirst
        ? this.#asking('GET /version', options.signal, async ({ answer }) => answer)
        : this.#get('/version', options),
    ]);
    this.#expect(info, INFO, 'GET /info');
    this.#expect(version, VERSION, 'GET /version');
    const { Name, Containers, Images, SystemTime } = info as WireInfo;
    const { Version, ApiVersion, GoVersion, Os, Arch } = version as WireVersion;
    const systemTime = Date.parse(SystemTime ?? '');
    return {
      name: Name ?? '',
      containers: Containers ?? 0,
      images: Images ?? 0,
      version: Version ?? '',
      apiVersion: ApiVersion ?? '',
      goVersion: GoVersion ?? '',
      operatingSystem: Os ?? '',
      architecture: Arch ?? '',
      ...(Number.isNaN(systemTime) ? {} : { systemTime }),
    };
  }

  async listContainers(query: {
    readonly all: boolean;
    readonly filters?: Readonly<Record<string, readonly string[]>>;
    readonly signal?: AbortSignal;
  }): Promise<readonly ContainerSummary[]> {
    const { all, filters } = query;
    const list = await this.#get('/containers/json', {
      ...query,
      query: { all: String(all), ...(filters ? { filters: JSON.stringify(filters) } : {}) },
    });
    this.#expect(list, LIST, 'GET /containers/json');
    return (list as readonly WireSummary[]).map(({ Id, Names, Labels, State, Created }) => ({
      id: Id,
      name: ownName(Names),
      labels: Object.assign(Object.create(null), Labels),
      state: State ?? '',
      created: Created ?? 0,
    }));
  }

  async inspectContainer(
    id: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<WireContainer | undefined> {
    const path = `GET /containers/${id}/json`;
    let wire: unknown;
    try {
      wire = await this.#get(`/containers/${encodeURIComponent(id)}/json`, {
        ...options,
        named: `/containers/${id}/json`,
      });
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
    const complaint = CONTAINER(wire, 'it') ?? isAnother(wire as WireContainer, id);
    if (complaint !== undefined) {
      throw new MalformedContainer(malformedMessage(this.#endpoint, path, complaint));
    }
    return wire as WireContainer;
  }

  async listNetworks(
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<readonly WireNetwork[]> {
    const networks = await this.#get('/networks', options);
    this.#expect(networks, NETWORKS, 'GET /networks');
    return networks as readonly WireNetwork[];
  }

  async events(options: {
    readonly since?: number;
    readonly filters?: Filters;
    readonly signal: AbortSignal;
  }): Promise<Readable> {
    const { since, signal } = options;
    const filters = JSON.stringify(options.filters ?? EVENT_FILTERS);
    // Its own signal: the one of the request ends with the deadline for its first bytes.
    const life = new AbortController();
    const end = () => life.abort(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    try {
      const query = { filters, ...(since === undefined ? {} : { since: String(since) }) };
      const stream = await this.#asking('GET /events', signal, async ({ version }) => {
        const path = `/${version}${withQuery('/events', query)}`;
        return await withDeadline(
          async (abortSignal) => {
            abortSignal.addEventListener('abort', () => life.abort(abortSignal.reason));
            return await this.#engine.stream(path, life.signal);
          },
          { timeoutMs: this.#timeoutMs, signal },
        );
      });
      // Lets the kernel find out that the other side of an idle connection is gone.
      stream.socket.setKeepAlive(true, 15_000);
      stream.once('close', () => signal.removeEventListener('abort', end));
      return stream;
    } catch (error) {
      signal.removeEventListener('abort', end);
      throw error;
    }
  }

  async exec(id: string, options: ExecCommand): Promise<ExecResult> {
    return await this.#act(
      `POST /containers/${id}/exec`,
      (docker, signal) => runExec(docker, id, { ...options, signal }),
      // Its parts have limits of their own; this one is for a frozen engine.
      { ...options, timeoutMs: 2 * options.timeoutMs + this.#timeoutMs },
    );
  }

  async containerLogs(
    id: string,
    {
      sinceMs,
      lines,
      signal,
    }: { readonly sinceMs: number; readonly lines: number; readonly signal?: AbortSignal },
  ): Promise<string> {
    const bytes = await this.#act(
      `GET /containers/${id}/logs`,
      (docker, abortSignal) =>
        docker.getContainer(encodeURIComponent(id)).logs({
          stdout: true,
          stderr: true,
          follow: false,
          since: sinceMs / 1000,
          tail: lines,
          abortSignal,
        }),
      signal ? { signal } : {},
    );
    return textOfLogs(bytes);
  }

  async signalContainer(
    id: string,
    signal: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.#act(
      `POST /containers/${id}/kill`,
      (docker, abortSignal) =>
        docker.getContainer(encodeURIComponent(id)).kill({ signal, abortSignal }),
      options,
    );
  }

  async restartContainer(
    id: string,
    options: { readonly timeoutSeconds: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    await this.#act(
      `POST /containers/${id}/restart`,
      (docker, abortSignal) =>
        docker
          .getContainer(encodeURIComponent(id))
          .restart({ t: options.timeoutSeconds, abortSignal }),
      { ...options, timeoutMs: options.timeoutSeconds * 1000 + this.#timeoutMs },
    );
  }

  async stopContainer(id: string, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    try {
      await this.#act(
        `POST /containers/${id}/stop`,
        (docker, abortSignal) => docker.getContainer(encodeURIComponent(id)).stop({ abortSignal }),
        { ...options, timeoutMs: LONGEST_STOP_MS },
      );
    } catch (error) {
      // It does not run, which is what was asked for.
      if (!(error instanceof EngineError && error.status === 304)) throw error;
    }
  }

  /** A GET; messages call it by its path, or as `named`. */
  async #get(
    path: string,
    options: {
      readonly signal?: AbortSignal;
      readonly query?: Readonly<Record<string, string>>;
      readonly named?: string;
    } = {},
  ): Promise<unknown> {
    const { query, signal, named = path } = options;
    return await this.#asking(`GET ${named}`, signal, async ({ version }) => {
      const whole = `/${version}${withQuery(path, query)}`;
      return await this.#engine.json(whole, { timeoutMs: this.#timeoutMs, signal });
    });
  }

  /** Something that dockerode does, which is loaded for the first of these. */
  async #act<Result>(
    path: string,
    request: (docker: Dockerode, signal: AbortSignal) => Promise<Result>,
    options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<Result> {
    const { signal, timeoutMs = this.#timeoutMs } = options;
    return await this.#asking(path, signal, async ({ version }) => {
      const docker = await this.#dockerode(version);
      const run = (inner: AbortSignal) => withoutDeprecations(() => request(docker, inner));
      return await withDeadline(run, { timeoutMs, signal });
    });
  }

  /** One request, with the version of the API that it is for; `path` is what it is called in messages. */
  async #asking<Result>(
    path: string,
    signal: AbortSignal | undefined,
    request: (negotiated: Negotiated) => Promise<Result>,
  ): Promise<Result> {
    let asked = 'GET /version';
    try {
      const negotiated = await this.#version(signal);
      asked = path;
      return await request(negotiated);
    } catch (error) {
      signal?.throwIfAborted();
      // An engine that was replaced by another version: the next request negotiates anew.
      if (statusOf(error) === 400 && /client version/.test(reasonOf(error))) {
        this.#negotiated = undefined;
      }
      throw await explain(error, { endpoint: this.#endpoint, path: asked });
    }
  }

  /** A proxy before the engine, or a broken one, may answer anything with a 200. */
  readonly #expect: Expect = (answer, shape, path) => {
    const complaint = shape(answer, 'it');
    if (complaint === undefined) return;
    throw new EngineError(malformedMessage(this.#endpoint, path, complaint));
  };

  async #version(signal: AbortSignal | undefined): Promise<Negotiated> {
    if (!this.#negotiated?.usable) {
      this.#negotiated = new SharedTask((ending) => this.#negotiate(ending));
    }
    return await this.#negotiated.join(signal);
  }

  async #negotiate(signal: AbortSignal): Promise<Negotiated> {
    const answer = await this.#engine.json('/version', { timeoutMs: this.#timeoutMs, signal });
    this.#expect(answer, VERSION, 'GET /version');
    const { ApiVersion: newest, MinAPIVersion: oldest } = answer as WireVersion;
    return { version: `v${negotiate({ newest, oldest })}`, answer };
  }

  async #dockerode(version: string): Promise<Dockerode> {
    if (this.#docker?.version !== version) {
      const { createDockerode } = await import('./dockerode.ts');
      this.#docker = { version, client: createDockerode({ ...this.#options, version }) };
    }
    return this.#docker.client;
  }
}

function withQuery(path: string, query: Readonly<Record<string, string>> = {}): string {
  const text = String(new URLSearchParams(query));
  return text === '' ? path : `${path}?${text}`;
}

/** Engines also know a container by its name, and by the first part of its ID. */
function isAnother({ Id, Name }: WireContainer, id: string): string | undefined {
  return Id.startsWith(id) || Name === `/${id}` ? undefined : 'it is another container';
}

/** Links of the old kind give further names, with a slash in the middle. */
function ownName(names: readonly string[] | null | undefined): string {
  const own = names?.find((name) => !name.slice(1).includes('/')) ?? names?.[0] ?? '';
  return own.replace(/^\//, '');
}
