import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { RequestReader } from './request-reader.ts';

/** A request that came through. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the API version: `/containers/json?all=1`. */
  readonly path: string;
  /** Bytes that the engine has answered so far, headers included. */
  readonly answered: number;
}

/**
 * Stands before an engine's socket, hands everything on byte for byte (event streams and hijacked
 * execs too), and remembers the requests.
 */
export class RecordingProxy implements AsyncDisposable {
  /** As in `DOCKER_HOST`. */
  readonly host: string;
  readonly #server: Server;
  readonly #path: string;
  readonly #connections = new Set<Socket>();
  readonly #requests: { method: string; path: string; answered: number }[] = [];

  private constructor(path: string, target: string) {
    this.#path = path;
    this.host = `unix://${path}`;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#relay(client, target));
  }

  /** Listens on `path` for the engine at the socket `target`. */
  static async listen(path: string, target: string): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(path, target);
    proxy.#server.listen(path);
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** All requests so far, in the order in which they came. */
  get requests(): readonly RecordedRequest[] {
    return [...this.#requests];
  }

  /** Those whose `METHOD /path` matches. */
  matching(pattern: RegExp): readonly RecordedRequest[] {
    return this.#requests.filter(({ method, path }) => pattern.test(`${method} ${path}`));
  }

  #relay(client: Socket, target: string): void {
    const engine = connect({ path: target, allowHalfOpen: true });
    let current: { answered: number } | undefined;
    const reader = new RequestReader((method, path) => {
      const request = { method, path: path.replace(/^\/v\d+\.\d+(?=\/)/, ''), answered: 0 };
      this.#requests.push(request);
      current = request;
    });
    client.on('data', (data: Buffer) => reader.read(data));
    engine.on('data', (data: Buffer) => {
      if (current) current.answered += data.length;
    });
    client.pipe(engine);
    engine.pipe(client);
    for (const [socket, other] of [
      [client, engine],
      [engine, client],
    ] as const) {
      this.#connections.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#connections.delete(socket);
        other.destroy();
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#connections) socket.destroy();
    await closed;
    await rm(this.#path, { force: true });
  }
}
