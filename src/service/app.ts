import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { parseInteger } from './integer.ts';
import type { PrimeChecker } from './prime-pool.ts';

export interface AppOptions {
  /** The replica's name, for `X-Served-By` and `/whoami`. Has to be a valid header value. */
  readonly servedBy: string;
  /** Asked at each `/whoami`: a container's networks change while it runs. */
  readonly addresses: () => readonly string[];
  /** Whose web pages may read the answers, as in `Access-Control-Allow-Origin`. Absent: only its own. */
  readonly allowOrigin?: string;
  /** What the replica is a build of, for `X-Version`. Has to be a valid header value. */
  readonly version?: string;
  readonly primes: PrimeChecker;
  /** Receives one line about each fault that was answered with 500. */
  readonly log: (line: string) => void;
}

/**
 * The service's routes, all JSON: `/`, `/is_prime/<integer>`, `/whoami`, `/healthz`. Every answer
 * carries `X-Served-By`. `/healthz` knows nothing of a drain, so that stopping a container does
 * not make it unhealthy first: docs/service.md says why.
 */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.disable('query parser');
  app.enable('case sensitive routing');
  app.enable('strict routing');

  app.use(nameReplica(options), refuseMalformed);
  serve(app, ['/'], (_request, response) => {
    const message = 'This replica computes: ask for /is_prime/<integer>';
    response.json({ hostname: options.servedBy, message });
  });
  serve(app, ['/is_prime', '/is_prime/', '/is_prime/:integer'], isPrimeRoute(options.primes));
  serve(app, ['/whoami'], whoamiRoute(options));
  serve(app, ['/healthz'], (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.use((request, response) => {
    refuse(
      response,
      404,
      `There is nothing at ${request.path}: ask for /is_prime/<integer>, /whoami or /healthz`,
    );
  });
  app.use(answerFault(options.log));
  return app;
}

function serve(app: Express, paths: string[], handler: RequestHandler): void {
  app
    .route(paths)
    .get(handler)
    .all((request, response) => {
      response.set('Allow', 'GET, HEAD');
      refuse(response, 405, `${request.method} is not accepted here: use GET or HEAD`);
    });
}

function refuse(response: Response, status: number, error: string): void {
  response.status(status).json({ error });
}

/** Answers tell replicas apart, and may echo a request's headers: none is for a cache. */
function nameReplica({ servedBy, allowOrigin, version }: AppOptions): RequestHandler {
  const headers = {
    'X-Served-By': servedBy,
    ...(version !== undefined && { 'X-Version': version }),
    'Cache-Control': 'no-store',
    ...(allowOrigin !== undefined && {
      'Access-Control-Allow-Origin': allowOrigin,
      'Access-Control-Expose-Headers': 'X-Served-By',
    }),
  };
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}

/** What Node.js and Express would refuse themselves, without a JSON body. */
const refuseMalformed: RequestHandler = (request, response, next) => {
  if (request.httpVersion === '1.1' && request.headers.host === undefined) {
    refuse(response, 400, 'The request has no Host header, which HTTP/1.1 requires');
    return;
  }
  try {
    decodeURIComponent(request.path);
  } catch {
    refuse(
      response,
      400,
      `The path ${request.path} is not valid percent-encoding: use % followed by two hexadecimal digits that form UTF-8`,
    );
    return;
  }
  next();
};

function isPrimeRoute(primes: PrimeChecker): RequestHandler {
  return async (request, response) => {
    const parsed = parseInteger(parameter(request, 'integer'));
    if (!parsed.ok) {
      refuse(response, 400, parsed.reason);
      return;
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const result = await primes.check(parsed.integer, gone.signal);
    switch (result.kind) {
      case 'checked':
        response.json({ integer: parsed.integer, is_prime: result.isPrime });
        return;
      case 'full':
        response.set('Retry-After', '1');
        refuse(response, 503, 'This replica has as many requests waiting as it accepts: try again');
        return;
      case 'closed':
        response.set('Retry-After', '1');
        refuse(response, 503, 'This replica is stopping: try again, another one may answer');
        return;
      case 'dropped':
        return;
    }
  };
}

function parameter(request: Request, name: string): string {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
}

function whoamiRoute(options: AppOptions): RequestHandler {
  return (request, response) => {
    response.json({
      hostname: options.servedBy,
      addresses: options.addresses(),
      method: request.method,
      path: request.originalUrl,
      remote_address: plainAddress(request.socket.remoteAddress),
      headers: request.headers,
    });
  };
}

/** A dual-stack socket shows IPv4 peers as `::ffff:172.18.0.2`. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/, '');
}

function answerFault(log: (line: string) => void): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    log(`Answering ${request.method} ${request.path} failed: ${describe(error)}`);
    if (response.headersSent) {
      next(error);
      return;
    }
    refuse(response, 500, 'The replica failed to answer this request: try again');
  };
}

/** An error's message and those of its causes, on one line. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(String(error));
  const message = error.message.replaceAll(/\s+/g, ' ');
  return error.cause === undefined ? message : `${message}: ${describe(error.cause)}`;
}
