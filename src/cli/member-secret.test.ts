import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import type { StateNote } from '../pipeline/state-note.ts';
import { memberSecret } from './member-secret.ts';

const secretOf = (note: StateNote, log = aLog()) => memberSecret({ note, log, dest: '/a.conf' });

function noteWith(content?: Readonly<Record<string, unknown>>): StateNote & { written: unknown[] } {
  let kept = content;
  const written: unknown[] = [];
  return {
    written,
    read: async () => kept,
    write: async (note) => {
      written.push(note);
      kept = note;
    },
  };
}

describe('the secret with which a proxy is told of members', () => {
  it('is made once, and kept', async () => {
    const note = noteWith();
    const secret = await secretOf(note);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(await secretOf(note)).toBe(secret);
    expect(note.written).toEqual([{ secret }]);
    expect(await secretOf(noteWith())).not.toBe(secret);
  });

  it.each([{ secret: '' }, { secret: 'ab' }, { secret: "'; rm -rf /" }, { secret: 7 }, {}])(
    'is made anew in the place of what is none: %j',
    async (content) => {
      const secret = await secretOf(noteWith(content));
      expect(secret).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  it.each(['read', 'write'] as const)(
    'is one for this run where it cannot be kept (%s)',
    async (verb) => {
      const log = aLog();
      const full = async () => {
        throw new Error('ENOSPC: full');
      };
      const note = { ...noteWith(), [verb]: full };
      expect(await secretOf(note, log)).toMatch(/^[0-9a-f]{64}$/);
      expect(log.lines).toEqual([
        expect.stringMatching(/^warn Cannot keep the secret .* '\/a\.conf' .*ENOSPC: full/),
      ]);
    },
  );
});
