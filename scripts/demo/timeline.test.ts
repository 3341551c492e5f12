import { describe, expect, it } from 'vitest';
import { lookOf } from './look.ts';
import type { Answer } from './tally.ts';
import { timelineLines } from './timeline.ts';

const { glyphs } = lookOf({ LANG: 'C.UTF-8' }, { isTTY: true, colorDepth: 8 });
const { glyphs: ascii } = lookOf({}, { isTTY: true, colorDepth: 8 });

/** Who answers in each second, one answer a character. */
function answersOf(seconds: readonly string[]): Answer[] {
  return seconds.flatMap((text, second) =>
    [...text].map((by, at) => ({
      at: 1000 + second * 1000 + (at * 1000) / text.length,
      tookMs: 1,
      integer: 1,
      outcome:
        by === '!' ? { kind: 'failed', reason: 'x' } : { kind: 'answered', by, isPrime: true },
    })),
  );
}

function draw(seconds: readonly string[], columns: number, shown = glyphs): string {
  const at = (second: number) => 1000 + second * 1000;
  const lines = timelineLines(
    {
      answers: answersOf(seconds),
      replicas: ['a', 'b', 'c'].map((hostname, place) => ({ hostname, name: `web-${place + 1}` })),
      marks: [
        { at: at(0), labels: ['two replicas', '2'] },
        { at: at(4), labels: ['three replicas', '3'] },
      ],
      from: at(0),
      to: at(seconds.length),
    },
    columns,
    shown,
  );
  return lines.map((line) => line.map(({ text }) => text).join('')).join('\n');
}

const seconds = ['abab', 'abab', 'abab', 'abab', 'abcabc', 'abcabc', 'abcabc', 'aaaaa', '!!', 'b'];

describe('timelineLines', () => {
  it("draws each replica's part of each half second", () => {
    expect(draw(seconds, 80)).toBe(`\
web-1 ████████▆▆▆▆▆▆██
web-2 ████████▆▆▆▆▆▆    █
web-3         ▆▆▆▆▆▆
      └ 2     └ three replicas`);
  });

  it('takes longer steps where there is little room', () => {
    const narrow = draw(seconds, 16, ascii);
    expect(narrow).toBe(`\
web-1 ####***#
web-2 ####***  #
web-3     ***
      ^ 2 ^ 3`);
  });

  it('never is wider than the columns', () => {
    for (let columns = 8; columns < 60; columns += 1) {
      const widths = draw(seconds, columns)
        .split('\n')
        .map((line) => line.length);
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    }
  });

  it('is empty where there is nothing to show', () => {
    expect(draw([], 80)).toBe('');
  });
});
