import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refuseUnparsed } from './unparsed.ts';

/**
 * How long a kept connection may idle. Longer than the 60 s of nginx's `keepalive_timeout` for
 * upstreams (http://nginx.org/en/docs/http/ngx_http_upstream_module.html), so that the proxy is
 * the one that closes and never sends a request into a connection that is being closed here.
 */
const KEEP_ALIVE_MS = 75_000;
const HEADERS_MS = 80_000;

/**
 * How long a connection without an open request stays once the server is closing: one that was
 * accepted just before may have its request on the way.
 */
const QUIET_MS = 250;

export interface ServerOptions {
  readonly app: RequestListener;
  readonly servedBy: string;
}

export interface CloseOptions {
  /** How long open requests may take, in milliseconds. */
  readonly limitMs: number;
  /** Called once when the limit is over; what is still open `QUIET_MS` later is cut. */
  readonly onLimit: () => void;
}

/** An HTTP server that stops in two steps: `drain`, then `close`. */
export class ServiceServer {
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();
  #phase: 'serving' | 'draining' | 'closing' = 'serving';
  #quiet: NodeJS.Timeout | undefined;

  constructor({ app, servedBy }: ServerOptions) {
    // A request without Host is left to the app, whose refusal has a body and names the replica.
    this.#server = createServer({ requireHostHeader: false }, (request, response) => {
      this.#follow(response);
      app(request, response);
    });
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.#server.headersTimeout = HEADERS_MS;
    // Without a listener Node.js answers 417 by itself. An expectation may be ignored (RFC 9110, 10.1.1).
    this.#server.on('checkExpectation', (request, response) => {
      this.#server.emit('request', request, response);
    });
    this.#server.on('clientError', (error, socket) => {
      const answering = [...this.#open].some((response) => response.socket === socket);
      refuseUnparsed(error, socket, { servedBy, answering });
    });
  }

  /** The requests that were received and not yet answered in full. */
  get openRequests(): number {
    return this.#open.size;
  }

  /**
   * @param host absent: all interfaces; Node.js falls back to `0.0.0.0` where there is no IPv6
   * @throws the error of the system call (`EADDRINUSE`, `EACCES` …)
   */
  listen(port: number, host?: string): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
        this.#server.off('error', reject);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /**
   * From here on every response says `Connection: close`, also of requests that are open. Kept
   * connections are not closed: their owners find out with the next answer, and lose none.
   */
  drain(): void {
    this.#phase = 'draining';
    for (const response of this.#open) sayClose(response);
  }

  /**
   * Takes no further connection, lets open requests end, and resolves with the number of those
   * that were cut because they took longer than allowed.
   */
  close({ limitMs, onLimit }: CloseOptions): Promise<number> {
    this.drain();
    this.#phase = 'closing';
    let cut = 0;
    let last: NodeJS.Timeout | undefined;
    const limit = setTimeout(() => {
      onLimit();
      last = setTimeout(() => {
        cut = this.#open.size;
        this.#server.closeAllConnections();
      }, QUIET_MS);
    }, limitMs);
    return new Promise((resolve) => {
      // Closes idle connections as well.
      this.#server.close(() => {
        clearTimeout(limit);
        clearTimeout(last);
        clearTimeout(this.#quiet);
        resolve(cut);
      });
      this.#closeWhenQuiet();
    });
  }

  #follow(response: ServerResponse): void {
    this.#open.add(response);
    clearTimeout(this.#quiet);
    response.once('close', () => {
      this.#open.delete(response);
      if (this.#phase === 'closing') this.#closeWhenQuiet();
    });
    if (this.#phase !== 'serving') sayClose(response);
  }

  #closeWhenQuiet(): void {
    if (this.#open.size > 0) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      // Timers run before input is read: what arrived while this process was busy counts.
      setImmediate(() => {
        if (this.#open.size === 0) this.#server.closeAllConnections();
      });
    }, QUIET_MS);
  }
}

function sayClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
