import { describe, expect, it } from 'vitest';
import {
  clip,
  flow,
  formatElapsed,
  formatLatency,
  formatShare,
  inWords,
  type Line,
  padOrCut,
  plain,
  span,
  spread,
  wrap,
} from './text.ts';

function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

describe('lines', () => {
  it('clips at the column', () => {
    const line = [span('abc'), span('def')];
    expect([0, 2, 3, 5, 9].map((columns) => textOf(clip(line, columns)))).toEqual([
      '',
      'ab',
      'abc',
      'abcde',
      'abcdef',
    ]);
  });

  it('spreads to both ends, and drops the right one where there is no room', () => {
    expect(textOf(spread([span('left')], [span('right')], 12))).toBe('left   right');
    expect(textOf(spread([span('left')], [span('right')], 10))).toBe('left right');
    expect(textOf(spread([span('left')], [span('right')], 9))).toBe('left');
  });

  it('flows items onto as many lines as they need', () => {
    const items = ['aaa', 'bbb', 'ccc', 'ddddddddd'].map((text) => [span(text)]);
    expect(flow(items, span(' - '), 9).map(textOf)).toEqual(['aaa - bbb', 'ccc', 'ddddddddd']);
  });

  it('wraps sentences at blanks', () => {
    expect(wrap('The stack goes  on\nrunning', 12)).toEqual(['The stack', 'goes on', 'running']);
  });
});

describe('plain', () => {
  it('leaves nothing that could drive a terminal or take more than a column', () => {
    expect(plain('\u001b[31mred\u0007\r\n\u009b1mx\u202ey')).toBe(
      '?[31mred???1mx?y'.replace('???', '????'),
    );
    expect(plain('web-1 ~ é 桜 🌸')).toBe('web-1 ~ ? ? ?');
  });
});

describe('padOrCut', () => {
  it('gives exactly the columns', () => {
    expect(padOrCut('web', 5, '…')).toBe('web  ');
    expect(padOrCut('web-1', 5, '…')).toBe('web-1');
    expect(padOrCut('web-10', 5, '…')).toBe('web-…');
    expect(padOrCut('web-10', 1, '..')).toBe('.');
    expect(padOrCut('web-10', 0, '..')).toBe('');
  });
});

describe('figures', () => {
  it('shows shares, latencies and times as people read them', () => {
    expect(formatShare(1 / 6)).toBe('16.7 %');
    expect([0.42, 9.94, 12.4, 1234].map(formatLatency)).toEqual([
      '0.4 ms',
      '9.9 ms',
      '12 ms',
      '1.2 s',
    ]);
    expect([0, 59_999, 60_000, 3_725_000].map(formatElapsed)).toEqual([
      '0:00',
      '0:59',
      '1:00',
      '62:05',
    ]);
    expect([2, 6, 7].map(inWords)).toEqual(['two', 'six', '7']);
  });
});
