import { describe, expect, it } from 'vitest';
import {
  type Answer,
  between,
  countByReplica,
  failedCount,
  failures,
  lastAnswered,
  percentile,
  streak,
} from './tally.ts';

/** One answer a character, 20 ms apart; `!` is a failed request. */
function answersOf(text: string): Answer[] {
  return [...text].map((by, at) => ({
    at: at * 20,
    tookMs: at + 1,
    integer: at,
    outcome:
      by === '!'
        ? { kind: 'failed', reason: 'HTTP 502' }
        : { kind: 'answered', by, isPrime: false },
  }));
}

function whoOf(answers: readonly Answer[]): string {
  return answers.map(({ outcome }) => (outcome.kind === 'answered' ? outcome.by : '!')).join('');
}

describe('counts', () => {
  it('counts what each replica answered, and failed requests by reason', () => {
    const answers = answersOf('aba!ab!a');
    expect([...countByReplica(answers)]).toEqual([
      ['a', 4],
      ['b', 2],
    ]);
    expect([...failures(answers)]).toEqual([['HTTP 502', 2]]);
    expect(failedCount(answers)).toBe(2);
  });

  it('names the most frequent failure first', () => {
    const reasons = ['x', 'c', 'y', 'b', 'x'];
    const answers = answersOf('!!!!!').map((answer, at) => ({
      ...answer,
      outcome: { kind: 'failed', reason: reasons[at] ?? '' } as const,
    }));
    expect([...failures(answers).keys()]).toEqual(['x', 'b', 'c', 'y']);
  });

  it('cuts out a time span without its end', () => {
    expect(whoOf(between(answersOf('abcdef'), 20, 80))).toBe('bcd');
    expect(whoOf(between(answersOf('abcdef'), 60))).toBe('def');
  });

  it('takes the last answers without the failed requests', () => {
    expect(whoOf(lastAnswered(answersOf('abc!d!'), 3))).toBe('bcd');
    expect(whoOf(lastAnswered(answersOf('a!'), 3))).toBe('a');
  });
});

describe('percentile', () => {
  it('lies between the nearest ranks, failed requests left out', () => {
    const answers = answersOf('aaaaaaaaaa!!');
    expect(percentile(answers, 0.5)).toBeCloseTo(5.5);
    expect(percentile(answers, 0.95)).toBeCloseTo(9.55);
    expect(percentile(answers.slice(0, 1), 0.95)).toBe(1);
  });

  it('is nothing where nothing was answered', () => {
    expect(percentile(answersOf('!!'), 0.5)).toBeUndefined();
  });
});

describe('streak', () => {
  const expected = new Set(['a', 'b']);

  it('begins when every expected replica has answered', () => {
    expect(whoOf(streak(answersOf('aaabab'), expected))).toBe('ab');
    expect(whoOf(streak(answersOf('aaaa'), expected))).toBe('');
  });

  it('begins anew after an answer from anybody else', () => {
    expect(whoOf(streak(answersOf('ababxaaabba'), expected))).toBe('ba');
    expect(whoOf(streak(answersOf('ababx'), expected))).toBe('');
  });

  it('is neither made nor broken by failed requests', () => {
    expect(whoOf(streak(answersOf('a!bab!a'), expected))).toBe('aba');
    expect(whoOf(streak(answersOf('!!!'), expected))).toBe('');
  });
});
