import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { APPLIED } from '../../test/support/outcomes.ts';
import type { HistorySet } from '../output/history-set.ts';
import type { RestoredSet } from '../output/history-store.ts';
import { Hold, heldByNote } from './hold.ts';
import type { Outcome } from './outcome.ts';

const set = (number: number) => ({ number, at: number * 1_000 }) as HistorySet;
const mark = (name: string) => ({ id: name, name, servers: [`${name}:80`], print: 'p' });
const contents = (...names: readonly string[]) =>
  ({ containers: names.map(mark) }) as unknown as RestoredSet;
const failed = (stage: 'check' | 'confirm'): Outcome => ({
  ...{ kind: 'failed', stage, message: 'no', retry: true },
});

/** A hold, and what it keeps for the next start. */
async function aHold(
  kept: Readonly<Record<string, unknown>> = {},
  { canWrite = true, canRead = true } = {},
) {
  const log = aLog();
  const disk: { note: Readonly<Record<string, unknown>>; whileWriting?: number | undefined } = {
    note: kept,
  };
  const protectedNow: (readonly number[])[] = [];
  const hold = new Hold({
    ...{ log, now: () => 60_000, dest: '/a.conf' },
    history: {
      find: (number) => (number < 9 ? set(number) : undefined),
      restore: async () => {
        if (!canRead) throw new Error('EIO: broken');
        return contents('a', 'b');
      },
      protect: (numbers) => protectedNow.push(numbers),
    },
    note: {
      read: async () => disk.note,
      write: async (note) => {
        if (!canWrite) throw new Error('ENOSPC: full');
        disk.whileWriting = hold.current?.number;
        disk.note = note;
      },
    },
  });
  await hold.load();
  return { hold, log, disk, protectedNow };
}

const HELD = { number: 1, at: 1_000, since: 60_000 };

describe('a hold', () => {
  it('begins with a set that goes live, and ends when it is released', async () => {
    const { hold, disk, protectedNow, log } = await aHold();
    expect([hold.current, hold.report]).toEqual([undefined, undefined]);
    await hold.begin(set(1), contents('a'));
    expect(disk.note).toEqual({ trial: HELD });
    await hold.settle(APPLIED);
    expect(disk.note).toEqual({ held: HELD });
    expect(protectedNow.at(-1)).toEqual([1]);
    const releasing = hold.release();
    // At once, and what is kept follows.
    expect(hold.current).toBeUndefined();
    await releasing;
    expect([disk.note, protectedNow.at(-1)]).toEqual([{}, []]);
    expect(log.lines[0]).toMatch(
      /^warn Set 1 of '\/a\.conf', from .* is live again and held until/,
    );
  });

  it.each<[string, Outcome]>([
    ['is refused', { kind: 'rejected', message: 'no' }],
    ['cannot be checked', failed('check')],
    ['is given up', { kind: 'aborted' }],
  ])('does not begin with a set that %s, and the one before goes on', async (_, outcome) => {
    const { hold, disk } = await aHold({ held: HELD });
    await hold.begin(set(2), contents('a'));
    expect(hold.current?.number).toBe(2);
    await hold.settle(outcome);
    expect(hold.current?.number).toBe(1);
    expect(disk.note).toEqual({ held: HELD });
  });

  it('has no run bring the set back before that is kept', async () => {
    const { hold, disk } = await aHold({ held: HELD });
    await hold.begin(set(2), contents('a'));
    expect([disk.whileWriting, hold.current?.number]).toEqual([1, 2]);
  });

  it('is open as long as the proxy may take it yet', async () => {
    const { hold, disk } = await aHold();
    await hold.begin(set(1), contents('a'));
    await hold.settle(failed('confirm'));
    expect(disk.note).toEqual({ trial: HELD });
    await hold.settle({ kind: 'rejected', message: 'no', restored: true });
    expect(hold.current).toBeUndefined();
  });

  it.each<[string, Outcome]>([
    ['could not be told', { ...APPLIED, owed: true } as Outcome],
    ['was told, and not waited for', { ...APPLIED, superseded: true } as Outcome],
    ['is still owed it', { kind: 'unchanged', notified: false, owed: true }],
  ])('is open while the proxy %s, and given up when that refuses it then', async (_, outcome) => {
    const { hold, disk } = await aHold({ held: HELD });
    await hold.begin(set(2), contents('a'));
    await hold.settle(outcome);
    expect(disk.note).toMatchObject({ held: { number: 1 }, trial: { number: 2 } });
    await hold.settle({ kind: 'rejected', message: 'no', restored: true });
    expect(hold.current?.number).toBe(1);
  });

  it('stays whatever comes later', async () => {
    const { hold } = await aHold({ held: HELD });
    await hold.settle({ kind: 'rejected', message: 'no' });
    expect(hold.current?.number).toBe(1);
  });

  it('lasts over a restart, also of one that was killed before it knew', async () => {
    for (const kept of [{ held: HELD }, { trial: HELD }]) {
      const { hold, log } = await aHold(kept);
      expect(hold.current).toMatchObject(HELD);
      expect(log.lines).toEqual([expect.stringContaining('is held until tsgen resume')]);
    }
    expect((await aHold({ held: 'nonsense' })).hold.current).toBeUndefined();
  });

  it('is one of nothing where the history has lost the set', async () => {
    const { hold } = await aHold({ held: { ...HELD, number: 9 } });
    expect(hold.current).toMatchObject({ number: 9, set: undefined });
  });

  it('is one all the same where the set cannot be read: nothing else goes live', async () => {
    const { hold, log } = await aHold({ held: HELD }, { canRead: false });
    expect(hold.current).toEqual({ ...HELD, set: undefined });
    expect(log.lines[0]).toContain("warn Cannot read set 1 of '/a.conf', which is held: EIO");
  });

  it('does not begin where it could not last', async () => {
    const { hold } = await aHold({}, { canWrite: false });
    await expect(hold.begin(set(1), contents('a'))).rejects.toThrow(/ENOSPC.*Nothing was changed/);
    expect(hold.current).toBeUndefined();
  });

  it('says once what is not applied, and which of its servers are gone', async () => {
    const { hold, log } = await aHold({ held: HELD });
    const said = () => log.lines.filter((line) => line.includes('not applied: +'));
    hold.look([mark('a'), mark('c')]);
    hold.look([mark('a'), mark('c')]);
    expect(said()).toEqual(["info Set 1 of '/a.conf' is held, so this is not applied: +c -b"]);
    expect(hold.report).toEqual({
      ...{ number: 1, at: '1970-01-01T00:00:01.000Z', since: '1970-01-01T00:01:00.000Z' },
      pending: {
        came: { names: ['c'], more: 0 },
        went: { names: ['b'], more: 0 },
        changed: { names: [], more: 0 },
      },
      gone: ['b (b:80)'],
    });
  });

  it('is told of by its note alone', () => {
    expect(heldByNote({ held: HELD })).toMatchObject({ number: 1 });
    expect(heldByNote({})).toBeUndefined();
  });
});
