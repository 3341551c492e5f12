import { describe, expect, it } from 'vitest';
import { LastGood } from './last-good.ts';
import type { Rendering } from './rendering.ts';

const rendering = (text: string): Rendering => ({
  files: [{ path: '/conf/a.conf', chunks: [text] }],
  generation: 'g',
  revision: text,
  containerCount: 1,
});
const ONE = rendering('one');
const TWO = rendering('two');

/** The proxy has run one for long. */
function aLastGood(): LastGood {
  const lastGood = new LastGood();
  lastGood.took(ONE, 0);
  return lastGood;
}

describe('LastGood', () => {
  it('is what the proxy took last', () => {
    const lastGood = aLastGood();
    expect(lastGood.good).toBe(ONE);
    lastGood.took(TWO, 20_000);
    expect(lastGood.good).toBe(TWO);
  });

  it('has what to go back to after three reloads in vain', () => {
    const lastGood = aLastGood();
    expect(lastGood.failed(TWO, false)).toBeUndefined();
    expect(lastGood.failed(TWO, false)).toBeUndefined();
    expect(lastGood.failed(TWO, false)).toEqual({ good: ONE, isLast: true });
  });

  it('counts anew after the proxy took it, and for another one', () => {
    const lastGood = aLastGood();
    for (const _ of [1, 2]) lastGood.failed(TWO, false);
    lastGood.took(TWO, 20_000);
    expect(lastGood.hasFailed(TWO)).toBe(false);
    lastGood.took(ONE, 40_000);
    for (const _ of [1, 2]) expect(lastGood.failed(TWO, false)).toBeUndefined();
    expect(lastGood.failed(rendering('three'), false)).toBeUndefined();
  });

  it('has it at once when the proxy ended, and for good the second time', () => {
    const lastGood = aLastGood();
    expect(lastGood.failed(TWO, true)).toEqual({ good: ONE, isLast: false });
    expect(lastGood.failed(TWO, true)).toEqual({ good: ONE, isLast: true });
  });

  it('has nothing where nothing else was taken', () => {
    const lastGood = new LastGood();
    for (const _ of [1, 2, 3, 4]) expect(lastGood.failed(TWO, true)).toBeUndefined();
    lastGood.took(TWO, 0);
    for (const _ of [1, 2, 3, 4]) expect(lastGood.failed(TWO, true)).toBeUndefined();
  });

  it('is the one before when the proxy ends within seconds of taking one, twice', () => {
    const lastGood = aLastGood();
    lastGood.took(TWO, 20_000);
    lastGood.ended(22_000);
    expect(lastGood.good).toBe(ONE);
    expect(lastGood.isDeadly(TWO), 'once may be by chance').toBe(false);
    lastGood.took(TWO, 23_000);
    expect(lastGood.good).toBe(TWO);
    lastGood.ended(25_000);
    expect(lastGood.isDeadly(TWO)).toBe(true);
    expect(lastGood.failed(TWO, true)).toEqual({ good: ONE, isLast: true });
  });

  it('does not hold against what the proxy took that it ends of what it is told next', () => {
    const lastGood = aLastGood();
    lastGood.took(TWO, 20_000);
    for (const at of [21_000, 23_000]) {
      lastGood.told(rendering('three'));
      lastGood.ended(at);
      expect(lastGood.good).toBe(TWO);
      expect(lastGood.isDeadly(TWO)).toBe(false);
      lastGood.took(TWO, at + 1_000);
    }
  });

  it('does not hold against what the proxy took long ago that it ends', () => {
    const lastGood = aLastGood();
    lastGood.took(TWO, 20_000);
    for (const at of [31_000, 60_000, 90_000]) {
      lastGood.ended(at);
      lastGood.took(TWO, at + 1_000);
      // It is asked now and then.
      lastGood.took(TWO, at + 15_000);
      expect(lastGood.isDeadly(TWO)).toBe(false);
      expect(lastGood.good).toBe(TWO);
    }
  });

  it('refuses one until another one was taken, or somebody asks for it', () => {
    const lastGood = aLastGood();
    lastGood.refuse(TWO, 'no');
    lastGood.took(ONE, 30_000);
    expect(lastGood.whyRefused(TWO)).toBe('no');
    expect(lastGood.whyRefused(ONE)).toBeUndefined();
    lastGood.took(rendering('three'), 40_000);
    expect(lastGood.whyRefused(TWO)).toBeUndefined();
    lastGood.refuse(TWO, 'no');
    lastGood.pardon();
    expect(lastGood.whyRefused(TWO)).toBeUndefined();
  });

  it('knows what a run before knew, unless it knows better', () => {
    const refused = new LastGood();
    refused.refuse(TWO, 'no');
    const lastGood = new LastGood();
    lastGood.recall({ good: ONE, refused: refused.refused });
    expect([lastGood.good, lastGood.whyRefused(TWO)]).toEqual([ONE, 'no']);
    lastGood.took(TWO, 0);
    lastGood.recall({ good: ONE });
    expect(lastGood.good).toBe(TWO);
  });
});
