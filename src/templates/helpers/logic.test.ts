import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

describe('logic', () => {
  it.each([
    ['eq', ['a', 'a'], true],
    ['eq', ['a', 'b', 'a'], true],
    ['eq', ['a', 'b', 'c'], false],
    ['eq', [undefined, ''], true],
    ['eq', [undefined, 0], false],
    ['eq', [80, '80'], true],
    ['eq', ['80', 80], true],
    ['eq', ['080', 80], false],
    ['eq', [true, 'true'], false],
    ['eq', [['a'], ['a']], true],
    ['ne', [80, '80'], false],
    ['ne', ['a', undefined], true],
    ['and', ['a', '', 'b'], ''],
    ['and', ['a', undefined, 'b'], undefined],
    ['and', ['a', 'b'], 'b'],
    ['or', ['', undefined, 'b', 'c'], 'b'],
    ['or', ['', 0], 0],
    ['not', [[]], true],
    ['not', ['a'], false],
    ['lt', [8, 10], true],
    ['lt', ['8', 10], true],
    ['lt', ['8', '10'], false],
    ['le', [8, 8], true],
    ['gt', ['b', 'a'], true],
    ['ge', [-1, '0.5'], false],
  ])('%s %o is %o', (name, values, result) => expect(call(name, ...values)).toEqual(result));

  it('refuses to order what has no order', () => {
    expect(() => call('lt', 'a', 1)).toThrow(
      'arguments 1 (a) and 2 (b) must be two numbers or two texts, got text and a number',
    );
    expect(() => call('ge', undefined, 1)).toThrow('got nothing and a number');
  });
});
