import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { Deployer, Reception } from './deployer.ts';
import { parseHook } from './parse-hook.ts';
import type { Push } from './push.ts';
import { isSecret } from './secret.ts';

export interface HookAppOptions {
  readonly secret: string;
  readonly deployer: Pick<Deployer, 'receive' | 'deployments'>;
  readonly log: Logger;
}

/** Docker Hub's body has 2 KiB, a registry's envelope with ten events 8. */
export const MAX_BODY = 256 * 1024;

/** What the two senders call their JSON. */
const TYPES = [
  'application/json',
  'application/vnd.docker.distribution.events.v1+json',
  'application/vnd.docker.distribution.events.v2+json',
];

/**
 * `POST /hooks/<secret>` takes web hooks, and so does `POST /hooks` of who has the secret as a bearer
 * token; `GET /deployments` shows to those what became of them, `GET /healthz` says that the deployer is
 * there. All answers are JSON.
 */
export function hookApp({ secret, deployer, log }: HookAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.disable('query parser');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });

  const take = [
    requireJson,
    express.json({ type: TYPES, limit: MAX_BODY, inflate: false, strict: true }),
    takeHook(deployer),
  ];
  // The secret comes before the body: whoever does not know it is not listened to.
  app
    .route('/hooks/:secret')
    .all((request, response, next) => {
      const given = request.params.secret;
      if (isSecret(typeof given === 'string' ? given : '', secret)) return next();
      log.warn('A web hook with a wrong secret was refused', {
        from: request.socket.remoteAddress,
      });
      response.set('Connection', 'close');
      response.status(403).json({ error: 'The secret at the end of the path is wrong' });
    })
    .post(take)
    .all(methodNotAllowed('POST'));
  app.route('/hooks').all(requireToken(secret)).post(take).all(methodNotAllowed('POST'));
  app
    .route('/deployments')
    .all(requireToken(secret))
    .get((_request, response) => {
      response.json({ deployments: deployer.deployments });
    })
    .all(methodNotAllowed('GET, HEAD'));
  app
    .route('/healthz')
    .get((_request, response) => {
      response.json({ status: 'ok' });
    })
    .all(methodNotAllowed('GET, HEAD'));
  app.use((_request, response) => {
    response.status(404).json({
      error: 'There are POST /hooks/<secret>, POST /hooks, GET /deployments and GET /healthz',
    });
  });
  app.use(answerFault(log));
  return app;
}

function requireToken(secret: string): RequestHandler {
  return (request, response, next) => {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (isSecret(token, secret)) return next();
    response.set({ 'WWW-Authenticate': 'Bearer', Connection: 'close' });
    response.status(401).json({ error: 'Send the secret: Authorization: Bearer <secret>' });
  };
}

const requireJson: RequestHandler = (request, response, next) => {
  if (request.is(TYPES) !== false && request.is(TYPES) !== null) return next();
  response.set('Connection', 'close');
  response.status(415).json({ error: `Send JSON, as one of ${TYPES.join(', ')}` });
};

function methodNotAllowed(allowed: string): RequestHandler {
  return (request, response) => {
    response.set('Allow', allowed);
    response.status(405).json({ error: `${request.method} is not accepted here: use ${allowed}` });
  };
}

function takeHook(deployer: HookAppOptions['deployer']): RequestHandler {
  return async (request, response) => {
    const hook = parseHook(request.body);
    switch (hook.kind) {
      case 'malformed':
        response.status(400).json({ error: `The body cannot be used: ${hook.reason}` });
        return;
      case 'docker-hub': {
        const reception = await deployer.receive(hook.push);
        response.status(STATUS[reception.kind]).json(answerTo(hook.push, reception));
        return;
      }
      case 'registry': {
        const results = [];
        for (const push of hook.pushes) {
          results.push(answerTo(push, await deployer.receive(push)));
        }
        // A registry sends what was refused again and again, and what comes after it waits.
        response
          .status(hook.pushes.length === 0 ? 200 : 202)
          .json({ results, ignored: hook.others });
        return;
      }
    }
  };
}

const STATUS = { accepted: 202, repeated: 200, refused: 403 } as const;

function answerTo({ repository, tag }: Push, reception: Reception): object {
  const push = { repository, tag, result: reception.kind };
  if (reception.kind === 'refused') return { ...push, error: reception.reason };
  const { id, state, reason } = reception.deployment;
  return {
    ...push,
    deployment: id,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(reception.kind === 'accepted' && reception.callbackRefused !== undefined
      ? { callback: `not called: ${reception.callbackRefused}` }
      : {}),
  };
}

/** Messages of the parser are Express's; of what goes wrong here only the log hears. */
function answerFault(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    // What is left of the body is not read.
    response.set('Connection', 'close');
    switch (statusOf(error)) {
      case 413:
        response.status(413).json({ error: `The body has more than ${MAX_BODY / 1024} KiB` });
        return;
      case 415:
        response.status(415).json({ error: 'Send the body as it is, not compressed, in UTF-8' });
        return;
      case 400:
        response.status(400).json({ error: 'The request is not valid: its body has to be JSON' });
        return;
      default:
        log.error(`A request could not be answered: ${messageOf(error)}`);
        response
          .status(500)
          .json({ error: 'The deployer failed to answer this request: try again' });
    }
  };
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}
