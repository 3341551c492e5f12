import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { createApp } from './app.ts';
import { PrimePool } from './prime-pool.ts';
import { ServiceServer } from './server.ts';
import type { Settings } from './settings.ts';

/**
 * How long requests may take to end once the drain is over. With the default drain of 5 s the
 * whole stop stays within the 10 s after which Docker and Compose kill a container.
 */
const FINISH_LIMIT_MS = 4_000;

export interface ServiceDeps {
  readonly startWorker: () => Worker;
  /** The addresses of this machine, for `/whoami`. */
  readonly addresses: () => readonly string[];
  /** Receives one line for each step of the service's life. */
  readonly log: (line: string) => void;
  /** Receives one line for each request that was answered with 500. */
  readonly logFault: (line: string) => void;
}

/** The service from its environment to its end: composes the app, its threads and the server. */
export class Service {
  readonly #settings: Settings;
  readonly #log: (line: string) => void;
  readonly #primes: PrimePool;
  readonly #server: ServiceServer;

  constructor(settings: Settings, deps: ServiceDeps) {
    const { servedBy, allowOrigin, version, workers, queueLimit } = settings;
    const { startWorker, addresses, log, logFault } = deps;
    this.#settings = settings;
    this.#log = log;
    this.#primes = new PrimePool({ startWorker, workers, queueLimit });
    const app = createApp({
      servedBy,
      addresses,
      ...(allowOrigin !== undefined && { allowOrigin }),
      ...(version !== undefined && { version }),
      primes: this.#primes,
      log: logFault,
    });
    this.#server = new ServiceServer({ app, servedBy });
  }

  /** @throws the error of the system call when the address cannot be listened on. */
  async start(): Promise<void> {
    const { port, host, servedBy, workers, queueLimit } = this.#settings;
    const bound = await this.#server.listen(port, host);
    const address = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
    this.#log(
      `Listening on http://${address}:${bound.port} as ${servedBy} (workers: ${workers}, queue: ${queueLimit})`,
    );
  }

  /**
   * Goes on answering for the drain time, every response with `Connection: close`; then takes no
   * further connection and lets open requests end. A request that is still being computed
   * `FINISH_LIMIT_MS` later gets a 503, so that a proxy can ask another replica.
   *
   * @param reason why the service stops, for the log: `Received SIGTERM`
   */
  async stop(reason: string): Promise<void> {
    const { drainMs } = this.#settings;
    this.#server.drain();
    this.#log(`${reason}: answering for another ${drainMs / 1000} s with "Connection: close"`);
    await sleep(drainMs);
    this.#log(`Closing: no further connections, ${this.#server.openRequests} open requests`);
    const cut = await this.#server.close({
      limitMs: FINISH_LIMIT_MS,
      onLimit: () => {
        this.#log(
          `Giving up on ${this.#server.openRequests} requests that took more than ${FINISH_LIMIT_MS / 1000} s to end`,
        );
        void this.#primes[Symbol.asyncDispose]();
      },
    });
    await this.#primes[Symbol.asyncDispose]();
    this.#log(`Ended, ${cut} requests cut`);
  }
}
