import { describe, expect, it } from 'vitest';
import { RecentLines } from './recent-lines.ts';

describe('RecentLines', () => {
  it('tells what was written since a moment, whole lines alone', () => {
    let now = 1_000;
    const lines = new RecentLines(() => now);
    lines.add('old\nbro');
    now = 2_000;
    lines.add('ken\nnew\nunfinished');
    expect(lines.since(1_500)).toBe('broken\nnew');
    expect(lines.since(0)).toBe('old\nbroken\nnew');
  });

  it('keeps the last two hundred', () => {
    const lines = new RecentLines(() => 0);
    for (let number = 1; number <= 250; number += 1) lines.add(`${number}\n`);
    expect(lines.since(0).split('\n')).toHaveLength(200);
    expect(lines.since(0)).toMatch(/^51\n.*\n250$/s);
  });
});
