import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { Steadiness } from './steadiness.ts';

const UP = aContainer({ name: 'web' });
const RESTARTING = aContainer({ name: 'web', status: 'restarting' });
const STOPPING = aContainer({ name: 'web', stopping: true });

function aScene(settleMs = 10_000) {
  let now = 0;
  const steadiness = new Steadiness({ settleMs, monotonic: () => now });
  return {
    steadiness,
    pass: (ms: number) => {
      now += ms;
    },
    /** Whether the container is kept back, when the engine shows these. */
    look: (...containers: readonly (typeof UP)[]) => steadiness.look(containers).has(UP.ID),
  };
}

describe('Steadiness', () => {
  it('lets a container in that came back once', () => {
    const { look, pass } = aScene();
    expect(look(UP)).toBe(false);
    pass(1_000);
    look(RESTARTING);
    pass(1_000);
    expect(look(UP)).toBe(false);
  });

  it('keeps one back that came back twice within a minute, until it has stayed up', () => {
    const { look, pass, steadiness } = aScene();
    look(UP);
    for (let crash = 0; crash < 2; crash += 1) {
      pass(1_000);
      look(RESTARTING);
      pass(1_000);
      look(UP);
    }
    expect(look(UP)).toBe(true);
    expect(steadiness.dueAt).toBe(14_000);
    pass(9_999);
    expect(look(UP)).toBe(true);
    pass(1);
    expect(look(UP)).toBe(false);
    expect(steadiness.dueAt).toBeUndefined();
  });

  it('asks for twice as long each further time, and for a minute at most', () => {
    const { look, pass, steadiness } = aScene();
    look(UP);
    const waits: number[] = [];
    let now = 0;
    for (let crash = 0; crash < 6; crash += 1) {
      look();
      pass(100);
      now += 100;
      look(UP);
      waits.push((steadiness.dueAt ?? now) - now);
    }
    expect(waits).toEqual([0, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('does not mean those that were told to stop, or whose last end is long ago', () => {
    const { look, pass } = aScene();
    look(UP);
    for (let restart = 0; restart < 3; restart += 1) {
      look(STOPPING);
      look();
      pass(1_000);
      expect(look(UP)).toBe(false);
    }
    for (let crash = 0; crash < 3; crash += 1) {
      look(RESTARTING);
      pass(40_000);
      expect(look(UP)).toBe(false);
      pass(40_000);
      expect(look(UP)).toBe(false);
    }
  });

  it('does nothing when it is off', () => {
    const { look } = aScene(0);
    for (let crash = 0; crash < 5; crash += 1) {
      look(RESTARTING);
      expect(look(UP)).toBe(false);
    }
  });
});
