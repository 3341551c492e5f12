import { describe, expect, it } from 'vitest';
import type { SetDetails, SetReport } from '../../status/history-report.ts';
import { historyTable, setText } from './history-words.ts';

const none = { names: [], more: 0 };
const PLAIN = { color: false };

function aSet(more: Partial<SetReport> = {}): SetReport {
  return {
    ...{ number: 2, at: '2026-01-01T00:00:02.345Z', isLive: true, before: 1, containerCount: 3 },
    change: {
      ...{ came: { names: ['web-2'], more: 0 }, went: none, changed: none, otherFiles: 0 },
      lines: { added: 2, removed: 1 },
    },
    end: { kind: 'confirmed', how: 'reload', afterMs: 1_250 },
    ...more,
  };
}

const aDetail = (more: Partial<SetDetails> = {}): SetDetails => ({
  ...aSet(),
  main: { path: '/a.conf', before: 'one\n', after: 'two\n' },
  others: [],
  ...more,
});

describe('historyTable', () => {
  it('has a line for each set, and cuts what would fill the terminal', () => {
    const reason = `no \u001b[2J${'x'.repeat(300)}`;
    const sets = [
      aSet({ number: 3, isLive: false, restores: 1, end: { kind: 'refused', reason } }),
      aSet(),
      aSet({
        ...{ number: 1, isLive: false, end: { kind: 'unasked', how: 'written' } },
        change: { ...aSet().change, came: none, otherFiles: 2 },
      }),
    ];
    const lines = historyTable({ destination: '/a', sets }, undefined, PLAIN).split('\n');
    expect(lines[0]).toMatch(/^ {2}SET {2}WHEN +CONTAINERS {2}LINES +HOW +CONFIRMED$/);
    expect(lines[1]).toMatch(/^✗ 3 .* – +brings back set 1, refused: no \\u\{1b\}\[2Jx+…$/);
    expect(lines[1]?.length).toBeLessThan(220);
    expect(lines[2]).toMatch(
      /^● 2 +2026-01-01T00:00:02Z {2}\+web-2 +\+2 -1 +reload +after 1\.3 s$/,
    );
    expect(lines[3]).toMatch(/^ {2}1 .* – +\+2 -1 2 files {2}written {2}not asked for$/);
  });

  it('says that there is nothing yet', () => {
    expect(historyTable({ destination: '/a', sets: [] }, undefined, PLAIN)).toBe(
      'Nothing has gone live yet.\n',
    );
  });
});

describe('setText', () => {
  it('shows the diff against the set before, coloured for a terminal', () => {
    expect(setText(aDetail(), undefined, PLAIN)).toContain(
      'Compared with set 1:\n--- /a.conf\n+++ /a.conf\n@@ -1 +1 @@\n-one\n+two\n',
    );
    expect(setText(aDetail(), undefined, { color: true })).toContain('\u001b[32m+two\u001b[0m');
  });

  it.each<[string, Partial<SetDetails>]>([
    ['Only hidden passwords differ from set 1.', { main: { path: '/a', before: 'x', after: 'x' } }],
    [
      '/a is the same as in set 1.',
      {
        main: { path: '/a', before: 'x', after: 'x' },
        change: { ...aSet().change, lines: { added: 0, removed: 0 } },
      },
    ],
    [
      'Set 1, which it took the place of, is not kept any more.',
      { main: { path: '/a', after: 'x' } },
    ],
  ])('says %j', (text, more) => {
    const shown = setText(aDetail(more), undefined, PLAIN);
    expect(shown).toContain(text);
    expect(shown).not.toContain('@@');
  });

  it('names the files beside it', () => {
    const others = [
      { path: '/b.pem', change: 'changed' },
      { path: '/c.pem', change: 'gone' },
    ] as const;
    const shown = setText(aDetail({ others }), undefined, PLAIN);
    expect(shown).toContain('beside it   /b.pem (changed, not shown)\n');
    expect(shown).toContain('beside it   /c.pem (gone)\n');
  });
});
