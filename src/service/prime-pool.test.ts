import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PrimePool, type PrimePoolOptions } from './prime-pool.ts';
import { bundleWorker, type WorkerBundle } from './testing/worker.ts';

const SLOW_PRIME = 9_007_199_254_740_881;
const never = new AbortController().signal;

let bundle: WorkerBundle;
let pool: PrimePool;
let started = 0;

function makePool(options: Partial<PrimePoolOptions> = {}): PrimePool {
  const { startWorker = bundle.startWorker, ...rest } = options;
  const counting = () => {
    started += 1;
    return startWorker();
  };
  pool = new PrimePool({ workers: 1, queueLimit: 10, ...rest, startWorker: counting });
  return pool;
}

/** A thread that answers 7, ends at 13, throws at 666 and stays silent at anything else. */
function fragileWorker(): Worker {
  const code = `require('node:worker_threads').parentPort.on('message', (n) => {
    if (n === 7) require('node:worker_threads').parentPort.postMessage(true);
    if (n === 13) process.exit(3);
    if (n === 666) throw new Error('out of luck');
  });`;
  return new Worker(code, { eval: true });
}

beforeAll(async () => {
  bundle = await bundleWorker();
});
afterEach(async () => {
  await pool[Symbol.asyncDispose]();
  started = 0;
});
afterAll(() => bundle[Symbol.asyncDispose]());

describe('PrimePool', () => {
  it('answers with the real worker', async () => {
    makePool({ workers: 2 });
    const results = await Promise.all([0, 1, 2, 9, 97].map((n) => pool.check(n, never)));
    expect(results).toEqual(
      [false, false, true, false, true].map((isPrime) => ({ kind: 'checked', isPrime })),
    );
  });

  it('keeps its threads, and never starts more than it may', async () => {
    makePool({ workers: 2 });
    for (let round = 0; round < 5; round++) {
      await Promise.all([2, 3, 5, 7, 11].map((n) => pool.check(n, never)));
    }
    expect(started).toBe(2);
  });

  it('computes off the main thread, in order of arrival', async () => {
    makePool();
    const order: string[] = [];
    const slow = pool.check(SLOW_PRIME, never).then(() => order.push('slow'));
    const queued = pool.check(2, never).then(() => order.push('queued'));
    await new Promise((resolve) => setImmediate(resolve));
    order.push('main thread');
    await Promise.all([slow, queued]);
    expect(order).toEqual(['main thread', 'slow', 'queued']);
  });

  it('refuses what exceeds the queue, and accepts again when there is room', async () => {
    makePool({ queueLimit: 2 });
    const accepted = [SLOW_PRIME, 3, 4].map((n) => pool.check(n, never));
    expect(await pool.check(5, never)).toEqual({ kind: 'full' });
    await Promise.all(accepted);
    expect(await pool.check(5, never)).toEqual({ kind: 'checked', isPrime: true });
  });

  it('takes as many as it has threads when the queue holds none', async () => {
    makePool({ workers: 2, queueLimit: 0 });
    const accepted = [pool.check(SLOW_PRIME, never), pool.check(SLOW_PRIME, never)];
    expect(await pool.check(5, never)).toEqual({ kind: 'full' });
    expect(await Promise.all(accepted)).toEqual([
      { kind: 'checked', isPrime: true },
      { kind: 'checked', isPrime: true },
    ]);
  });

  it('drops a request from the queue when its signal is aborted, and frees its place', async () => {
    makePool({ startWorker: fragileWorker, queueLimit: 1 });
    const running = pool.check(1, never);
    const gone = new AbortController();
    const dropped = pool.check(7, gone.signal);
    expect(await pool.check(7, never)).toEqual({ kind: 'full' });
    gone.abort();
    expect(await dropped).toEqual({ kind: 'dropped' });
    const next = pool.check(7, never);
    await pool[Symbol.asyncDispose]();
    expect(await Promise.all([running, next])).toEqual([{ kind: 'closed' }, { kind: 'closed' }]);
  });

  it('does not begin with a request whose signal is aborted already', async () => {
    makePool();
    expect(await pool.check(7, AbortSignal.abort())).toEqual({ kind: 'dropped' });
    expect(started).toBe(0);
  });

  it('finishes what runs when its signal is aborted, and goes on', async () => {
    makePool();
    const gone = new AbortController();
    const running = pool.check(SLOW_PRIME, gone.signal);
    gone.abort();
    expect(await running).toEqual({ kind: 'checked', isPrime: true });
    expect(await pool.check(2, never)).toEqual({ kind: 'checked', isPrime: true });
  });

  it.each([
    ['throws', 666, 'out of luck'],
    ['exits', 13, undefined],
  ])('replaces a thread that %s, at the cost of that request alone', async (_how, n, cause) => {
    makePool({ startWorker: fragileWorker });
    const [crashed, queued] = [pool.check(n, never), pool.check(7, never)];
    await expect(crashed).rejects.toThrow(`that computed is_prime(${n}) ended with code`);
    const error: Error = await crashed.catch((reason) => reason);
    expect(error.cause instanceof Error ? error.cause.message : error.cause).toBe(cause);
    expect(await queued).toEqual({ kind: 'checked', isPrime: true });
    expect(started).toBe(2);
  });

  it('replaces a thread that ended while it was idle', async () => {
    const threads: Worker[] = [];
    const startWorker = () => {
      const thread = fragileWorker();
      threads.push(thread);
      return thread;
    };
    makePool({ startWorker });
    await pool.check(7, never);
    await threads[0]?.terminate();
    expect(await pool.check(7, never)).toEqual({ kind: 'checked', isPrime: true });
    expect(started).toBe(2);
  });

  it('fails only the request for which no thread could be started', async () => {
    let attempts = 0;
    const startWorker = () => {
      attempts += 1;
      if (attempts === 1) throw new Error('EAGAIN');
      return fragileWorker();
    };
    makePool({ startWorker });
    await expect(pool.check(7, never)).rejects.toThrow('Starting a worker thread for is_prime(7)');
    expect(await pool.check(7, never)).toEqual({ kind: 'checked', isPrime: true });
  });

  it('is closed for good once disposed', async () => {
    makePool();
    await pool[Symbol.asyncDispose]();
    expect(await pool.check(7, never)).toEqual({ kind: 'closed' });
    expect(started).toBe(0);
  });
});
