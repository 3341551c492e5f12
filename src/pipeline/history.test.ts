import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { UNCHANGED } from '../../test/support/outcomes.ts';
import { contentOf } from '../output/content-of.ts';
import type { HistorySet } from '../output/history-set.ts';
import type { HistoryStore } from '../output/history-store.ts';
import type { ApplyResult } from '../output/output.ts';
import type { Rendering } from '../output/rendering.ts';
import { History } from './history.ts';

const LIVE: Rendering = {
  files: [{ path: '/a.conf', chunks: ['text'] }],
  ...{ generation: 'g', revision: 'r', containerCount: 1 },
};
const SET = {
  ...{ number: 1, at: 0, content: contentOf(LIVE), onDisk: contentOf(LIVE) },
  end: { kind: 'unasked', how: 'written' },
} as HistorySet;

/** A history in which a set is kept with a revision. */
async function aHistory({ asking, path = '/a.conf' }: { asking?: string; path?: string }) {
  const store: Pick<HistoryStore, 'read' | 'restore' | 'write'> = {
    read: async () => ({ sets: [SET], live: 1, next: 2 }),
    write: async (index) => index,
    restore: async ({ revision }) => ({
      rendering: {
        files: [{ path, chunks: ['text'] }],
        ...{ generation: 'g', containerCount: 1 },
        ...(revision === undefined ? {} : { revision }),
      },
      containers: [],
    }),
  };
  const history = new History({
    ...{ store: store as HistoryStore, log: aLog(), now: () => 0 },
    ...{ dest: '/a.conf', asking },
  });
  await history.load();
  return history;
}

describe('a set that is to be brought back', () => {
  it('is one that the proxy is asked for, if it was asked so before', async () => {
    const history = await aHistory({ asking: 'by port 1' });
    const restored = await history.restore({ ...SET, revision: 'r', asking: 'by port 1' });
    expect(restored?.rendering.revision).toBe('r');
    expect(restored).not.toHaveProperty('isUnaskable');
  });

  it('is one that nobody asks for, if it was made for another way of asking', async () => {
    const history = await aHistory({ asking: 'by port 2' });
    for (const before of [{ asking: 'by port 1' }, {}]) {
      const restored = await history.restore({ ...SET, revision: 'r', ...before });
      expect(restored).toMatchObject({ isUnaskable: true, rendering: { generation: 'g' } });
      expect(restored?.rendering).not.toHaveProperty('revision');
    }
  });

  it('is asked for again, if it answered to this way of asking meanwhile', async () => {
    const history = await aHistory({ asking: 'by port 2' });
    const result = { ...UNCHANGED, confirmed: 'r' } as ApplyResult;
    const containers = () => [];
    await history.note({ rendering: LIVE, result, live: LIVE, begun: 0, containers });
    expect(history.index.sets).toMatchObject([{ number: 1, asking: 'by port 2' }]);
  });

  it('has nothing to be asked for where its template spells nothing', async () => {
    const history = await aHistory({ asking: 'by port 1' });
    expect(await history.restore(SET)).not.toHaveProperty('isUnaskable');
  });

  it('is none if it is another destination’s', async () => {
    const history = await aHistory({ path: '/etc/passwd' });
    expect(await history.restore(SET)).toBeUndefined();
  });
});
