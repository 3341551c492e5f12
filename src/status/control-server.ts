import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import { requestControl } from './control-client.ts';
import type { StatusReport } from './report.ts';

export interface ControlHandlers {
  status(): StatusReport;
  /** Renders and applies now; resolves with what came of it. */
  refresh(): Promise<RefreshReport>;
}

/** What came of a refresh, for the one who asked for it. */
export interface RefreshReport {
  readonly kind: string;
  readonly message: string;
  /** How a one-shot would have ended. */
  readonly exitCode: number;
}

/**
 * The control socket of a watch: HTTP on a unix socket that only tsgen's own user can open. It is
 * also the claim to the destination: there is one watch for each.
 */
export class ControlServer implements AsyncDisposable {
  readonly path: string;
  readonly #server: Server;

  private constructor(path: string, server: Server) {
    this.path = path;
    this.#server = server;
  }

  /**
   * Listens on `path`; a socket that a crashed watch left behind is replaced.
   *
   * @throws TsgenError `conflict` when another watch answers there, `output` when it cannot listen.
   */
  static async listen(path: string, handlers: ControlHandlers): Promise<ControlServer> {
    await refuseIfOwned(path);
    await rm(path, { force: true });
    const server = createServer((request, response) => {
      answer(handlers, request, response).catch((error: unknown) => {
        send(response, 500, { error: messageOf(error) });
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(listenFault(path, cause)));
      server.listen(path, resolve);
    });
    await chmod(path, 0o600);
    server.unref();
    return new ControlServer(path, server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    await rm(this.path, { force: true });
  }
}

function listenFault(path: string, cause: unknown): TsgenError {
  return new TsgenError(
    'output',
    `Cannot listen on the control socket ${path}: ${messageOf(cause)}. Its folder must be writable for tsgen.`,
    { cause },
  );
}

async function refuseIfOwned(path: string): Promise<void> {
  try {
    const owner = await requestControl<StatusReport>(path, 'GET', '/status');
    throw new TsgenError(
      'conflict',
      `${owner.destination} is owned by another watch (process ${owner.pid}, template ${owner.template}). Stop that one first, or give this one a destination of its own.`,
    );
  } catch (error) {
    if (error instanceof TsgenError) throw error;
    if (!['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'].includes(codeOf(error) ?? '')) {
      throw listenFault(path, error);
    }
  }
}

async function answer(
  handlers: ControlHandlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /status':
      return send(response, 200, handlers.status());
    case 'POST /refresh':
      return send(response, 200, await handlers.refresh());
    default:
      return send(response, 404, { error: 'There are GET /status and POST /refresh.' });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(`${JSON.stringify(body)}\n`);
}
