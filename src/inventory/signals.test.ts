import { describe, expect, it } from 'vitest';
import { isStopping, signalNumber, stopSignalOf } from './signals.ts';

describe('signalNumber', () => {
  it.each([
    ['15', 15],
    ['TERM', 15],
    ['SIGTERM', 15],
    ['sigterm', 15],
    ['1', 1],
    ['SIGHUP', 1],
    ['USR1', 10],
    ['SIGWINCH', 28],
    ['SYS', 31],
    ['RTMIN', 34],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
  ])('%s is %i', (text, expected) => {
    expect(signalNumber(text)).toBe(expected);
  });

  it.each(['', 'SIG', 'NOPE', '-9', '9999', 'RTMIN3', '__proto__'])('%j is none', (text) => {
    expect(signalNumber(text)).toBeUndefined();
  });
});

describe('stopSignalOf', () => {
  it.each([
    [undefined, 15],
    ['', 15],
    ['nonsense', 15],
    ['SIGQUIT', 3],
    ['28', 28],
  ])('%s: %i', (configured, expected) => {
    expect(stopSignalOf(configured)).toBe(expected);
  });
});

describe('isStopping', () => {
  it.each([
    ['TERM', 15, 3, true],
    ['INT', 2, 15, true],
    ['QUIT', 3, 15, true],
    ['KILL', 9, 15, true],
    ['WINCH to httpd', 28, 28, true],
    ['WINCH to another', 28, 15, false],
    ['HUP', 1, 15, false],
    ['USR1 to HAProxy', 10, 10, true],
    ['USR2 to HAProxy', 12, 10, false],
  ])('%s', (_, signal, stopSignal, expected) => {
    expect(isStopping(signal, stopSignal)).toBe(expected);
  });
});
