import { describe, expect, it } from 'vitest';
import type { ResultRow } from '../../test/scenarios/results.ts';
import { SCENARIOS } from '../../test/scenarios/scenarios.ts';
import { keptResults } from './proxies.ts';
import { scenarioMatrix, verdictOf } from './scenario-matrix.ts';

const row = (name: string, more: Partial<ResultRow> = {}): ResultRow =>
  ({ group: 'hosts', name, covers: ['VIRTUAL_HOST'], outcome: 'holds', ...more }) as ResultRow;
const exempt = { outcome: 'does not apply', reason: 'it has no such thing' } as const;

describe('verdictOf', () => {
  it('is yes where all scenarios of a row hold', () => {
    const rows = [row('a'), row('b'), row('c', { covers: ['HSTS'], ...exempt })];
    expect(verdictOf(rows, 'VIRTUAL_HOST')).toEqual({ verdict: 'yes', reasons: [] });
  });

  it('is partly where one does not apply, with the reason', () => {
    expect(verdictOf([row('a'), row('b', exempt)], 'VIRTUAL_HOST')).toEqual({
      verdict: 'partly',
      reasons: ['it has no such thing'],
    });
  });

  it('is no where none holds, and names one that fails', () => {
    const rows = [row('a', { outcome: 'fails', reason: 'a long message' })];
    expect(verdictOf(rows, 'VIRTUAL_HOST')).toEqual({ verdict: 'no', reasons: ['"a" fails'] });
  });

  it('is no where no scenario was played', () => {
    expect(verdictOf([], 'VIRTUAL_HOST').verdict).toBe('no');
  });
});

describe('the results that are kept', () => {
  it.each(['nginx', 'httpd', 'haproxy'] as const)(
    'are of the scenarios that there are, on %s; if not, run make scenarios',
    (kind) => {
      const titles = ({ group, name }: Pick<ResultRow, 'group' | 'name'>) => `${group}: ${name}`;
      expect(keptResults()[kind].map(titles).sort()).toEqual(SCENARIOS.map(titles).sort());
      const exempted = SCENARIOS.filter(
        ({ except, limits }) => except?.[kind] !== undefined || limits?.[kind] !== undefined,
      );
      const kept = keptResults()[kind].filter(({ outcome }) => outcome === 'does not apply');
      expect(kept.map(titles).sort()).toEqual(exempted.map(titles).sort());
    },
  );

  it('show nine of ten rows that have a meaning for all three at work on each', () => {
    const [, all, held] = /^Of (\d+) rows .*, (\d+) are a yes/.exec(
      scenarioMatrix(keptResults()),
    ) ?? [undefined, '1', '0'];
    expect(Number(held) / Number(all)).toBeGreaterThanOrEqual(0.9);
  });
});
