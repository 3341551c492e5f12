import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { StatusReport } from '../../../src/status/report.ts';
import { askWatch } from '../../support/ask-watch.ts';
import { aFaultScene } from '../../support/fault-scene.ts';

/** A watch that follows, and a proxy that gives requests to `a` and `b`. */
async function aRunningScene() {
  const scene = await aFaultScene();
  for (const name of ['a', 'b']) scene.web(name);
  const watch = scene.start();
  await scene.settled(watch, 'a', 'b');
  return { ...scene, watch };
}

describe('a proxy that', () => {
  it('is stopped while containers come is brought up to date when it is started', async () => {
    const { watch, proxy, join, expectRecovered } = await aRunningScene();
    proxy.stop();
    join('c');
    await expect.poll(watch.log).toContain('Waiting for the proxy: no running');
    // Nobody wants anything of a container that does not run.
    const { check, reload } = proxy.asked;
    join('d');
    await expect.poll(() => watch.log().split('name=d').length).toBe(2);
    expect(proxy.asked).toMatchObject({ check, reload });
    proxy.start();
    await expectRecovered(watch, 'a', 'b', 'c', 'd');
  });

  it('restarts again and again is brought up to date when it stays', async () => {
    const { watch, proxy, join, expectRecovered } = await aRunningScene();
    for (const name of ['c', 'd', 'e']) {
      proxy.die();
      join(name);
      proxy.start();
    }
    await expectRecovered(watch, 'a', 'b', 'c', 'd', 'e');
  });

  it('is replaced by a new container, alone and while others come, is found', async () => {
    const { watch, proxy, join, expectRecovered, folder } = await aRunningScene();
    proxy.replace(folder);
    await expectRecovered(watch, 'a', 'b');
    join('c');
    proxy.replace(folder);
    await expectRecovered(watch, 'a', 'b', 'c');
  });

  it.each(['check', 'reload', 'confirm'] as const)(
    'is killed just after tsgen wanted something of it (%s), and comes back, runs the new one',
    async (step) => {
      const { watch, proxy, join, expectRecovered } = await aRunningScene();
      let isKilled = false;
      proxy.before = (asked) => {
        if (asked !== step || isKilled) return undefined;
        isKilled = true;
        // After what it was asked for.
        setImmediate(() => proxy.die());
        return undefined;
      };
      join('c');
      await expect.poll(() => isKilled).toBe(true);
      await expect.poll(() => proxy.servers).toBeUndefined();
      proxy.start();
      await expectRecovered(watch, 'a', 'b', 'c');
    },
  );

  it('ends of a new one each time is started with what it took before', async () => {
    const { watch, proxy, join, dest, expectServing } = await aRunningScene();
    let deaths = 0;
    proxy.before = (asked) => {
      if (asked !== 'confirm' || !proxy.servers?.includes('c')) return undefined;
      deaths += 1;
      proxy.die();
      return { exitCode: 137 };
    };
    join('c');
    for (const times of [1, 2]) {
      await expect.poll(() => deaths).toBe(times);
      await expect.poll(() => readFile(dest, 'utf8')).not.toContain('server c');
      proxy.start();
      expect(proxy.servers).toEqual(['a', 'b']);
    }
    await expect.poll(watch.log).toContain('What it took last is back; the new content');
    await expectServing(watch, 'a', 'b');
    expect(deaths).toBe(2);
  });

  it('ends soon after each time that it took the new one gets back what it took before', async () => {
    const { dest, watch, proxy, join, expectServing } = await aRunningScene();
    const status = () => askWatch<StatusReport>(dest, '/status');
    let { confirmation: seen } = await status();
    join('c');
    await expectServing(watch, 'a', 'b', 'c');
    for (const _ of ['by chance', 'again']) {
      await expect.poll(async () => (await status()).confirmation).not.toEqual(seen);
      ({ confirmation: seen } = await status());
      expect(seen?.kind).toBe('confirmed');
      proxy.die();
      await expect.poll(async () => (await status()).lastRun?.kind).toBe('waiting');
      proxy.start();
    }
    await expect.poll(watch.log).toContain('it ended soon after it was seen to run it');
    await expectServing(watch, 'a', 'b');
    expect(await status()).toMatchObject({
      lastRun: { kind: 'rejected' },
      confirmation: { kind: 'confirmed' },
    });
  });

  it('does not do what it says it did is told until it has', async () => {
    const { watch, proxy, join, expectRecovered } = await aRunningScene();
    let deaf = 2;
    proxy.before = (asked) => {
      if (asked !== 'reload' || deaf === 0) return undefined;
      deaf -= 1;
      return {};
    };
    join('c');
    await expectRecovered(watch, 'a', 'b', 'c');
    expect(deaf).toBe(0);
  });
});
