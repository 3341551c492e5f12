import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { bare } from '../testing/render.ts';

describe('strings', () => {
  it.each([
    ['split', ['a,b,', ','], ['a', 'b', '']],
    ['split', ['', ','], ['']],
    ['split', ['a😀', ''], ['a', '😀']],
    ['split', [undefined, ','], ['']],
    ['join', ['-', ['a', undefined, 1, null, '']], 'a-1-'],
    ['trim', ['\u00a0\n a b\t\u3000'], 'a b'],
    ['replace', ['aaa', 'a', 'b', 2], 'bba'],
    ['replace', ['aaa', 'a', 'b', -1], 'bbb'],
    ['replace', ['aaa', 'a', 'b'], 'bbb'],
    ['replace', ['aaa', 'a', '$&', 1], '$&aa'],
    ['replace', ['aaa', 'a', 'b', 0], 'aaa'],
    ['replace', ['ab', '', '-', -1], '-a-b-'],
    ['replace', ['ab', '', '-', 2], '-a-b'],
    ['replace', ['', '', '-'], '-'],
    ['replace', ['abc', 'x', 'y'], 'abc'],
    ['concat', [], ''],
    ['concat', ['a', 1, undefined, true], 'a1true'],
    ['concat', [['a'], ['b', 'c']], ['a', 'b', 'c']],
    ['print', [1, 2, 'a', true, false], '1 2atrue false'],
    ['toUpper', ['straße'], 'STRASSE'],
  ])('%s %o is %o', (name, values, result) => expect(call(name, ...values)).toEqual(result));

  it('refuse lists among texts', () => {
    expect(() => call('concat', ['a'], 'b')).toThrow('cannot concat a list');
    expect(() => call('join', ',', [bare({})])).toThrow('cannot join a map');
    expect(() => call('print', [])).toThrow('cannot print a list');
  });
});
