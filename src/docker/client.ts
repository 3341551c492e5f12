import type { Readable } from 'node:stream';
import Dockerode from 'dockerode';
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
import { type Ask, DeployClient } from './deploy-client.ts';
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
import { type ExecCommand, runExec } from './exec.ts';
import type { Shape } from './shape.ts';
import { SharedTask } from './shared-task.ts';
import { signalled } from './signalled.ts';
import { negotiate } from './version.ts';
import { CONTAINER, INFO, LIST, NETWORKS, VERSION } from './wire-shapes.ts';

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
  return new DockerClient(endpoint, await dialOptions(endpoint), options.timeoutMs ?? 30_000);
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
  const dial = await dialOptions(endpoint);
  return new DockerClient(endpoint, dial, options.timeoutMs ?? 30_000).forDeploys();
}

class DockerClient implements DockerApi {
  readonly endpoint: string;
  readonly #endpoint: Endpoint;
  readonly #options: DialOptions;
  readonly #timeoutMs: number;
  #negotiated: SharedTask<Dockerode> | undefined;

  constructor(endpoint: Endpoint, options: DialOptions, timeoutMs: number) {
    this.endpoint = endpoint.display;
    this.#endpoint = endpoint;
    this.#options = options;
    this.#timeoutMs = timeoutMs;
  }

  forDeploys(): DeployApi {
    const ask: Ask = (path, request, options) => this.#ask(path, request, options);
    return new DeployClient(this, ask, (answer, shape, path) => this.#expect(answer, shape, path));
  }

  async ping(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    await this.#ask(
      'GET /_ping',
      (docker, abortSignal) => signalled(docker).ping({ abortSignal }),
      options,
    );
  }

  async info(options: { readonly signal?: AbortSignal } = {}): Promise<EngineInfo> {
    const [info, version] = await Promise.all([
      this.#ask(
        'GET /info',
        (docker, abortSignal) => signalled(docker).info({ abortSignal }),
        options,
      ),
      this.#ask(
        'GET /version',
        (docker, abortSignal) => signalled(docker).version({ abortSignal }),
        options,
      ),
    ]);
    this.#expect(info, INFO, 'GET /info');
    this.#expect(version, VERSION, 'GET /version');
    const systemTime = Date.parse(info.SystemTime ?? '');
    return {
      name: info.Name ?? '',
      containers: info.Containers ?? 0,
      images: info.Images ?? 0,
      version: version.Version ?? '',
      apiVersion: version.ApiVersion ?? '',
      goVersion: version.GoVersion ?? '',
      operatingSystem: version.Os ?? '',
      architecture: version.Arch ?? '',
      ...(Number.isNaN(systemTime) ? {} : { systemTime }),
    };
  }

  async listContainers(query: {
    readonly all: boolean;
    readonly filters?: Readonly<Record<string, readonly string[]>>;
    readonly signal?: AbortSignal;
  }): Promise<readonly ContainerSummary[]> {
    const { all, filters } = query;
    const list = await this.#ask(
      'GET /containers/json',
      (docker, abortSignal) =>
        docker.listContainers({
          all,
          ...(filters ? { filters: JSON.stringify(filters) } : {}),
          abortSignal,
        }),
      query,
    );
    this.#expect(list, LIST, 'GET /containers/json');
    return list.map(({ Id, Names, Labels, State, Created }) => ({
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
      wire = await this.#ask(
        path,
        (docker, abortSignal) =>
          docker.getContainer(encodeURIComponent(id)).inspect({ abortSignal }),
        options,
      );
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
    const networks = await this.#ask(
      'GET /networks',
      (docker, abortSignal) => docker.listNetworks({ abortSignal }),
      options,
    );
    this.#expect(networks, NETWORKS, 'GET /networks');
    return networks;
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
      const stream = await this.#ask(
        'GET /events',
        (docker, abortSignal) => {
          abortSignal.addEventListener('abort', () => life.abort(abortSignal.reason));
          return signalled(docker).getEvents({
            filters,
            ...(since === undefined ? {} : { since }),
            abortSignal: life.signal,
          });
        },
        { signal },
      );
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
    return await this.#ask(
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
    const bytes = await this.#ask(
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
    await this.#ask(
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
    await this.#ask(
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
      await this.#ask(
        `POST /containers/${id}/stop`,
        (docker, abortSignal) => docker.getContainer(encodeURIComponent(id)).stop({ abortSignal }),
        { ...options, timeoutMs: LONGEST_STOP_MS },
      );
    } catch (error) {
      // It does not run, which is what was asked for.
      if (!(error instanceof EngineError && error.status === 304)) throw error;
    }
  }

  /** One request, bounded in time; `path` is what it is called in messages. */
  async #ask<Result>(
    path: string,
    request: (docker: Dockerode, signal: AbortSignal) => Promise<Result>,
    options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<Result> {
    const { signal, timeoutMs = this.#timeoutMs } = options;
    let asked = 'GET /version';
    try {
      const docker = await this.#connect(signal);
      asked = path;
      return await withDeadline((inner) => request(docker, inner), { timeoutMs, signal });
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
  #expect(answer: unknown, shape: Shape, path: string): void {
    const complaint = shape(answer, 'it');
    if (complaint === undefined) return;
    throw new EngineError(malformedMessage(this.#endpoint, path, complaint));
  }

  async #connect(signal: AbortSignal | undefined): Promise<Dockerode> {
    if (!this.#negotiated?.usable) {
      this.#negotiated = new SharedTask((ending) => this.#negotiate(ending));
    }
    return await this.#negotiated.join(signal);
  }

  async #negotiate(signal: AbortSignal): Promise<Dockerode> {
    const plain = create(this.#options);
    const version = await withDeadline(
      (abortSignal) => withoutDeprecations(() => signalled(plain).version({ abortSignal })),
      { timeoutMs: this.#timeoutMs, signal },
    );
    this.#expect(version, VERSION, 'GET /version');
    return create({
      ...this.#options,
      version: `v${negotiate({ newest: version.ApiVersion, oldest: version.MinAPIVersion })}`,
    });
  }
}

/**
 * dockerode parses TCP endpoints with `url.parse`. Node.js 24 warns of that (DEP0169), once, where
 * the code is not in a folder of packages but in tsgen's bundle; users could do nothing about it.
 */
function withoutDeprecations<Result>(run: () => Result): Result {
  const before = process.noDeprecation ?? false;
  process.noDeprecation = true;
  try {
    return run();
  } finally {
    process.noDeprecation = before;
  }
}

/**
 * dockerode reads `DOCKER_HOST`, `DOCKER_CERT_PATH` and others by itself, even when it is told
 * everything, and fails on files that it need not read. So they are out of its sight for the
 * moment in which it is made.
 */
function create(options: DialOptions): Dockerode {
  const hidden = Object.keys(process.env).filter((name) => name.startsWith('DOCKER_'));
  const kept = hidden.map((name) => [name, process.env[name]] as const);
  for (const name of hidden) delete process.env[name];
  try {
    return new Dockerode(options);
  } finally {
    for (const [name, value] of kept) process.env[name] = value;
  }
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
