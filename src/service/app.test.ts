import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SOON } from '../../test/support/soon.ts';
import { createApp } from './app.ts';
import { type CheckResult, type PrimeChecker, PrimePool } from './prime-pool.ts';
import { ask } from './testing/http.ts';
import { bundleWorker, type WorkerBundle } from './testing/worker.ts';

const SLOW_PRIME = 9_007_199_254_740_881;

/** Answers at once with what it is told. */
function answering(result: CheckResult): PrimeChecker {
  return { check: () => Promise.resolve(result) };
}

const servers: Server[] = [];
const logged: string[] = [];

async function serve(
  primes: PrimeChecker,
  options: { readonly allowOrigin?: string; readonly version?: string } = {},
): Promise<number> {
  const app: RequestListener = createApp({
    servedBy: 'replica-1',
    addresses: () => ['172.18.0.2'],
    primes,
    log: (line) => logged.push(line),
    ...options,
  });
  const server = createServer({ requireHostHeader: false }, app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  logged.length = 0;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('/is_prime', () => {
  it.each([
    ['1234', 1234, false],
    ['1237', 1237, true],
  ])('answers for %s', async (text, integer, isPrime) => {
    const check = vi.fn<PrimeChecker['check']>(async () => ({ kind: 'checked', isPrime }));
    const port = await serve({ check });
    const answer = await ask(port, `/is_prime/${text}`);
    expect(answer).toMatchObject({ status: 200, body: { integer, is_prime: isPrime } });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(check.mock.calls.map(([n]) => n)).toEqual([integer]);
  });

  it.each([
    '/is_prime/-1',
    '/is_prime/1.5',
    '/is_prime/seven',
    '/is_prime/9007199254740992',
    '/is_prime/%207',
    '/is_prime/7%2F8',
    '/is_prime/',
    '/is_prime',
  ])('refuses %s and says what is accepted', async (path) => {
    const port = await serve(answering({ kind: 'closed' }));
    const answer = await ask(port, path);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('from 0 to 9007199254740991 (2^53-1)') },
    });
  });

  it.each([
    ['full', 'as many requests waiting'],
    ['closed', 'is stopping'],
  ] as const)('answers 503 with Retry-After when the pool is %s', async (kind, reason) => {
    const answer = await ask(await serve(answering({ kind })), '/is_prime/7');
    expect(answer).toMatchObject({ status: 503, body: { error: expect.stringContaining(reason) } });
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('answers 500 without inner details when the computation failed, and logs them', async () => {
    const cause = new Error('out\nof memory');
    const check = () => Promise.reject(new Error('The worker thread ended', { cause }));
    const answer = await ask(await serve({ check }), '/is_prime/7');
    expect(answer).toMatchObject({
      status: 500,
      body: { error: 'The replica failed to answer this request: try again' },
    });
    expect(logged).toEqual([
      'Answering GET /is_prime/7 failed: The worker thread ended: out of memory',
    ]);
  });

  it('tells the pool when the client went away', async () => {
    const signals: AbortSignal[] = [];
    const check = (_integer: number, signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<CheckResult>((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'dropped' }));
      });
    };
    const port = await serve({ check });
    const client = new AbortController();
    const answer = ask(port, '/is_prime/7', { signal: client.signal });
    await vi.waitFor(() => expect(signals).toHaveLength(1), SOON);
    expect(signals[0]?.aborted).toBe(false);
    client.abort();
    await expect(answer).rejects.toThrow('aborted');
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true), SOON);
    expect(logged).toEqual([]);
  });
});

describe('with real threads', () => {
  let bundle: WorkerBundle;
  let pool: PrimePool;
  beforeAll(async () => {
    bundle = await bundleWorker();
    pool = new PrimePool({ startWorker: bundle.startWorker, workers: 2, queueLimit: 10 });
  });
  afterAll(async () => {
    await pool[Symbol.asyncDispose]();
    await bundle[Symbol.asyncDispose]();
  });

  it('answers /healthz and /whoami while every thread is busy', async () => {
    let received = 0;
    const counting: PrimeChecker = {
      check: (integer, signal) => {
        received += 1;
        return pool.check(integer, signal);
      },
    };
    const port = await serve(counting);
    const order: string[] = [];
    const slow = [1, 2, 3].map(async () => {
      const answer = await ask(port, `/is_prime/${SLOW_PRIME}`);
      order.push('slow');
      return answer.body;
    });
    await vi.waitFor(() => expect(received).toBe(3), SOON);
    for (const path of ['/healthz', '/whoami']) {
      expect(await ask(port, path)).toMatchObject({ status: 200 });
      order.push(path);
    }
    expect(await Promise.all(slow)).toEqual(
      Array.from({ length: 3 }, () => ({ integer: SLOW_PRIME, is_prime: true })),
    );
    expect(order).toEqual(['/healthz', '/whoami', 'slow', 'slow', 'slow']);
  });
});

describe('the rest', () => {
  it('names its host and says what there is to ask for', async () => {
    const { status, body } = await ask(await serve(answering({ kind: 'closed' })), '/');
    expect(status).toBe(200);
    expect(body).toEqual({
      hostname: 'replica-1',
      message: 'This replica computes: ask for /is_prime/<integer>',
    });
  });

  it.each(['/', '/is_prime/7', '/nothing'])(
    'lets the web pages read %s that it is told to, and else none of another host',
    async (path) => {
      const primes = answering({ kind: 'checked', isPrime: true });
      const allowOrigin = 'https://app.example.com';
      const allowed = await ask(await serve(primes, { allowOrigin }), path);
      expect(allowed.headers).toMatchObject({
        'access-control-allow-origin': allowOrigin,
        'access-control-expose-headers': 'X-Served-By',
      });
      const { headers } = await ask(await serve(primes), path);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    },
  );

  it('says what it is a build of, where it was told', async () => {
    const primes = answering({ kind: 'checked', isPrime: true });
    const built = await ask(await serve(primes, { version: 'c0ffee' }), '/healthz');
    expect(built.headers).toMatchObject({ 'x-version': 'c0ffee' });
    const { headers } = await ask(await serve(primes), '/healthz');
    expect(Object.keys(headers)).not.toContain('x-version');
  });

  it('says who answers', async () => {
    const port = await serve(answering({ kind: 'closed' }));
    const headers = { 'X-Forwarded-For': '10.0.0.9', Cookie: 'a=b' };
    const { status, body } = await ask(port, '/whoami?x=1', { headers });
    expect(status).toBe(200);
    expect(body).toEqual({
      hostname: 'replica-1',
      addresses: ['172.18.0.2'],
      method: 'GET',
      path: '/whoami?x=1',
      remote_address: '127.0.0.1',
      headers: {
        host: `127.0.0.1:${port}`,
        connection: 'close',
        'x-forwarded-for': '10.0.0.9',
        cookie: 'a=b',
      },
    });
  });

  it('is healthy', async () => {
    const answer = await ask(await serve(answering({ kind: 'closed' })), '/healthz');
    expect(answer).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it.each(['//', '/nothing', '/Healthz', '/healthz/', '/is_prime/7/8'])(
    'has nothing at %s',
    async (path) => {
      const answer = await ask(await serve(answering({ kind: 'closed' })), path);
      expect(answer).toMatchObject({
        status: 404,
        body: { error: expect.stringContaining(`nothing at ${path}:`) },
      });
    },
  );

  it.each([
    ['POST', '/is_prime/7'],
    ['DELETE', '/whoami'],
    ['OPTIONS', '/healthz'],
  ])('refuses %s %s', async (method, path) => {
    const answer = await ask(await serve(answering({ kind: 'closed' })), path, { method });
    expect(answer).toMatchObject({
      status: 405,
      body: { error: expect.stringContaining(`${method} is not accepted here`) },
    });
    expect(answer.headers.allow).toBe('GET, HEAD');
  });

  it('answers HEAD without a body', async () => {
    const port = await serve(answering({ kind: 'checked', isPrime: true }));
    expect(await ask(port, '/is_prime/7', { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
    });
  });

  it.each(['/is_prime/%E0%A4%A', '/%zz', '/is_prime/%'])(
    'refuses the malformed path %s',
    async (path) => {
      const answer = await ask(await serve(answering({ kind: 'closed' })), path);
      expect(answer).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('is not valid percent-encoding') },
      });
    },
  );

  it.each([
    ['/is_prime/7', 'GET'],
    ['/is_prime/seven', 'GET'],
    ['/is_prime/%', 'GET'],
    ['/whoami', 'GET'],
    ['/healthz', 'GET'],
    ['/nothing', 'GET'],
    ['/nothing', 'OPTIONS'],
    ['/healthz', 'POST'],
  ])('names the replica and nothing else at %s (%s)', async (path, method) => {
    const port = await serve({ check: () => Promise.reject(new Error('fault')) });
    const { headers } = await ask(port, path, { method });
    expect(headers['x-served-by']).toBe('replica-1');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('etag');
  });
});
