import { describe, expect, it } from 'vitest';
import type { HistoryIndex, HistorySet } from '../output/history-set.ts';
import { historyReport, setDetails } from './history-report.ts';

const none = { names: [], more: 0 };

function aSet(number: number, more: Partial<HistorySet> = {}): HistorySet {
  return {
    ...{ number, at: number * 1_000, content: `c${number}`, generation: 'g', containerCount: 1 },
    files: [{ path: '/a', hash: `a${number}` }],
    containers: 'x',
    change: {
      ...{ came: none, went: none, changed: none, otherFiles: 0 },
      lines: { added: 0, removed: 0 },
    },
    end: { kind: 'unasked', how: 'reload' },
    ...more,
  };
}

const index = (...sets: readonly HistorySet[]): HistoryIndex => ({ sets, live: 1, next: 9 });

/** Contents by their hash. */
const store = (texts: Readonly<Record<string, string>>) => ({
  store: { text: async (hash: string) => texts[hash] },
  dest: '/a',
});

describe('historyReport', () => {
  it('has the newest first, which is live, and no password in a reason', () => {
    const reason = 'line 3:\nuser joe password sesame\nis wrong';
    const refused = aSet(2, { end: { kind: 'refused', reason } });
    expect(historyReport(index(aSet(1), refused), '/a')).toMatchObject({
      destination: '/a',
      sets: [
        {
          ...{ number: 2, isLive: false },
          end: { reason: 'line 3:\nuser joe password (hidden)\nis wrong' },
        },
        { number: 1, at: '1970-01-01T00:00:01.000Z', isLive: true },
      ],
    });
  });
});

describe('setDetails', () => {
  it('has the main file of the set and of the one before, without passwords', async () => {
    const texts = { a1: 'one\n', a2: 'two\nuser joe insecure-password sesame\n' };
    const sets = index(aSet(1), aSet(2, { before: 1 }));
    const { main } = await setDetails(sets, undefined, store(texts));
    expect(main).toEqual({
      path: '/a',
      before: 'one\n',
      after: 'two\nuser joe insecure-password (hidden)\n',
    });
  });

  it('names the files beside it, and has nothing of what they hold', async () => {
    const main = { path: '/a', hash: 'a1' };
    const before = [main, ...['gone', 'kept', 'other'].map((name) => ({ path: name, hash: name }))];
    const after = [
      main,
      { path: 'kept', hash: 'kept' },
      { path: 'new', hash: 'new' },
      { path: 'other', hash: 'another' },
    ];
    const sets = index(aSet(1, { files: before }), aSet(2, { files: after, before: 1 }));
    const { others } = await setDetails(sets, 2, store({ a1: 'one\n' }));
    expect(others).toEqual([
      { path: 'gone', change: 'gone' },
      { path: 'kept', change: 'same' },
      { path: 'new', change: 'new' },
      { path: 'other', change: 'changed' },
    ]);
  });

  it('goes without the one before where that is not kept any more', async () => {
    const { main } = await setDetails(index(aSet(5, { before: 4 })), 5, store({ a5: 'five\n' }));
    expect(main).toEqual({ path: '/a', after: 'five\n' });
  });

  it('says what is not there', async () => {
    await expect(setDetails(index(aSet(1)), 7, store({}))).rejects.toThrow('There is no set 7');
    await expect(setDetails(index(), undefined, store({}))).rejects.toThrow('is empty');
    await expect(setDetails(index(aSet(1)), 1, store({}))).rejects.toThrow('gone or damaged');
  });
});
