import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { readContainerFilters } from './container-filters.ts';

const web = aContainer({ name: 'web.1', labels: { tier: 'a', empty: '' } });

describe('readContainerFilters', () => {
  it.each<[string, readonly string[], boolean]>([
    ['label', ['tier'], true],
    ['label', ['tier=a'], true],
    ['label', ['tier='], false],
    ['label', ['empty='], true],
    ['label', ['tier=a', 'other'], false],
    ['label', ['toString'], false],
    ['name', ['other', 'web'], true],
    ['name', ['^web.1$'], true],
    ['name', ['^/web'], true],
    ['name', ['(?i)WEB'], true],
    ['name', ['^eb'], false],
    ['health', ['none'], true],
    ['health', ['healthy'], false],
    ['network', ['nowhere'], false],
  ])('%s=%j', (key, values, expected) => {
    expect(readContainerFilters({ [key]: values }).fits(web)).toBe(expected);
  });

  it('leaves to the engine what only it knows, and the status to others', () => {
    const { fits, byEngine, statuses } = readContainerFilters({
      volume: ['data'],
      status: ['exited'],
    });
    expect(fits(web)).toBe(true);
    expect(byEngine).toEqual({ volume: ['data'] });
    expect(statuses).toEqual(new Set(['exited']));
  });

  it.each([
    ['name', '(', 'no regular expression'],
    ['publish', '90-80', 'PORT or FIRST-LAST'],
    ['expose', '80:80', 'PORT or FIRST-LAST'],
    ['expose', '65536', 'PORT or FIRST-LAST'],
    ['health', 'well', 'starting, healthy'],
    ['constructor', 'x', "no container filter 'constructor'"],
    ['nam', 'x', 'Did you mean name?'],
  ])('refuses %s=%s', (key, value, message) => {
    expect(() => readContainerFilters({ [key]: [value] })).toThrow(message);
  });
});
