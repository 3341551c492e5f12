import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CacheDriver } from '../../test/support/fake-cache-driver.ts';
import type { Snapshot } from './runtime-container.ts';
import { isStopping, stopSignalOf } from './signals.ts';

const POLICIES = ['no', 'always', 'on-failure'] as const;
const SIGNALS = [1, 2, 3, 9, 10, 15, 28] as const;
const STOP_SIGNALS = ['SIGQUIT', 'SIGWINCH', undefined] as const;
const HEALTH = ['starting', 'healthy', 'unhealthy'] as const;

/** A world, and which signals each container got in its present run. */
class Story {
  readonly driver = new CacheDriver();
  readonly signals = new Map<string, number[]>();

  constructor() {
    this.driver.world.createNetwork('front');
    this.driver.world.createNetwork('back', { internal: true });
  }

  /** Something happens in the world, if it can. */
  happen(what: number, which: number, how: number): void {
    const { world } = this.driver;
    this.driver.now += 1;
    const ids = [...world.containers.keys()];
    const id = ids[which % Math.max(1, ids.length)];
    if (id === undefined || (what === 0 && ids.length < 3)) {
      const stopSignal = STOP_SIGNALS[how % 3];
      world.addContainer({
        running: false,
        networks: how % 2 ? ['front'] : ['bridge', 'back'],
        restartPolicy: POLICIES[how % 3] ?? 'no',
        ...(stopSignal ? { stopSignal } : {}),
      });
      return;
    }
    const { State, NetworkSettings } = world.container(id);
    const runs = State.Running && !State.Restarting;
    world.dieFirst = how % 2 === 0;
    switch (what) {
      case 1:
      case 2:
        if (!runs) this.#start(id);
        break;
      case 3:
        if (runs) world.stop(id, { graceful: how % 3 > 0 });
        break;
      case 4:
        if (!runs) break;
        this.signals.delete(id);
        world.crash(id, how % 2);
        break;
      case 5:
        if (runs) this.#signal(id, SIGNALS[how % SIGNALS.length] ?? 15);
        break;
      case 6:
        if (State.Paused) world.unpause(id);
        else if (runs) world.pause(id);
        break;
      case 7:
        if (runs) world.setHealth(id, HEALTH[how % 3] ?? 'healthy');
        break;
      case 8:
        world.rename(id, `name-${how}`);
        break;
      case 9:
        // Of one that waits for its restart the networks are looked at when it starts.
        if (State.Restarting) break;
        if (NetworkSettings.Networks.front) world.disconnect(id, 'front');
        else world.connect(id, 'front');
        break;
      case 10:
        if (!State.Running) world.remove(id);
        break;
      case 11:
        // docker restart
        if (runs) {
          world.stop(id);
          this.#start(id);
        }
        break;
      default:
        if (runs) world.healthRun(id);
    }
  }

  #start(id: string): void {
    this.signals.delete(id);
    this.driver.world.start(id);
  }

  #signal(id: string, signal: number): void {
    this.signals.set(id, [...(this.signals.get(id) ?? []), signal]);
    this.driver.world.signal(id, signal);
  }

  /** Whether it should be taken for stopping. */
  isStopping(id: string): boolean {
    const stopSignal = stopSignalOf(this.driver.world.container(id).Config.StopSignal);
    return (this.signals.get(id) ?? []).some((signal) => isStopping(signal, stopSignal));
  }

  /** Something on the wire moves. */
  move(what: number, which: number): void {
    const { driver } = this;
    if (what < 5) driver.deliver();
    else if (what < 8) driver.ask();
    else if (what < 11) driver.answer(which);
    else if (what < 14) driver.receive(which);
    else if (what < 17) driver.stepSync();
    else if (what < 19) driver.beginSync();
    else if (which === 0) driver.reconnect();
  }
}

const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ happens: fc.nat(12), which: fc.nat(3), how: fc.nat(15) }) },
  { weight: 3, arbitrary: fc.record({ moves: fc.nat(19), which: fc.nat(3) }) },
);

function expectIdentityKept(before: Snapshot, after: Snapshot): void {
  const known = new Map(before.containers.map((container) => [container.ID, container]));
  for (const container of after.containers) {
    const old = known.get(container.ID);
    if (old && isDeepStrictEqual(old, container)) expect(container).toBe(old);
  }
  if (isDeepStrictEqual(before, after)) expect(after).toBe(before);
}

describe('Cache, whatever happens in whatever order', () => {
  it('ends with what a fresh look sees, and keeps the objects of what did not change', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const story = new Story();
        const { driver } = story;
        driver.beginSync();
        let last = driver.cache.snapshot();
        for (const one of steps) {
          if ('happens' in one) story.happen(one.happens, one.which, one.how);
          else story.move(one.moves, one.which);
          const snapshot = driver.cache.snapshot();
          expectIdentityKept(last, snapshot);
          last = snapshot;
        }
        driver.drain();
        for (const { ID, stopping } of driver.cache.snapshot().containers) {
          expect([ID, stopping]).toEqual([ID, story.isStopping(ID)]);
        }

        // Whoever is alive after its stop timeout was not stopping, and is looked at once more.
        driver.now += 15_000;
        driver.cache.expire(driver.now);
        driver.drain();
        const settled = driver.cache.snapshot();
        const fresh = new CacheDriver();
        for (const [id, wire] of driver.world.containers) fresh.world.containers.set(id, wire);
        fresh.sync();
        expect(settled.containers).toEqual(fresh.cache.snapshot().containers);

        driver.sync();
        expect(driver.cache.snapshot()).toBe(settled);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
