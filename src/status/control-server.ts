import { randomBytes } from 'node:crypto';
import { chmod, lstat, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { messageOf, TsgenError } from '../base/errors.ts';
import { claimSocket } from './claim-socket.ts';
import type { HistoryReport, SetDetails } from './history-report.ts';
import type { Health, StatusReport } from './report.ts';

export interface ControlHandlers {
  status(): StatusReport;
  /** In few words, for who asks again and again. */
  health(): Health;
  /** Renders and applies now; resolves with what came of it. */
  refresh(): Promise<RefreshReport>;
  /** Of a container by its name or ID. */
  drain(container: string): Promise<DrainReport>;
  undrain(container: string): Promise<DrainReport>;
  /** Of a container by its ID, as the next. */
  drainProgress(id: string): Promise<DrainProgressReport>;
  stop(id: string): Promise<void>;
  history(): Promise<HistoryReport>;
  /** By default of the newest set. */
  set(number: number | undefined): Promise<SetDetails>;
  /** By default to the set before the live one. */
  rollback(number: number | undefined): Promise<RollbackReport>;
  resume(): Promise<ResumeReport>;
}

/** What came of it that an earlier set was brought back. */
export interface RollbackReport extends RefreshReport {
  readonly number: number;
  /** When it was first to go live: RFC 3339. */
  readonly at: string;
  /** It is live, or will be once the proxy can be told. */
  readonly isHeld: boolean;
  /** Its servers that are not what they were; of those, the ones whose address another has now. */
  readonly gone: readonly string[];
  readonly taken: readonly { readonly server: string; readonly by: string }[];
  /** How many servers it has. */
  readonly servers: number;
}

/** What came of it that what the containers ask for is applied again. */
export interface ResumeReport extends RefreshReport {
  /** The set that was held; absent: none was. */
  readonly number?: number;
}

/** What came of it that a container was taken out, or back in. */
export interface DrainReport extends RefreshReport {
  readonly id: string;
  readonly name: string;
}

/** How far the proxy is with letting a container go. */
export type DrainProgressReport =
  | { readonly kind: 'done' }
  | { readonly kind: 'waiting'; readonly oldWorkers: number }
  | { readonly kind: 'unknown' };

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
  readonly #inode: number;

  private constructor(path: string, server: Server, inode: number) {
    this.path = path;
    this.#server = server;
    this.#inode = inode;
  }

  /**
   * Listens on `path`; a socket that a crashed watch left behind is replaced. Of many that try at
   * the same time one gets it.
   *
   * @throws TsgenError `conflict` when another watch answers there, `output` when it cannot listen.
   */
  static async listen(path: string, handlers: ControlHandlers): Promise<ControlServer> {
    const server = createServer((request, response) => {
      answer(handlers, request, response).catch((error: unknown) => {
        const kind = error instanceof TsgenError ? { kind: error.kind } : {};
        send(response, 500, { error: messageOf(error), ...kind });
      });
    });
    // Shorter than `control.sock`, so that it has room where that has: sockets have short paths.
    const own = join(dirname(path), `.${randomBytes(4).toString('hex')}`);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(own, resolve);
      });
      await chmod(own, 0o600);
      const { ino } = await lstat(own);
      await claimSocket(own, path);
      server.unref();
      return new ControlServer(path, server, ino);
    } catch (error) {
      await close(server);
      if (error instanceof TsgenError) throw error;
      throw listenFault(path, error);
    } finally {
      await rm(own, { force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // While it still listens: of one that does not, somebody else may take the place any time.
    const found = await lstat(this.path).catch(() => undefined);
    if (found?.ino === this.#inode) await rm(this.path, { force: true });
    await close(this.#server);
  }
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function listenFault(path: string, cause: unknown): TsgenError {
  return new TsgenError(
    'output',
    `Cannot listen on the control socket ${path}: ${messageOf(cause)}. Its folder must be writable for tsgen.`,
    { cause },
  );
}

async function answer(
  handlers: ControlHandlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', 'http://tsgen');
  const container = url.searchParams.get('container') ?? '';
  const wanted = url.searchParams.get('number');
  const number = wanted === null ? undefined : Number(wanted);
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /status':
      return send(response, 200, handlers.status());
    case 'GET /health': {
      const health = handlers.health();
      return send(response, health.healthy ? 200 : 503, health);
    }
    case 'POST /refresh':
      return send(response, 200, await handlers.refresh());
    case 'POST /drain':
      return send(response, 200, await handlers.drain(container));
    case 'GET /drain':
      return send(response, 200, await handlers.drainProgress(container));
    case 'POST /undrain':
      return send(response, 200, await handlers.undrain(container));
    case 'GET /history':
      return send(response, 200, await handlers.history());
    case 'GET /set':
      return send(response, 200, await handlers.set(number));
    case 'POST /rollback':
      return send(response, 200, await handlers.rollback(number));
    case 'POST /resume':
      return send(response, 200, await handlers.resume());
    case 'POST /stop':
      await handlers.stop(container);
      return send(response, 200, {});
    default:
      return send(response, 404, {
        error:
          'There are GET /status, GET /health, POST /refresh, GET and POST /drain, POST /undrain, POST /stop, GET /history, GET /set, POST /rollback and POST /resume.',
      });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(`${JSON.stringify(body)}\n`);
}
