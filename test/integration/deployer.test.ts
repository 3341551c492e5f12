import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallbackBody } from '../../src/deploy/callback.ts';
import { Deployer } from '../../src/deploy/deployer.ts';
import { Journal } from '../../src/deploy/journal.ts';
import type { Push } from '../../src/deploy/push.ts';
import { FakeFleet, type Version } from '../../src/deploy/testing/fake-fleet.ts';
import { imageId } from '../../src/deploy/testing/replica.ts';
import { systemFiles } from '../../src/output/files.ts';
import { aFolder } from '../support/temporary-folder.ts';

const V1 = imageId('version 1');
const V2 = imageId('version 2');

const PUSH: Push = {
  repository: 'team/web',
  tag: 'latest',
  key: 'one',
  callbackUrl: 'https://hub.example/hook/secret-path',
};

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A deployer for two replicas, and what it says to whom it calls back. */
async function scene(version: Version = 'gets-healthy') {
  const folder = join(await aFolder(), 'state');
  const fleet = new FakeFleet(2, V1);
  fleet.versions.set(V2, version);
  fleet.pushed = V2;
  const called: [string, CallbackBody][] = [];
  /** How long whoever is called back takes to answer; aborts as the real one does. */
  const answer = { until: async (signal: AbortSignal) => signal.throwIfAborted() };
  const open = async () => {
    const uid = process.getuid?.();
    const journal = await Journal.open({ files: systemFiles, folder, uid });
    const deployer = new Deployer(
      { repositories: new Set(['team/web']), callbackHosts: new Set(['hub.example']) },
      {
        api: fleet.api,
        proxy: fleet.proxy,
        clock: fleet.clock,
        log: silent,
        limits: { healthyMs: 20_000, drainMs: 10_000, settleMs: 1_000 },
        parallel: 1,
        pullMs: 1_000,
        journal,
        call: async (url, body, { signal }) => {
          called.push([url.href, body]);
          await answer.until(signal);
          return { kind: 'called', status: 200 };
        },
      },
    );
    onTestFinished(() => deployer[Symbol.asyncDispose]());
    return deployer;
  };
  return { folder, fleet, called, answer, open };
}

describe('the deployer', () => {
  it('tells whoever asked for it what came of a push', async () => {
    const { called, open } = await scene();
    const deployer = await open();
    deployer.start();
    await deployer.receive(PUSH);
    await expect
      .poll(() => deployer.deployments[0]?.callback)
      .toEqual({ kind: 'called', status: 200 });
    expect(called).toEqual([
      [
        PUSH.callbackUrl,
        {
          state: 'success',
          description: 'team/web:latest: 2 replicas run the new image',
          context: 'tsgen deploy-hook',
        },
      ],
    ]);
  });

  it('tells also that it was rolled back, and why', async () => {
    const { called, open } = await scene('gets-unhealthy');
    const deployer = await open();
    deployer.start();
    await deployer.receive(PUSH);
    await expect
      .poll(() => called)
      .toMatchObject([
        [
          PUSH.callbackUrl,
          {
            state: 'failure',
            description: 'team/web:latest: rolled back: shop-web-1: it is unhealthy: no database',
          },
        ],
      ]);
  });

  it('shows nobody whom it calls back, and keeps it where nobody else can read', async () => {
    const { folder, open } = await scene();
    const deployer = await open();
    await deployer.receive(PUSH);
    expect(JSON.stringify(deployer.deployments)).not.toContain('secret-path');
    const file = join(folder, 'deployments.json');
    expect(await readFile(file, 'utf8')).toContain('secret-path');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('tells it anew where another was cut off before it was heard, and then no more', async () => {
    const { folder, called, answer, open } = await scene();
    const atOnce = answer.until;
    answer.until = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    const first = await open();
    first.start();
    await first.receive(PUSH);
    await expect.poll(() => called).toHaveLength(1);
    await first[Symbol.asyncDispose]();
    answer.until = atOnce;
    const second = await open();
    expect(second.deployments).toMatchObject([{ state: 'succeeded' }]);
    expect(second.deployments[0]).not.toHaveProperty('callback');
    second.start();
    await expect.poll(() => second.deployments[0]?.callback?.kind).toBe('called');
    expect(called).toEqual([called[0], called[0]]);
    // The address is a secret that nobody needs any more.
    const file = join(folder, 'deployments.json');
    await expect.poll(() => readFile(file, 'utf8')).not.toContain('secret-path');
    await second[Symbol.asyncDispose]();
    const third = await open();
    third.start();
    await third.receive({ ...PUSH, key: 'two' });
    await expect.poll(() => third.deployments[0]?.callback?.kind).toBe('called');
    expect(called).toHaveLength(3);
  });

  it('takes a push that cannot be told from another for a new one', async () => {
    const { open } = await scene();
    const deployer = await open();
    const { key: _, ...keyless } = PUSH;
    expect(await deployer.receive(keyless)).toMatchObject({ kind: 'accepted' });
    expect(await deployer.receive(keyless)).toMatchObject({ kind: 'accepted' });
    expect(deployer.deployments).toHaveLength(2);
  });

  it('begins with what another left undone, and knows it again', async () => {
    const { called, open } = await scene();
    const first = await open();
    expect(await first.receive(PUSH)).toMatchObject({ kind: 'accepted', deployment: { id: 1 } });
    await first[Symbol.asyncDispose]();
    const second = await open();
    expect(await second.receive(PUSH)).toMatchObject({ kind: 'repeated', deployment: { id: 1 } });
    second.start();
    await expect.poll(() => called).toHaveLength(1);
    expect(second.deployments).toMatchObject([{ id: 1, state: 'succeeded' }]);
    expect(await second.receive({ ...PUSH, key: 'two' })).toMatchObject({ deployment: { id: 2 } });
  });

  it('forgets the oldest that are over, and none that is not', async () => {
    const { fleet, called, open } = await scene();
    fleet.pushed = V1;
    const deployer = await open();
    for (let count = 0; count < 120; count += 1) {
      await deployer.receive({ ...PUSH, tag: `t${count}`, key: `key ${count}` });
    }
    expect(deployer.deployments).toHaveLength(120);
    deployer.start();
    await expect
      .poll(() => deployer.deployments.filter(({ endedAt }) => endedAt === undefined))
      .toEqual([]);
    await deployer.receive({ ...PUSH, key: 'last' });
    expect(deployer.deployments.length).toBeLessThanOrEqual(101);
    await expect.poll(() => called).toHaveLength(121);
  });
});
