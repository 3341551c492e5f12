import { describe, expect, it } from 'vitest';
import type { Chunks } from './bytes-of.ts';
import { hashOf, holds, sameText } from './content.ts';

describe('holds', () => {
  const file = Buffer.from('grüße, 世界');
  it.each<[readonly string[], boolean]>([
    [['grüße, 世界'], true],
    [['grü', 'ße, ', '', '世界'], true],
    [['grüße, 世'], false],
    [['grüße, 世界', '!'], false],
    [['grüße, ', '世间'], false],
    [[], false],
  ])('compares the bytes with %j', (chunks, expected) => {
    expect(holds(file, chunks)).toBe(expected);
  });

  it('finds nothing in an empty file', () => {
    expect(holds(Buffer.alloc(0), [])).toBe(true);
    expect(holds(Buffer.alloc(0), ['a'])).toBe(false);
  });
});

describe('hashOf', () => {
  it('does not depend on how the text is cut', () => {
    expect(hashOf(['ab', 'c'])).toBe(hashOf(['a', 'bc']));
    expect(hashOf(['abc'])).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

describe('sameText', () => {
  it.each<[Chunks, Chunks, boolean]>([
    [['a', 'b', 'c'], ['a', 'b', 'c'], true],
    [['a', 'bc', 'd'], ['a', 'b', 'c', 'd'], true],
    [['ab'], ['a', 'b'], true],
    [['a', 'a'], ['a', 'a', 'a'], false],
    [['a', 'x', 'c'], ['a', 'y', 'c'], false],
    [['ü'], [Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1)], true],
    [[], [''], true],
    [[], ['a'], false],
  ])('compares the bytes of %j and %j', (a, b, expected) => {
    expect(sameText(a, b)).toBe(expected);
    expect(sameText(b, a)).toBe(expected);
  });
});
