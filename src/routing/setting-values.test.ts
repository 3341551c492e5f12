import { describe, expect, it } from 'vitest';
import { oneOf, oneOfNumbers, parseBoolean } from './setting-values.ts';

describe('a truth value', () => {
  it.each(['true', 'TRUE', 't', '1', 'yes', 'on'])('is true: %j', (text) => {
    expect(parseBoolean(text)).toEqual({ kind: 'valid', value: true });
  });
  it.each(['false', 'False', 'f', '0', 'no', 'off'])('is false: %j', (text) => {
    expect(parseBoolean(text)).toEqual({ kind: 'valid', value: false });
  });
  it.each(['2', 'truthy', 'ja', 'true;'])('is neither: %j', (text) => {
    expect(parseBoolean(text)).toEqual({ kind: 'invalid', reason: 'it is true or false' });
  });
});

describe('one of some words', () => {
  const parse = oneOf('redirect', 'noredirect', 'OnlyThis');

  it.each([
    ['redirect', 'redirect'],
    ['NoRedirect', 'noredirect'],
    ['onlythis', 'OnlyThis'],
  ])('%j is %s', (text, value) => {
    expect(parse(text)).toEqual({ kind: 'valid', value });
  });

  it.each([
    ['rediect', 'it is one of redirect, noredirect, OnlyThis; did you mean redirect?'],
    ['x', 'it is one of redirect, noredirect, OnlyThis'],
    ['x'.repeat(100_000), 'it is one of redirect, noredirect, OnlyThis'],
  ])('refuses %j', (text, reason) => {
    expect(parse(text)).toEqual({ kind: 'invalid', reason });
  });
});

describe('one of some numbers', () => {
  it.each(['301', '308'])('is %s', (text) => {
    expect(oneOfNumbers(301, 308)(text)).toEqual({ kind: 'valid', value: Number(text) });
  });
  it.each(['302', '0301', '301.0', ' 301', '3e2'])('is not %j', (text) => {
    expect(oneOfNumbers(301, 308)(text)).toEqual({
      kind: 'invalid',
      reason: 'it is one of 301, 308',
    });
  });
});
