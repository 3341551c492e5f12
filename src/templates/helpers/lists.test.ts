import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

describe('lists', () => {
  it.each([
    ['first', [[]], undefined],
    ['rest', [[]], []],
    ['initial', [[1, 2]], [1]],
    ['append', [[1], [2]], [1, [2]]],
    ['mustPrepend', [[1], 0], [0, 1]],
    ['reverse', [['a', 'b']], ['b', 'a']],
    ['uniq', [[{ a: 1 }, { a: 1 }, 1, '1', null, undefined]], [{ a: 1 }, 1, '1', null]],
    ['compact', [['', 0, false, [], {}, 'a', undefined]], ['a']],
    ['without', [['a', 'b', 1], '1', 'a'], ['b', 1]],
    ['has', ['', ['a']], false],
    ['slice', [[1, 2, 3]], [1, 2, 3]],
    ['slice', [[1, 2, 3], 2], [3]],
    ['slice', [[1, 2, 3], 1, 9], [2, 3]],
    ['chunk', [2, []], []],
    ['concat', [[1], [], [2, [3]]], [1, 2, [3]]],
    ['sortAlpha', [['b', 'B', 10, 9]], ['10', '9', 'B', 'b']],
    ['toStrings', [[1, undefined, true, 'a']], ['1', 'true', 'a']],
    [
      'intersect',
      [
        ['b', 'a', 'b'],
        ['a', 'b'],
      ],
      ['b', 'a'],
    ],
    ['intersect', [['a'], []], []],
    ['closest', [['a', 'ab', 'x'], 'xab'], 'ab'],
    ['closest', [['ab', 'xa'], 'xab'], 'ab'],
    ['closest', [['b'], 'a'], ''],
    ['until', [-3], [0, -1, -2]],
    ['untilStep', [0, 10, 4], [0, 4, 8]],
    ['untilStep', [0, 10, -1], []],
    ['untilStep', [0, 10, 0], []],
    ['untilStep', [5, 5, 1], []],
    ['seq', [], ''],
    ['seq', [0], '1 0'],
    ['seq', [-2], '1 0 -1 -2'],
    ['seq', [2, 2], '2'],
    ['seq', [0, 3, 10], '0 3 6 9'],
    ['seq', [5, -2, 1], '5 3 1'],
    ['seq', [5, 2, 1], ''],
  ])('%s %o is %o', (name, values, result) => expect(call(name, ...values)).toEqual(result));

  it('leave what they are given as it is', () => {
    const given = Object.freeze([3, 1, 2]);
    for (const name of ['reverse', 'sortAlpha', 'rest', 'initial', 'uniq']) call(name, given);
    call('append', given, 4);
    expect(given).toEqual([3, 1, 2]);
  });

  it('refuse a size that gives no parts', () => {
    expect(() => call('chunk', 0, [1])).toThrow('argument 1 (size) must be at least 1, got 0');
  });
});
