import { describe, expect, it } from 'vitest';
import { negotiate } from './version.ts';

describe('negotiate', () => {
  it.each([
    ['an old engine', '1.41', '1.12', '1.41'],
    ['one that tsgen knows', '1.51', '1.24', '1.51'],
    ['a newer engine', '1.60', '1.44', '1.51'],
    ['one that dropped what tsgen knows', '1.99', '1.55', '1.55'],
    ['a minor of one digit', '1.9', '1.1', '1.9'],
    ['one that names no oldest', '1.40', undefined, '1.40'],
    ['one that says nothing', undefined, undefined, '1.51'],
    ['the next major', '2.0', '1.44', '1.51'],
  ])('%s (%s, from %s): %s', (_, newest, oldest, expected) => {
    expect(negotiate({ newest, oldest })).toBe(expected);
  });
});
