import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMPARISON } from './comparison-rows.ts';

const evidence = COMPARISON.flatMap(({ what, tsgen }) =>
  'tests' in tsgen ? tsgen.tests.map(([file, test]) => ({ what, file, test })) : [],
);

describe('what tsgen claims beside its neighbours', () => {
  it.each(evidence)('"$what" is shown by "$test" in $file', ({ file, test }) => {
    const names = readFileSync(file, 'utf8').match(/(['"`]).*?\1/g) ?? [];
    expect(names.filter((name) => name.includes(test))).not.toEqual([]);
  });

  it('says no as well', () => {
    expect(COMPARISON.filter(({ tsgen }) => tsgen.cell === 'no').length).toBeGreaterThan(0);
  });

  it('says each thing once', () => {
    const names = COMPARISON.map(({ what }) => what);
    expect(new Set(names).size).toBe(names.length);
  });
});
