import { describe, expect, it } from 'vitest';
import type { StateNote } from '../pipeline/state-note.ts';
import { memberSecret } from './member-secret.ts';

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
    const secret = await memberSecret(note);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(await memberSecret(note)).toBe(secret);
    expect(note.written).toEqual([{ secret }]);
    expect(await memberSecret(noteWith())).not.toBe(secret);
  });

  it.each([{ secret: '' }, { secret: 'ab' }, { secret: "'; rm -rf /" }, { secret: 7 }, {}])(
    'is made anew in the place of what is none: %j',
    async (content) => {
      const secret = await memberSecret(noteWith(content));
      expect(secret).toMatch(/^[0-9a-f]{64}$/);
    },
  );
});
