import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { renderText } from '../testing/render.ts';

describe('numbers', () => {
  it.each([
    ['add', [], 0],
    ['add', ['1', 2.9, -3], 0],
    ['sub', ['3', 5], -2],
    ['div', [-7, 2], -3],
    ['div', [1, 2], 0],
    ['mod', [-7, 3], -1],
    ['max', [-1, -2], -1],
    ['min', [3], 3],
    ['addf', [0.1, 0.2, '0.3'], 0.6],
    ['subf', [0.3, 0.1], 0.2],
    ['mulf', [1.1, 1.1], 1.21],
    ['divf', [2, 3], 0.666_666_666_666_666_7],
    ['divf', [-1, 3], -0.333_333_333_333_333_3],
    ['floor', [-1.5], -2],
    ['ceil', [-0.5], 0],
    ['round', [1.005, 2], 1.01],
    ['round', [-1.2, 0], -1],
    ['round', [2.4, 0, 0.4], 3],
    ['round', [1250, -2], 1300],
    ['int', ['80'], 80],
    ['int', ['080'], 80],
    ['int', ['3.9'], 3],
    ['int', ['abc'], 0],
    ['int', ['0x10'], 0],
    ['int', [undefined], 0],
    ['int64', [true], 1],
    ['int64', [[]], 0],
    ['atoi', [' 1'], 0],
    ['float64', ['1e3'], 1000],
    ['float64', [''], 0],
    ['toDecimal', ['0755'], 493],
    ['toDecimal', ['9'], 0],
  ])('%s %o is %o', (name, values, result) => expect(call(name, ...values)).toBe(result));

  it('refuse what has no result', () => {
    expect(() => call('div', 1, 0)).toThrow('argument 2 (b) must not be 0');
    expect(() => call('mod', 1, 0.5)).toThrow('argument 2 (b) must not be 0');
    expect(() => call('divf', 1, 0)).toThrow('argument 2 (b) must not be 0');
    expect(() => call('add', 'a', 1)).toThrow('argument 1 (a) must be a number, got text');
    expect(() => call('add1', undefined)).toThrow('argument 1 (a) must be a number, got nothing');
    expect(() => call('mul', 2 ** 52, 4)).toThrow('beyond the whole numbers that are exact');
  });

  it('are shown as Go shows them', () => {
    const values = [1, 1.5, 0.0001, 0.00001, 1.5e-7, 1e20, 1e21, -0, 1e100];
    expect(renderText('{{#each values}}{{this}} {{/each}}', { values })).toBe(
      '1 1.5 0.0001 1e-05 1.5e-07 100000000000000000000 1e+21 0 1e+100 ',
    );
  });
});
