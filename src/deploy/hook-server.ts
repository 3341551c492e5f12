import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, TsgenError } from '../base/errors.ts';

export interface ListenOn {
  /** 0 takes any free one. */
  readonly port: number;
  /** Absent: all interfaces. */
  readonly host?: string;
}

/** A sender of web hooks has said all within these; both in milliseconds. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 20_000;
const MAX_CONNECTIONS = 256;

/** The deployer's HTTP server. */
export class HookServer implements AsyncDisposable {
  readonly #server: ReturnType<typeof createServer>;

  constructor(app: RequestListener) {
    this.#server = createServer(
      {
        headersTimeout: HEADERS_MS,
        requestTimeout: REQUEST_MS,
        connectionsCheckingInterval: 5_000,
        maxHeaderSize: 8 * 1024,
      },
      app,
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** @throws TsgenError `config` when nobody can listen there. */
  async listen({ port, host }: ListenOn): Promise<AddressInfo> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
      });
    } catch (cause) {
      throw new TsgenError(
        'config',
        `Cannot listen for web hooks on ${host ?? '*'}:${port}: ${messageOf(cause)}. Name an address that is free with --listen.`,
        { cause },
      );
    }
    return this.#server.address() as AddressInfo;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
