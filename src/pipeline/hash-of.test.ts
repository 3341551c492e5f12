import { describe, expect, it } from 'vitest';
import { hashOf, keptHashOf } from './hash-of.ts';

describe('keptHashOf', () => {
  it('is the hash, looked at once', () => {
    let looks = 0;
    const value = {
      toJSON: () => {
        looks += 1;
        return { a: 1 };
      },
    };
    expect([keptHashOf(value), keptHashOf(value)]).toEqual([hashOf({ a: 1 }), hashOf({ a: 1 })]);
    expect(looks).toBe(1);
    expect(keptHashOf({ a: 2 })).not.toBe(keptHashOf({ a: 1 }));
  });
});
