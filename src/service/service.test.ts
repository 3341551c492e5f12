import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { SOON } from '../../test/support/soon.ts';
import { Service } from './service.ts';
import type { Settings } from './settings.ts';
import { ask } from './testing/http.ts';
import { bundleWorker, type WorkerBundle } from './testing/worker.ts';

let bundle: WorkerBundle;
const lines: string[] = [];

async function start(settings: Partial<Settings> = {}, startWorker = bundle.startWorker) {
  const service = new Service(
    { port: 0, drainMs: 0, workers: 1, queueLimit: 10, servedBy: 'replica-1', ...settings },
    {
      startWorker,
      addresses: () => [],
      log: (line) => lines.push(line),
      logFault: (line) => lines.push(`fault: ${line}`),
    },
  );
  await service.start();
  const port = Number(/:(\d+) as replica-1/.exec(lines[0] ?? '')?.[1]);
  return { service, port };
}

beforeAll(async () => {
  bundle = await bundleWorker();
});
afterEach(() => {
  lines.length = 0;
});
afterAll(() => bundle[Symbol.asyncDispose]());

it('serves from its settings, and says each step of its life in a line', async () => {
  const { service, port } = await start({ host: '127.0.0.1', workers: 2, queueLimit: 7 });
  expect(await ask(port, '/is_prime/1237')).toMatchObject({
    status: 200,
    headers: { 'x-served-by': 'replica-1' },
    body: { integer: 1237, is_prime: true },
  });
  await service.stop('Told to stop');
  expect(lines).toEqual([
    `Listening on http://127.0.0.1:${port} as replica-1 (workers: 2, queue: 7)`,
    'Told to stop: answering for another 0 s with "Connection: close"',
    'Closing: no further connections, 0 open requests',
    'Ended, 0 requests cut',
  ]);
  await expect(ask(port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('answers with 503 what is not computed at the limit, and cuts nothing', async () => {
  const silent = () => new Worker('setInterval(() => 0, 1000)', { eval: true });
  const { service, port } = await start({ queueLimit: 1 }, silent);
  const answers = [ask(port, '/is_prime/7'), ask(port, '/is_prime/8')];
  await vi.waitFor(async () => {
    expect(await ask(port, '/is_prime/9')).toMatchObject({ status: 503 });
  }, SOON);
  await service.stop('Told to stop');
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatchObject({
      status: 503,
      headers: { connection: 'close', 'retry-after': '1' },
      body: { error: expect.stringContaining('is stopping') },
    });
  }
  expect(lines.slice(-3)).toEqual([
    'Closing: no further connections, 2 open requests',
    'Giving up on 2 requests that took more than 4 s to end',
    'Ended, 0 requests cut',
  ]);
}, 15_000);
