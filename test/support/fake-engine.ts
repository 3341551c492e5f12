import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { WireContainer } from '../../src/docker/api.ts';
import type { MutableWire } from './fake-wire.ts';
import { FakeWorld, type WorldEvent } from './fake-world.ts';

export type { ContainerSpec } from './fake-wire.ts';

/** What a command in a container does. */
export interface ExecBehaviour {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** It runs until the `timeout` before it ends it; without one for ever. */
  readonly hangs?: boolean;
}

export interface LoggedRequest {
  readonly method: string;
  /** Without the version prefix and the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The version prefix, such as `v1.41`; '' without one. */
  readonly version: string;
}

export interface FakeAnswer {
  readonly status: number;
  readonly value?: unknown;
  /** In the place of a value: as it is. */
  readonly text?: string;
}

interface Failure {
  readonly pattern: RegExp;
  readonly status: number;
  readonly message: string;
}

interface Hold {
  readonly pattern: RegExp;
  readonly released: Promise<void>;
}

interface Exec {
  readonly id: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly env: readonly string[];
  running: boolean;
  exitCode: number | null;
}

/** An engine remembers this many events. */
const REMEMBERED = 256;

/**
 * A Docker Engine of paper on a real unix socket, for tests: the real client talks to it.
 *
 * ```ts
 * await using engine = await FakeEngine.create();
 * const web = engine.addContainer({ name: 'web', env: { VIRTUAL_HOST: 'a.test' } }); // runs already
 * const api = await connectDocker(parseEndpoint({ endpoint: engine.endpoint, … }));
 * engine.stop(web); // kill, die, disconnect, stop
 * engine.count(/\/containers\/.*\/json/); // requests so far whose path matches
 * ```
 *
 * - The world: `addContainer` (without events, running unless told otherwise), `start`, `stop`,
 *   `beginStop`, `finishStop`, `crash`, `pause`, `unpause`, `setHealth`, `rename`, `connect`,
 *   `disconnect`, `remove`, `createNetwork`, `signal`. Each changes the state, then emits what a
 *   real engine emits. `containers` may also be changed by hand, which emits nothing.
 * - The stream: `emit` (an event), `emitRaw` (bytes), `healthRun` (the three `exec_*` events of a
 *   health check), `cutEvents` (breaks all streams), `endEvents` (ends them in good order).
 * - Trouble: `failNext(pattern, status)` for the next request, `failAll` for all until `heal`,
 *   `answerWith(pattern, body)` for all that match with a 200 and this body until `heal`,
 *   `hold(pattern)` keeps answers back until released, `freeze`/`thaw` do so with everything and
 *   keep the streams silent, `stopListening`/`listen` take the socket away and back.
 * - The record: `requests`, `count(pattern)`, `resetRecord()`, `bytesSent`.
 * - Commands: `onExec(container, command, env)` decides what an exec does; `timeout` before the command
 *   is understood and taken off. Containers in `withoutTimeout` have no such program.
 */
export class FakeEngine extends FakeWorld implements AsyncDisposable {
  readonly withoutTimeout = new Set<string>();
  readonly signals: { readonly container: string; readonly signal: string }[] = [];
  requests: LoggedRequest[] = [];
  /** Of all answers and events. */
  bytesSent = 0;
  onExec: (
    container: WireContainer,
    command: readonly string[],
    env: readonly string[],
  ) => ExecBehaviour = () => ({});
  /** Whether a container is in a list that is filtered by more than status, ID and ancestor. */
  onList: (container: WireContainer) => boolean = () => true;
  versions = { api: '1.41', oldest: '1.12' };
  /** Answers requests that the engine itself does not know; `undefined`: nor does this. */
  onRequest: (request: LoggedRequest, body: string) => FakeAnswer | undefined = () => undefined;
  /** Whether `/info` tells the engine's time. */
  tellsTime: boolean = true;

  readonly #folder: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<ServerResponse>();
  readonly #streams = new Set<ServerResponse>();
  readonly #execs = new Map<string, Exec>();
  readonly #holds = new Set<Hold>();
  #past: WorldEvent[] = [];
  #failures: Failure[] = [];
  #lasting: Failure[] = [];
  #bodies: { readonly pattern: RegExp; readonly body: string }[] = [];
  #thaw: (() => void) | undefined;
  #frozen: Promise<void> | undefined;

  static async create(): Promise<FakeEngine> {
    const engine = new FakeEngine(await mkdtemp(join(tmpdir(), 'tsgen-engine-')));
    await engine.listen();
    return engine;
  }

  private constructor(folder: string) {
    super();
    this.#folder = folder;
    this.tell = (event) => this.#send(event);
    this.#server = createServer((request, response) => {
      this.#waiting.add(response);
      response.on('close', () => this.#waiting.delete(response));
      void this.#answer(request, response);
    });
    this.#server.on('upgrade', (request, socket) => {
      void this.#upgrade(request, socket);
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  get socketPath(): string {
    return join(this.#folder, 'docker.sock');
  }

  get endpoint(): string {
    return `unix://${this.socketPath}`;
  }

  /** How many event streams are open. */
  get subscribers(): number {
    return this.#streams.size;
  }

  /** How many connections are open, be they in use or not. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** How many requests wait for their answer whose clients are still there. */
  get unanswered(): number {
    return this.#waiting.size;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.socketPath, resolve);
    });
  }

  /** As when the daemon ends: all connections break, the socket is gone. */
  async stopListening(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    if (this.#server.listening) await this.stopListening();
    await rm(this.#folder, { recursive: true, force: true });
  }

  // The stream

  emitRaw(bytes: string | Uint8Array): void {
    for (const stream of this.#streams) this.#write(stream, bytes);
  }

  /** All event streams break off. */
  cutEvents(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  /** All event streams end in good order, after what was told. */
  endEvents(): void {
    for (const stream of this.#streams) stream.end();
  }

  // Trouble

  failNext(pattern: RegExp, status: number, message = 'as the test asked'): void {
    this.#failures.push({ pattern, status, message });
  }

  failAll(pattern: RegExp, status: number, message = 'as the test asked'): void {
    this.#lasting.push({ pattern, status, message });
  }

  /** The one given last goes before those before it. */
  answerWith(pattern: RegExp, body: string): void {
    this.#bodies.unshift({ pattern, body });
  }

  heal(): void {
    this.#bodies = [];
    this.#failures = [];
    this.#lasting = [];
  }

  /** Answers whose path matches are kept back, once they are made, until the result is called. */
  hold(pattern: RegExp): () => void {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const hold = { pattern, released };
    this.#holds.add(hold);
    return () => {
      this.#holds.delete(hold);
      release();
    };
  }

  /** Connections stay open and nothing is said any more. */
  freeze(): void {
    this.#frozen ??= new Promise((resolve) => {
      this.#thaw = resolve;
    });
  }

  thaw(): void {
    this.#thaw?.();
    this.#frozen = undefined;
  }

  // The record

  count(pattern: RegExp): number {
    return this.requests.filter(({ path }) => pattern.test(path)).length;
  }

  resetRecord(): void {
    this.requests = [];
    this.bytesSent = 0;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const logged = this.#log(request);
    const body = await readBody(request);
    await this.#frozen;
    const failure = this.#takeFailure(logged.path);
    if (failure) return this.#json(response, failure.status, { message: failure.message });
    const raw = this.#bodies.find(({ pattern }) => pattern.test(logged.path));
    if (raw) return this.#json(response, 200, raw.body);
    if (logged.path === '/events') return this.#stream(logged, response);
    const answer: FakeAnswer = this.onRequest(logged, body) ?? this.#route(logged, body);
    const { status, value } = answer;
    const text = answer.text ?? (value === undefined ? '' : JSON.stringify(value));
    for (const { pattern, released } of this.#holds) {
      if (pattern.test(logged.path)) await released;
    }
    this.#json(response, status, text);
  }

  #route(
    { method, path, query }: LoggedRequest,
    body: string,
  ): { readonly status: number; readonly value?: unknown } {
    const notFound = (what: string) => ({ status: 404, value: { message: `No such ${what}` } });
    const [, kind, id = '', verb] = path.split('/');
    if (path === '/_ping') return { status: 200, value: 'OK' };
    if (path === '/version') return { status: 200, value: this.#version() };
    if (path === '/info') return { status: 200, value: this.#info() };
    if (path === '/containers/json') return { status: 200, value: this.#list(query) };
    if (path === '/networks') return { status: 200, value: [...this.networks.values()] };
    if (kind === 'exec') {
      const exec = this.#execs.get(id);
      return exec
        ? { status: 200, value: { ID: id, Running: exec.running, ExitCode: exec.exitCode } }
        : notFound('exec instance');
    }
    const wire = kind === 'containers' ? this.#find(decodeURIComponent(id)) : undefined;
    if (!wire) return notFound(`container: ${id}`);
    if (method === 'GET' && verb === 'json') return { status: 200, value: wire };
    if (verb === 'exec') return this.#createExec(wire, body);
    if (verb === 'kill') {
      const signal = query.get('signal') ?? 'SIGKILL';
      this.signals.push({ container: wire.Id, signal });
      this.emit('kill', wire.Id, { signal });
      return { status: 204 };
    }
    if (verb === 'stop') {
      if (!wire.State.Running) return { status: 304 };
      this.stop(wire.Id);
      return { status: 204 };
    }
    if (verb === 'restart') {
      this.stop(wire.Id);
      this.start(wire.Id);
      this.emit('restart', wire.Id);
      return { status: 204 };
    }
    return notFound('page');
  }

  #version(): object {
    return {
      Version: '20.10.24',
      ApiVersion: this.versions.api,
      MinAPIVersion: this.versions.oldest,
      GoVersion: 'go1.19.8',
      Os: 'linux',
      Arch: 'amd64',
    };
  }

  #info(): object {
    return {
      Name: 'fake',
      Containers: this.containers.size,
      Images: 7,
      ServerVersion: '20.10.24',
      ...(this.tellsTime ? { SystemTime: new Date(this.now()).toISOString() } : {}),
    };
  }

  #list(query: URLSearchParams): readonly object[] {
    const filters: Record<string, readonly string[]> = JSON.parse(query.get('filters') ?? '{}');
    const all = ['1', 'true'].includes(query.get('all') ?? '');
    return [...this.containers.values()]
      .filter(({ State }) => all || State.Running)
      .filter(({ State }) => filters.status?.includes(State.Status) ?? true)
      .filter(({ Id }) => filters.id?.some((id) => Id.startsWith(id)) ?? true)
      .filter(({ Config }) => filters.ancestor?.includes(Config.Image ?? '') ?? true)
      .filter((wire) => !hasOtherKeys(filters) || this.onList(wire))
      .sort((a, b) => Date.parse(b.Created) - Date.parse(a.Created))
      .map((wire) => ({
        Id: wire.Id,
        Names: [wire.Name],
        Image: wire.Config.Image,
        Labels: wire.Config.Labels,
        State: wire.State.Status,
        Created: Math.floor(Date.parse(wire.Created) / 1000),
      }));
  }

  #find(idOrName: string): MutableWire | undefined {
    return (
      this.containers.get(idOrName) ??
      [...this.containers.values()].find(
        ({ Id, Name }) => Name === `/${idOrName}` || Id.startsWith(idOrName),
      )
    );
  }

  #stream({ query }: LoggedRequest, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const since = query.get('since');
    if (since !== null) {
      for (const { timeMs, line } of this.#past) {
        if (timeMs >= Number(since) * 1000) this.#write(response, line);
      }
    }
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  #createExec(
    wire: MutableWire,
    body: string,
  ): { readonly status: number; readonly value: unknown } {
    if (!wire.State.Running || wire.State.Paused) {
      const message = `Container ${wire.Id} is ${wire.State.Paused ? 'paused' : 'not running'}`;
      return { status: 409, value: { message } };
    }
    const { Cmd, Env = [] } = JSON.parse(body) as {
      readonly Cmd: readonly string[];
      readonly Env?: readonly string[];
    };
    const id = this.nextId();
    this.#execs.set(id, {
      id,
      container: wire.Id,
      command: Cmd,
      env: Env,
      running: false,
      exitCode: null,
    });
    this.emit(`exec_create: ${Cmd.join(' ')}`, wire.Id);
    return { status: 201, value: { Id: id } };
  }

  async #upgrade(request: IncomingMessage, socket: Duplex): Promise<void> {
    const { path } = this.#log(request);
    socket.on('error', () => socket.destroy());
    const exec = this.#execs.get(path.split('/')[2] ?? '');
    if (!exec) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    await this.#frozen;
    socket.write(
      'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
    );
    this.emit(`exec_start: ${exec.command.join(' ')}`, exec.container);
    exec.running = true;
    const { exitCode = 0, stdout = '', stderr = '' } = await this.#runExec(exec);
    if (stdout) socket.write(frame(1, stdout));
    if (stderr) socket.write(frame(2, stderr));
    exec.running = false;
    exec.exitCode = exitCode;
    socket.end();
    this.emit('exec_die', exec.container, { exitCode: String(exitCode) });
  }

  async #runExec({ container, command, env }: Exec): Promise<ExecBehaviour> {
    const [program, , , seconds] = command;
    const limited = program === 'timeout';
    if (limited && this.withoutTimeout.has(container)) {
      const stdout =
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "timeout": executable file not found in $PATH: unknown\r\n';
      return { exitCode: 126, stdout };
    }
    const bare = limited ? command.slice(4) : command;
    const behaviour = this.onExec(this.container(container), bare, env);
    if (!behaviour.hangs) return behaviour;
    if (!limited) await new Promise<never>(() => undefined);
    await delay(Number(seconds) * 1000);
    return { ...behaviour, exitCode: 124 };
  }

  /** A frozen engine remembers what happens, and tells it only to who asks for it later. */
  #send(event: WorldEvent): void {
    this.#past = [...this.#past, event].slice(-REMEMBERED);
    if (!this.#frozen) this.emitRaw(event.line);
  }

  #log(request: IncomingMessage): LoggedRequest {
    const url = new URL(request.url ?? '/', 'http://engine');
    const [, version = '', path = url.pathname] = url.pathname.match(/^\/(v\d+\.\d+)(\/.*)$/) ?? [];
    const logged = { method: request.method ?? '', path, query: url.searchParams, version };
    this.requests.push(logged);
    return logged;
  }

  #takeFailure(path: string): Failure | undefined {
    const index = this.#failures.findIndex(({ pattern }) => pattern.test(path));
    if (index >= 0) return this.#failures.splice(index, 1)[0];
    return this.#lasting.find(({ pattern }) => pattern.test(path));
  }

  #json(response: ServerResponse, status: number, value: unknown): void {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    response.writeHead(status, { 'content-type': 'application/json' });
    this.bytesSent += Buffer.byteLength(text);
    response.end(text);
  }

  #write(response: ServerResponse, bytes: string | Uint8Array): void {
    this.bytesSent += typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
    response.write(bytes);
  }
}

function hasOtherKeys(filters: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(filters).some((key) => !['status', 'id', 'ancestor'].includes(key));
}

/** One frame of the engine's stream that carries standard output (1) and standard error (2). */
function frame(stream: 1 | 2, text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
