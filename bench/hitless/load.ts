import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface LoadOptions {
  readonly port: number;
  readonly host: string;
  /** How many ask at a time: half keep their connections and half open one for each request. */
  readonly clients: number;
  /** Milliseconds between the beginnings of one client's requests, unless it still waits. */
  readonly paceMs: number;
}

/** A request that was not answered as it should have been. Times are in ms since 1970. */
export interface Failure {
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** It went over a connection that had served a request before. */
  readonly reused: boolean;
  /** `status 502`, or the code of an error such as `ECONNRESET`. */
  readonly kind: string;
  readonly from: number;
  readonly to: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly failures: readonly Failure[];
  /** Of those that succeeded, in ms. */
  readonly latencies: readonly number[];
}

/** A client gives up after it. */
const PATIENCE_MS = 10_000;
const BODY = 'x'.repeat(512);

/** Sends requests, GET and POST in turn, until it is stopped, and keeps an account of each. */
export class Load implements AsyncDisposable {
  readonly #options: LoadOptions;
  readonly #failures: Failure[] = [];
  readonly #latencies: number[] = [];
  readonly #lastServed = new Map<string, number>();
  readonly #clients: readonly Promise<void>[];
  #requests = 0;
  readonly #end = new AbortController();

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#clients = Array.from({ length: options.clients }, (_, index) => this.#client(index));
  }

  /** When a replica answered last, in ms since 1970; 0 for never. */
  lastServed(replica: string): number {
    return this.#lastServed.get(replica) ?? 0;
  }

  /** Waits for what is still open. */
  async stop(): Promise<LoadResult> {
    this.#end.abort();
    await Promise.all(this.#clients);
    return { requests: this.#requests, failures: this.#failures, latencies: this.#latencies };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #client(index: number): Promise<void> {
    const { clients, paceMs } = this.#options;
    const agent = index % 2 === 0 ? new Agent({ keepAlive: true, maxSockets: 1 }) : undefined;
    // Spread out, so that they do not ask in step.
    let due = performance.now() + (paceMs * index) / clients;
    for (let count = 0; !this.#end.signal.aborted; count += 1) {
      const wait = due - performance.now();
      if (wait > 0) await delay(wait);
      due = Math.max(due + paceMs, performance.now());
      await this.#ask((index >> 1) % 2 === count % 2 ? 'GET' : 'POST', agent);
    }
    agent?.destroy();
  }

  async #ask(method: 'GET' | 'POST', agent: Agent | undefined): Promise<void> {
    const { port, host } = this.#options;
    const id = randomUUID();
    const from = Date.now();
    const start = performance.now();
    this.#requests += 1;
    let reused = false;
    const kind = await new Promise<string>((resolve) => {
      const asked = request(
        {
          ...{ host: '127.0.0.1', port, method, path: `/work?id=${id}`, agent: agent ?? false },
          headers: { host, 'x-request-id': id, ...(agent ? {} : { connection: 'close' }) },
          signal: AbortSignal.timeout(PATIENCE_MS),
        },
        (response) => {
          text(response).then((body) => {
            const { statusCode, headers } = response;
            if (statusCode !== 200) return resolve(`status ${statusCode}`);
            if (body.trim() !== id) return resolve('wrong answer');
            this.#lastServed.set(String(headers['x-served-by']), Date.now());
            resolve('');
          }, fail);
        },
      );
      const fail = (error: NodeJS.ErrnoException) =>
        resolve(error.name === 'AbortError' ? 'timeout' : (error.code ?? error.message));
      asked.once('socket', () => {
        reused = asked.reusedSocket;
      });
      asked.once('error', fail);
      asked.end(method === 'POST' ? BODY : undefined);
    });
    if (kind === '') this.#latencies.push(performance.now() - start);
    else this.#failures.push({ id, method, reused, kind, from, to: Date.now() });
  }
}
