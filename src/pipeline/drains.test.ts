import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { Drains } from './drains.ts';

function aNote(value?: Readonly<Record<string, unknown>>) {
  const note = {
    value,
    writes: 0,
    read: async () => note.value,
    write: async (next: Readonly<Record<string, unknown>>) => {
      note.value = next;
      note.writes += 1;
    },
  };
  return note;
}

describe('Drains', () => {
  it('lasts over a restart', async () => {
    const note = aNote();
    const first = new Drains({ log: aLog(), note });
    await first.load();
    await first.add('b');
    await first.add('a');
    const second = new Drains({ log: aLog(), note });
    await second.load();
    expect(['a', 'b', 'c'].map((id) => second.has(id))).toEqual([true, true, false]);
    await second.remove('a');
    expect(note.value).toEqual({ containers: ['b'] });
  });

  it('ends when its container runs no more, and writes only what changed', async () => {
    const note = aNote();
    const drains = new Drains({ log: aLog(), note });
    const web = aContainer({ name: 'web' });
    await drains.add(web.ID);
    await drains.look([web]);
    await drains.look([aContainer({ name: 'web', status: 'restarting' })]);
    expect([drains.has(web.ID), note.writes]).toEqual([true, 1]);
    await drains.look([aContainer({ name: 'web', status: 'exited' })]);
    expect([drains.has(web.ID), note.value]).toEqual([false, { containers: [] }]);
  });

  it.each([
    ['nothing', undefined],
    ['something else', { containers: { a: 1 } }],
    ['a list of other things', { containers: [1, null] }],
  ])('begins with nobody where there is %s', async (_, value) => {
    const drains = new Drains({ log: aLog(), note: aNote(value) });
    await drains.load();
    expect(drains.has('1')).toBe(false);
  });

  it('warns, and goes on, when its note cannot be read or written', async () => {
    const log = aLog();
    const note = {
      read: () => Promise.reject(new Error('no right')),
      write: () => Promise.reject(new Error('disk full')),
    };
    const drains = new Drains({ log, note });
    await drains.load();
    await drains.add('a');
    expect(drains.has('a')).toBe(true);
    expect(log.lines).toEqual([
      expect.stringContaining('no right'),
      expect.stringContaining('disk full'),
    ]);
  });
});
