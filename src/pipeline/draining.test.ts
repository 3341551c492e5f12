import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { systemClock } from '../base/clock.ts';
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
  const draining = new Draining({
    drains: new Drains({ log: aLog() }),
    world: { snapshot: { containers: [container] } as never },
    apply: async () => ({
      ...{ kind: 'applied', how: 'renamed', checked: true, durationMs: 1 },
      ...{ notifications: [], owed: false },
      told: { kind: 'at-run-time', changes: 'app: drained web-1' },
    }),
    listWorkers: async () => proxy.workers,
    openRequests: async (id) => (id === container.ID ? proxy.open : undefined),
    api: { stopContainer: async () => undefined },
    clock: systemClock,
  });
  return { draining, proxy, id: container.ID };
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
