import { describe, expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const PLAIN = { color: false };
const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

describe('a unified diff', () => {
  it('shows changed lines with three lines around them', () => {
    const before = lines('a', 'b', 'c', 'd', 'old', 'e', 'f', 'g', 'h');
    const after = before.replace('old', 'new');
    expect(unifiedDiff({ path: '/etc/x', before, after }, PLAIN)).toBe(
      lines(
        '--- /etc/x',
        '+++ /etc/x',
        '@@ -2,7 +2,7 @@',
        ...[' b', ' c', ' d', '-old', '+new', ' e', ' f', ' g'],
      ),
    );
  });

  it('shows a file that is not there yet as new, even from nothing', () => {
    expect(unifiedDiff({ path: '/etc/x', after: 'a\nb\n' }, PLAIN)).toBe(
      lines('--- /dev/null', '+++ /etc/x', '@@ -0,0 +1,2 @@', '+a', '+b'),
    );
    expect(unifiedDiff({ path: '/etc/x', after: '' }, PLAIN)).toBe(
      lines('--- /dev/null', '+++ /etc/x'),
    );
  });

  it('leaves a count of one out, and notes a missing line break at the end', () => {
    expect(unifiedDiff({ path: 'x', before: 'a\n', after: 'b' }, PLAIN)).toBe(
      lines('--- x', '+++ x', '@@ -1 +1 @@', '-a', '+b', '\\ No newline at end of file'),
    );
  });

  it('is empty where nothing differs', () => {
    expect(unifiedDiff({ path: 'x', before: 'a\n', after: 'a\n' }, PLAIN)).toBe('');
  });

  it('shows control characters instead of sending them to the terminal, and keeps tabs', () => {
    const after = '\tname \u001b[31mred\u009b2J\u202e\r\n';
    expect(unifiedDiff({ path: 'x\u001b', before: '', after }, PLAIN)).toBe(
      lines(
        '--- x\\u{1b}',
        '+++ x\\u{1b}',
        '@@ -0,0 +1 @@',
        '+\tname \\u{1b}[31mred\\u{9b}2J\\u{202e}\\r',
      ),
    );
  });

  it('has the colours of git', () => {
    const text = unifiedDiff({ path: 'x', before: 'a\n', after: 'b\n' }, { color: true });
    expect(text.split('\n')).toEqual([
      '\u001b[1m--- x\u001b[0m',
      '\u001b[1m+++ x\u001b[0m',
      '\u001b[36m@@ -1 +1 @@\u001b[0m',
      '\u001b[31m-a\u001b[0m',
      '\u001b[32m+b\u001b[0m',
      '',
    ]);
  });
});
