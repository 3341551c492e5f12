import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { Said } from './said.ts';

export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * An HTTP server that says what it was asked, with some paths of their own:
 *
 * - `/bytes/N` answers that many bytes.
 * - `/healthy` is answered with status 503 unless there is a file of that name.
 * - `/silent` is never answered.
 * - `/hold/KEY` sends an event, and a second one and the end when `/release/KEY` is asked.
 * - An upgrade to WebSocket is granted everywhere: the first message says what was asked, then each
 *   message comes back.
 */
export class HttpBackend {
  readonly #name: string;
  readonly #port: number;
  readonly #keys: KeyPair | undefined;
  readonly #connections = new WeakMap<Socket, number>();
  readonly #held = new Map<string, () => void>();
  #accepted = 0;

  /** @param keys with them it speaks TLS. */
  constructor(name: string, port: number, keys?: KeyPair) {
    this.#name = name;
    this.#port = port;
    this.#keys = keys;
  }

  async listen(): Promise<void> {
    const answer: RequestListener = (request, response) => {
      this.#answer(request, response).catch((error: Error) => response.destroy(error));
    };
    const server = this.#keys
      ? createSecureServer({ ...this.#keys }, answer)
      : createServer(answer);
    server.on(this.#keys ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#accepted += 1;
      this.#connections.set(socket, this.#accepted);
    });
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket, request) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
      socket.send(JSON.stringify(this.#said(request, 'websocket', 0)));
    });
    // Both families, and never the one that ends idle connections first.
    server.keepAliveTimeout = 0;
    server.listen(this.#port, '::');
    await once(server, 'listening');
  }

  #answer: (...args: Parameters<RequestListener>) => Promise<void> = async (request, response) => {
    const [, what = '', key = ''] = (request.url ?? '').split('/');
    if (what === 'bytes') {
      response.end(Buffer.alloc(Number(key), 'x'));
      return;
    }
    if (what === 'silent') return;
    if (what === 'healthy' && !existsSync('/healthy')) response.statusCode = 503;
    if (what === 'hold') {
      // A proxy that buffers answers would keep the first event until the last one.
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      response.write('data: first\n\n');
      this.#held.set(key, () => response.end('data: last\n\n'));
      return;
    }
    if (what === 'release') this.#held.get(key)?.();
    let bodyBytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) bodyBytes += chunk.length;
    const said = this.#said(request, this.#keys ? 'https' : 'http', bodyBytes);
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify(said)}\n`);
  };

  #said(request: IncomingMessage, protocol: Said['protocol'], bodyBytes: number): Said {
    const { socket } = request;
    const sni = socket instanceof TLSSocket ? socketServerName(socket) : undefined;
    return {
      name: this.#name,
      protocol,
      method: request.method ?? '',
      url: request.url ?? '',
      headers: Object.fromEntries(
        Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(', ')]),
      ),
      bodyBytes,
      port: this.#port,
      remote: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
      connection: this.#connections.get(socket) ?? 0,
      ...(sni === undefined ? {} : { sni }),
    };
  }
}

/** On the server's side Node has it, though its types do not say so. */
function socketServerName(socket: TLSSocket): string | undefined {
  const { servername } = socket as unknown as { servername?: string | false };
  return servername || undefined;
}
