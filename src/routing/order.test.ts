import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byAge, byNaturalText, byRoute, bySite } from './order.ts';

describe('the natural order', () => {
  it('reads runs of digits as numbers', () => {
    const names = [
      'web-10',
      'web-2',
      'web',
      'db-1',
      'web-2-b',
      'web-02',
      'web-123456789012345678901',
    ];
    expect(names.sort(byNaturalText)).toEqual([
      'db-1',
      'web',
      'web-02',
      'web-2',
      'web-2-b',
      'web-10',
      'web-123456789012345678901',
    ]);
  });

  it('is an order', () => {
    const name = fc.string({ unit: fc.constantFrom('0', '1', '2', 'a', 'b', '-'), maxLength: 6 });
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(byNaturalText(a, b) === 0).toBe(a === b);
        expect(Math.sign(byNaturalText(a, b))).toBe(0 - Math.sign(byNaturalText(b, a)));
        const [x = '', y = '', z = ''] = [a, b, c].sort(byNaturalText);
        expect(byNaturalText(x, y)).toBeLessThanOrEqual(0);
        expect(byNaturalText(y, z)).toBeLessThanOrEqual(0);
        expect(byNaturalText(x, z)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('the order of age', () => {
  it('goes by time, whatever the number of digits and the zone, then by ID', () => {
    const ages = [
      ['2026-01-01T00:00:00.123Z', 'e'],
      ['2026-01-01T00:00:00.12Z', 'd'],
      ['2026-01-01T01:00:00+02:00', 'b'],
      ['2026-01-01T00:00:00.120000001Z', 'f'],
      ['2026-01-01T00:00:00Z', 'c'],
      ['2026-01-01T01:00:00+02:00', 'a'],
    ].map(([Created = '', ID = '']) => ({ Created, ID }));
    expect(ages.sort(byAge).map(({ ID }) => ID)).toEqual(['a', 'b', 'c', 'd', 'f', 'e']);
  });
});

describe('the order of sites and routes', () => {
  it('has exact hosts first, then wildcards, then regexes', () => {
    const sites = [
      { host: '~a', kind: 'regex' },
      { host: 'a.*', kind: 'wildcard-suffix' },
      { host: '*.a', kind: 'wildcard-prefix' },
      { host: 'b', kind: 'exact' },
      { host: 'a', kind: 'exact' },
    ] as const;
    expect(sites.toSorted(bySite).map(({ host }) => host)).toEqual(['a', 'b', '*.a', 'a.*', '~a']);
  });

  it('has the longest of wildcards first, which is the one that counts', () => {
    const sites = [
      { host: 'www.*', kind: 'wildcard-suffix' },
      { host: '*.b.test', kind: 'wildcard-prefix' },
      { host: '*.a.b.test', kind: 'wildcard-prefix' },
      { host: 'www.a.*', kind: 'wildcard-suffix' },
    ] as const;
    expect(sites.toSorted(bySite)).toEqual([sites[2], sites[1], sites[3], sites[0]]);
  });

  it('has prefixes before regexes', () => {
    const routes = [
      { path: 'a', pathKind: 'regex-ignore-case' },
      { path: 'a', pathKind: 'regex' },
      { path: '/b', pathKind: 'prefix' },
      { path: '/', pathKind: 'prefix' },
    ] as const;
    expect(routes.toSorted(byRoute)).toEqual([routes[3], routes[2], routes[1], routes[0]]);
  });
});
