import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { aLog } from '../../test/support/memory-log.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';
import type { Inventory } from '../inventory/sync.ts';
import type { ApplyOptions } from '../output/output.ts';
import type { ProxyChildEvent } from '../proxies/child.ts';
import { createRouter, emptyModel } from '../routing/build.ts';
import { OWN_VOCABULARY } from '../routing/vocabulary.ts';
import type { Job } from './job.ts';
import type { Outcome } from './outcome.ts';
import { Watch, type WatchOptions } from './watch.ts';
import { World } from './world.ts';

/** A watch over a job whose runs come out as the test says. */
function aWatch(results: readonly Outcome[] = [], more: Partial<WatchOptions> = {}) {
  const clock = new ManualClock(Date.parse('2026-01-01T00:00:00Z'));
  const log = aLog();
  const outcomes = [...results];
  const ran: number[] = [];
  const watch = new Watch({
    job: {
      model: emptyModel(),
      setAside: [],
      heldBack: [],
      dueAt: undefined,
      mayTake: ({ Name }: RuntimeContainer) => !Name.startsWith('other'),
      reconsider: () => undefined,
      run: async () => {
        ran.push(clock.now());
        return outcomes.shift() ?? { kind: 'unchanged', notified: false, owed: false };
      },
    } as unknown as Job,
    inventory: { state: { connected: true } } as unknown as Inventory,
    followsEvents: true,
    world: new World(),
    log,
    clock,
    spacing: { min: 50, max: 50 },
    ...more,
    about: {
      version: '1.0.0',
      pid: 1,
      template: 'a.hbs',
      templateFile: '/a.hbs',
      destination: '/a.conf',
      vocabulary: OWN_VOCABULARY,
      endpoint: 'unix:///docker.sock',
    },
  });
  return { watch, clock, log, ran };
}

describe('Watch', () => {
  it('ends when it is told to, with nothing left asleep', async () => {
    const stop = new AbortController();
    const { watch, clock } = aWatch();
    const ended = watch.run(stop.signal);
    await clock.advance(1_000);
    stop.abort();
    await ended;
    expect(clock.sleeping).toBe(0);
  });

  it('is live from its first success on, and says since when it is behind', async () => {
    const failed: Outcome = { kind: 'failed', stage: 'notify', message: 'no reload', retry: true };
    const rejected: Outcome = { kind: 'rejected', message: 'nginx said no' };
    const live: Outcome = { kind: 'unchanged', notified: true, owed: false };
    const stop = new AbortController();
    const { watch, clock } = aWatch([failed, failed, live, rejected, live]);
    const ended = watch.run(stop.signal);
    const seen: unknown[] = [];
    for (let round = 0; round < 5; round += 1) {
      const refreshed = watch.refresh();
      await clock.advance(100);
      await refreshed;
      const { live: isLive, behindSince } = watch.status();
      seen.push([isLive, behindSince?.slice(17)]);
    }
    expect(seen).toEqual([
      [false, '00.000Z'],
      [false, '00.000Z'],
      [true, undefined],
      [true, undefined],
      [true, undefined],
    ]);
    stop.abort();
    await ended;
  });

  it('says what does not work once for as long as it stays the same', async () => {
    const rejected: Outcome = { kind: 'rejected', message: 'nginx said no' };
    const stop = new AbortController();
    const { watch, clock, log } = aWatch([
      rejected,
      rejected,
      rejected,
      { kind: 'rejected', message: 'something else' },
    ]);
    const ended = watch.run(stop.signal);
    void watch.refresh();
    await clock.advance(20_000);
    expect(log.lines).toEqual(['error nginx said no', 'error something else']);
    stop.abort();
    await ended;
  });

  it('looks at files every few minutes, and renders when a certificate is no longer valid', async () => {
    const expires = Date.parse('2026-01-01T00:07:00Z');
    const looks: number[] = [];
    const stop = new AbortController();
    const { watch, clock, ran } = aWatch([], {
      lookAgain: async () => {
        looks.push(clock.now());
      },
      validUntil: () => (clock.now() < expires ? expires : undefined),
    });
    const start = clock.now();
    const ended = watch.run(stop.signal);
    await clock.advance(13 * 60_000);
    const minutes = (times: readonly number[]) => times.map((time) => (time - start) / 60_000);
    expect(minutes(looks)).toEqual([5, 7, 12]);
    expect(minutes(ran)).toEqual([7]);
    stop.abort();
    await ended;
    expect(clock.sleeping).toBe(0);
  });

  it('waits until its own containers are quiet, whatever those do that its filters leave out', async () => {
    const stop = new AbortController();
    const { watch, clock, ran } = aWatch([], { wait: { minMs: 2_000, maxMs: 30_000 } });
    const start = clock.now();
    const ended = watch.run(stop.signal);
    const snapshotOf = (...containers: readonly RuntimeContainer[]) =>
      ({ containers }) as unknown as Snapshot;
    const own = aContainer({ name: 'own' });
    watch.take(snapshotOf(own));
    await clock.advance(1_000);
    const leaving = aContainer({ name: 'own', stopping: true });
    watch.take(snapshotOf(leaving));
    for (let count = 0; count < 6; count += 1) {
      watch.take(snapshotOf(leaving, aContainer({ name: `other-${count}` })));
      await clock.advance(500);
    }
    expect(ran.map((time) => time - start)).toEqual([0, 3_000]);
    // One of them alone is reason enough: it may be somebody whom a template asks for.
    await clock.advance(1_000);
    watch.take(snapshotOf(leaving));
    await clock.advance(2_000);
    expect(ran.map((time) => time - start)).toEqual([0, 3_000, 5_000, 7_000]);
    stop.abort();
    await ended;
  });

  it('has the proxy asked every minute, when it is started, and when its container is another one', async () => {
    const asked: boolean[] = [];
    const listeners: ((event: ProxyChildEvent) => void)[] = [];
    const snapshotOf = (id: string, status = 'running'): Snapshot =>
      ({ containers: [aContainer({ name: 'proxy', id, status })] }) as unknown as Snapshot;
    const stop = new AbortController();
    const { watch, clock } = aWatch([], {
      world: new World({ kind: 'container', text: 'proxy' }),
      canAsk: true,
      child: {
        state: { command: 'nginx', restarts: 0 },
        listen: (listener) => void listeners.push(listener),
      },
      job: {
        model: emptyModel(),
        run: async ({ ask }: ApplyOptions) => {
          asked.push(ask === true);
          return { kind: 'unchanged', notified: false, owed: false };
        },
      } as unknown as Job,
    });
    const ended = watch.run(stop.signal);
    const asksWithin = async (ms: number) => {
      await clock.advance(ms);
      return asked.splice(0);
    };
    watch.take(snapshotOf('a1'));
    expect(await asksWithin(1_000)).toEqual([true]);
    watch.take(snapshotOf('a1'));
    expect(await asksWithin(1_000)).toEqual([false]);
    watch.take(snapshotOf('a1', 'exited'));
    expect(await asksWithin(1_000)).toEqual([false]);
    watch.take(snapshotOf('a1'));
    expect(await asksWithin(1_000)).toEqual([true]);
    listeners[0]?.({ kind: 'ended', how: 'ended' });
    expect(await asksWithin(1_000)).toEqual([]);
    listeners[0]?.({ kind: 'started' });
    expect(await asksWithin(1_000)).toEqual([true]);
    expect(await asksWithin(60_000)).toEqual([true]);
    stop.abort();
    await ended;
    expect(clock.sleeping).toBe(0);
  });

  it('lets a server that leaves go at once, and has it wait neither for the proxy nor for the spacing, for 10 s at most', async () => {
    const containers = Array.from({ length: 9 }, (_, index) =>
      aContainer({ name: `c${index}`, env: { VIRTUAL_HOST: 'a.test' } }),
    );
    const without = (count: number) =>
      ({ containers: containers.slice(count) }) as unknown as Snapshot;
    const runs: unknown[] = [];
    const letGo: [readonly string[], number][] = [];
    const stop = new AbortController();
    const { watch, clock } = aWatch([], {
      spacing: { min: 100, max: 2_000 },
      job: {
        model: createRouter()({ containers, vantage: { kind: 'host' } }),
        setAside: [],
        heldBack: [],
        letGo: async (ids: ReadonlySet<string>) => void letGo.push([[...ids], clock.now() - start]),
        // It works for half a second, and then waits up to five for the proxy.
        run: async ({ ask, superseded }: ApplyOptions): Promise<Outcome> => {
          const begun = clock.now();
          await clock.sleep(500);
          await clock.sleep(5_000, superseded).catch(() => undefined);
          const took = clock.now() - begun;
          runs.push([ask === true, took]);
          return {
            ...{ kind: 'unchanged', notified: true, owed: false },
            ...(superseded?.aborted ? { superseded: true } : { confirmed: 'r' }),
          };
        },
      } as unknown as Job,
    });
    const start = clock.now();
    const ended = watch.run(stop.signal);
    watch.take(without(0));
    await clock.advance(1_000);
    const applied = watch.apply();
    for (let count = 1; count <= 4; count += 1) {
      watch.take(without(count));
      await clock.advance(4_000);
    }
    await clock.advance(60_000);
    expect(letGo).toEqual(
      containers.slice(0, 4).map(({ ID }, index) => [[ID], 1_000 + index * 4_000]),
    );
    // Each but the first asks what the one before did not wait for; the fourth is waited for.
    expect(runs).toEqual([
      [false, 1_000],
      [true, 3_900],
      [true, 3_900],
      [true, 5_500],
      [false, 5_500],
    ]);
    expect(await applied).toMatchObject({ confirmed: 'r' });
    stop.abort();
    await ended;
    expect(clock.sleeping).toBe(0);
  });

  it('knows since when the proxy runs what is live, or does not, and why', async () => {
    const confirmed = { kind: 'unchanged', notified: true, owed: false, confirmed: 'r1' } as const;
    const failed = {
      kind: 'failed',
      stage: 'confirm',
      message: 'it runs r1',
      retry: true,
    } as const;
    const stop = new AbortController();
    const { watch, clock } = aWatch([confirmed, failed, failed, { ...confirmed, confirmed: 'r2' }]);
    const ended = watch.run(stop.signal);
    const seen: unknown[] = [];
    for (let round = 0; round < 4; round += 1) {
      const refreshed = watch.refresh();
      await clock.advance(100);
      await refreshed;
      seen.push(watch.status().confirmation);
    }
    const second = (text: string) => `2026-01-01T00:00:${text}Z`;
    expect(seen).toEqual([
      { kind: 'confirmed', revision: 'r1', at: second('00.000') },
      { kind: 'unconfirmed', since: second('00.100'), reason: 'it runs r1' },
      { kind: 'unconfirmed', since: second('00.100'), reason: 'it runs r1' },
      { kind: 'confirmed', revision: 'r2', at: second('00.300') },
    ]);
    stop.abort();
    await ended;
  });
});
