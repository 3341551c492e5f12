import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  const known = ['groupBy', 'groupByMulti', 'where', 'whereNot', 'eq', 'server'];

  it.each([
    ['grupBy', 'groupBy'],
    ['groupby', 'groupBy'],
    ['gruopBy', 'groupBy'],
    ['groupByMutli', 'groupByMulti'],
    ['wher', 'where'],
    ['eqq', 'eq'],
    ['servre', 'server'],
  ])('of %s is %s', (name, expected) => expect(nearest(name, known)).toBe(expected));

  it.each(['x', 'toPrettyJson', ''])('finds none for %o', (name) => {
    expect(nearest(name, known)).toBeUndefined();
  });

  it('of several as near is the one that begins like the name for longer', () => {
    const labels = ['virtual-path', 'virtual-port', 'virtual-proto'];
    expect(nearest('virtual-prot', labels)).toBe('virtual-proto');
    expect(nearest('virtual-pory', labels)).toBe('virtual-port');
  });

  it('does not depend on the order of the known names', () => {
    expect(nearest('ab', ['ac', 'aa'])).toBe('aa');
    expect(nearest('ab', ['aa', 'ac'])).toBe('aa');
  });
});
