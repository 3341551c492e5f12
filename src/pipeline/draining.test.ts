import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { systemClock } from '../base/clock.ts';
import { TsgenError } from '../base/errors.ts';
import type { OpenRequests } from '../output/member-changes.ts';
import type { Worker } from '../proxies/workers.ts';
import { Draining } from './draining.ts';
import { Drains } from './drains.ts';

const MASTER = 1;
const worker = (pid: number): Worker => ({ pid, parent: MASTER, startedAt: pid });

/** A proxy that was told at run time to let a container go. */
function aScene() {
  const container = aContainer({ name: 'web-1' });
  const proxy = {
    workers: [worker(10)] as readonly Worker[],
    open: { count: 0, workers: [10] } as OpenRequests | undefined,
  };
  /** A set is held, from a moment on. */
  const hold = { isHeld: false as boolean, whileApplied: () => {} };
  const stopped: string[] = [];
  const drains = new Drains({ log: aLog() });
  const draining = new Draining({
    drains,
    world: { snapshot: { containers: [container] } as never },
    apply: async () => {
      hold.whileApplied();
      return {
        ...{ kind: 'applied', how: 'renamed', checked: true, durationMs: 1 },
        ...{ notifications: [], owed: false },
        told: { kind: 'at-run-time', changes: 'app: drained web-1' },
      };
    },
    refuseWhileHeld: async (what) => {
      if (hold.isHeld) throw new TsgenError('held', `Cannot ${what}: set 1 is held`);
    },
    listWorkers: async () => proxy.workers,
    openRequests: async (id) => (id === container.ID ? proxy.open : undefined),
    api: {
      stopContainer: async (id) => {
        stopped.push(id);
      },
    },
    clock: systemClock,
  });
  return { draining, drains, hold, stopped, proxy, id: container.ID };
}

describe('a container that a proxy was told to let go while it runs', () => {
  it('is waited for while requests are open with it, though no worker ends', async () => {
    const { draining, proxy, id } = aScene();
    await draining.drain('web-1');
    proxy.open = { count: 2, workers: [10] };
    expect(await draining.progress(id)).toEqual({ kind: 'waiting', openRequests: 2 });
    proxy.open = { count: 0, workers: [10] };
    expect(await draining.progress(id)).toEqual({ kind: 'done' });
  });

  it('is waited for while workers of an earlier reload run, which know it still', async () => {
    const { draining, proxy, id } = aScene();
    proxy.workers = [worker(9), worker(10)];
    await draining.drain('web-1');
    expect(await draining.progress(id)).toEqual({ kind: 'waiting', oldWorkers: 1 });
    proxy.workers = [worker(10)];
    expect(await draining.progress(id)).toEqual({ kind: 'done' });
  });

  it('is waited for while the worker of then runs after a reload', async () => {
    const { draining, proxy, id } = aScene();
    await draining.drain('web-1');
    proxy.workers = [worker(10), worker(11)];
    proxy.open = { count: 0, workers: [11] };
    expect(await draining.progress(id)).toEqual({ kind: 'waiting', oldWorkers: 1 });
    proxy.workers = [worker(11), worker(12)];
    expect(await draining.progress(id)).toEqual({ kind: 'done' });
  });

  it('has requests of which nobody knows where the proxy cannot be asked', async () => {
    const { draining, proxy, id } = aScene();
    await draining.drain('web-1');
    proxy.open = undefined;
    expect(await draining.progress(id)).toEqual({ kind: 'unknown' });
  });
});

describe('a container that a rollback has put back', () => {
  it('is neither waited for nor stopped, though it was drained before', async () => {
    const { draining, hold, stopped, id } = aScene();
    await draining.drain('web-1');
    hold.isHeld = true;
    await expect(draining.progress(id)).rejects.toThrow('set 1 is held');
    await expect(draining.stop(id)).rejects.toThrow('set 1 is held');
    expect(stopped).toEqual([]);
    hold.isHeld = false;
    await draining.stop(id);
    expect(stopped).toEqual([id]);
  });

  it('is not drained, if that happened while the drain was applied', async () => {
    const { draining, drains, hold, id } = aScene();
    hold.whileApplied = () => {
      hold.isHeld = true;
    };
    await expect(draining.drain('web-1')).rejects.toThrow("Cannot drain 'web-1': set 1 is held");
    expect(drains.has(id)).toBe(false);
  });

  it('stays drained if it was so before that', async () => {
    const { draining, drains, hold, id } = aScene();
    await draining.drain('web-1');
    hold.whileApplied = () => {
      hold.isHeld = true;
    };
    await expect(draining.drain('web-1')).rejects.toThrow('set 1 is held');
    expect(drains.has(id)).toBe(true);
  });
});
