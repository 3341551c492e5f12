import { describe, expect, it } from 'vitest';
import { normalizeArgv } from './argv.ts';

describe('normalizeArgv', () => {
  it.each<[string[], string[]]>([
    [['-only-exposed'], ['--only-exposed']],
    [['-notify-sighup=nginx'], ['--notify-sighup=nginx']],
    [
      ['-notify-sighup', 'nginx'],
      ['--notify-sighup', 'nginx'],
    ],
    [
      ['-watch=false', '--once=T'],
      ['--no-watch', '--once'],
    ],
    [
      ['-notify', '-watch=maybe'],
      ['--notify', '-watch=maybe'],
    ],
    [
      ['-notify-signal', '-1', '-watch'],
      ['--notify-signal', '-1', '--watch'],
    ],
    [['-notify='], ['--notify=']],
    [['-notify=a=b\nc'], ['--notify=a=b\nc']],
    [['-v'], ['-v']],
    [['-'], ['-']],
    [
      ['a', '--', '-watch'],
      ['a', '--', '-watch'],
    ],
    [['-mistyped=1'], ['--mistyped=1']],
    [
      ['diff', '-endpoint', '-x'],
      ['diff', '--endpoint', '-x'],
    ],
  ])('%j → %j', (argv, expected) => {
    expect(normalizeArgv(argv)).toEqual(expected);
  });

  it('refuses a switch that is neither on nor off', () => {
    expect(() => normalizeArgv(['-watch='])).toThrow('--watch is a switch: it takes no value');
  });
});
