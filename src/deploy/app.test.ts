import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hookApp, MAX_BODY } from './app.ts';
import type { Reception } from './deployer.ts';
import type { Push } from './push.ts';
import { DEPLOYMENT } from './testing/deployment.ts';

const SECRET = '0123456789abcdef0123';
const HUB = { push_data: { tag: 'latest' }, repository: { repo_name: 'team/web' } };
const JSON_TYPE = { 'content-type': 'application/json' };
const TOKEN = { authorization: `Bearer ${SECRET}` };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The app on a port of its own, with a deployer that answers all pushes alike. */
async function serve(reception: Reception | Error = { kind: 'accepted', deployment: DEPLOYMENT }) {
  const received: Push[] = [];
  const logged: string[] = [];
  const log = (message: string, fields: object = {}) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const app = hookApp({
    secret: SECRET,
    deployer: {
      deployments: [DEPLOYMENT],
      receive: async (push) => {
        received.push(push);
        if (reception instanceof Error) throw reception;
        return reception;
      },
    },
    log: { debug: log, info: log, warn: log, error: log },
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ask = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body: string | object = '',
  ) =>
    await new Promise<Answer>((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', method, path, headers }, (response) => {
        text(response).then((answer) => {
          const { statusCode: status = 0, headers: said } = response;
          resolve({ status, headers: said, body: answer ? JSON.parse(answer) : {} });
        }, reject);
      });
      asked.once('error', reject);
      asked.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  const hook = (body: string | object, headers: Record<string, string> = JSON_TYPE) =>
    ask('POST', `/hooks/${SECRET}`, headers, body);
  return { ask, hook, received, logged };
}

describe('a web hook', () => {
  it('is handed to the deployer, and answered with what that says', async () => {
    const { hook, received } = await serve();
    expect(await hook(HUB)).toMatchObject({
      status: 202,
      body: {
        repository: 'team/web',
        tag: 'latest',
        result: 'accepted',
        deployment: 7,
        state: 'queued',
      },
    });
    expect(received).toMatchObject([{ repository: 'team/web', tag: 'latest' }]);
  });

  it('that was delivered before is answered with success', async () => {
    const { hook } = await serve({ kind: 'repeated', deployment: DEPLOYMENT });
    expect(await hook(HUB)).toMatchObject({ status: 200, body: { result: 'repeated' } });
  });

  it('that is refused says why', async () => {
    const { hook } = await serve({ kind: 'refused', reason: 'not on the list' });
    expect(await hook(HUB)).toMatchObject({
      status: 403,
      body: { result: 'refused', error: 'not on the list' },
    });
  });

  it('of a registry is answered with success, whatever is in it', async () => {
    const { ask } = await serve({ kind: 'refused', reason: 'not on the list' });
    const type = 'application/vnd.docker.distribution.events.v1+json; charset=utf-8';
    const target = { repository: 'team/web', tag: 'latest' };
    const events = [
      { id: '1', action: 'push', target },
      { id: '2', action: 'pull', target },
    ];
    expect(
      await ask('POST', '/hooks', { ...TOKEN, 'content-type': type }, { events }),
    ).toMatchObject({
      status: 202,
      body: { results: [{ result: 'refused' }], ignored: 1 },
    });
    expect(
      await ask('POST', '/hooks', { ...TOKEN, 'content-type': type }, { events: events.slice(1) }),
    ).toMatchObject({ status: 200, body: { results: [], ignored: 1 } });
  });

  it.each<[string, number, string, string, Record<string, string>, string | object]>([
    ['a wrong secret', 403, 'POST', '/hooks/0123456789abcdef0124', JSON_TYPE, HUB],
    ['a secret that is no UTF-8', 400, 'POST', '/hooks/%ff', JSON_TYPE, HUB],
    ['no secret', 401, 'POST', '/hooks', JSON_TYPE, HUB],
    ['a wrong token', 401, 'POST', '/hooks', { ...JSON_TYPE, authorization: 'Bearer x' }, HUB],
    [
      'another scheme',
      401,
      'POST',
      '/hooks',
      { ...JSON_TYPE, authorization: `Basic ${SECRET}` },
      HUB,
    ],
    ['another method', 405, 'GET', `/hooks/${SECRET}`, {}, ''],
    ['another type', 415, 'POST', `/hooks/${SECRET}`, { 'content-type': 'text/plain' }, HUB],
    ['no body', 415, 'POST', `/hooks/${SECRET}`, {}, ''],
    ['half a JSON', 400, 'POST', `/hooks/${SECRET}`, JSON_TYPE, '{"push_data":'],
    ['a JSON that is a text', 400, 'POST', `/hooks/${SECRET}`, JSON_TYPE, '"push"'],
    ['a JSON that is none of the two', 400, 'POST', `/hooks/${SECRET}`, JSON_TYPE, {}],
    ['a body too much', 413, 'POST', `/hooks/${SECRET}`, JSON_TYPE, `"${'x'.repeat(MAX_BODY)}"`],
    [
      'a compressed body',
      415,
      'POST',
      `/hooks/${SECRET}`,
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      HUB,
    ],
    ['another path', 404, 'POST', '/hooks/', JSON_TYPE, HUB],
  ])('with %s is answered with %i', async (_what, status, method, path, headers, body) => {
    const { ask, received, logged } = await serve();
    const answer = await ask(method, path, headers, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toEqual(expect.any(String));
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(received).toEqual([]);
    expect(logged.join('\n')).not.toContain(SECRET);
  });

  it('that cannot be kept is answered with 500, and only the log says why', async () => {
    const { hook, logged } = await serve(new Error('the disk is full'));
    const { status, body } = await hook(HUB);
    expect([status, body]).toEqual([500, { error: expect.not.stringContaining('disk') }]);
    expect(logged.join('\n')).toContain('the disk is full');
  });
});

describe('the deployments', () => {
  it('are shown to whoever knows the secret', async () => {
    const { ask } = await serve();
    expect(await ask('GET', '/deployments', TOKEN)).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: { deployments: [DEPLOYMENT] },
    });
    expect(await ask('GET', '/deployments')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    });
    expect((await ask('POST', '/deployments', TOKEN)).status).toBe(405);
  });

  it('are no condition for being there', async () => {
    const { ask } = await serve();
    expect(await ask('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });
});
