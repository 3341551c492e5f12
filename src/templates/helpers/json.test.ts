import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { bare } from '../testing/render.ts';

describe('JSON', () => {
  it('is written as Go does', () => {
    const Env = bare(JSON.parse('{ "b": "<a>&\\u2028", "10": 1, "9": null, "__proto__": "x" }'));
    expect(call('json', { Name: 'a', Env, List: [], Absent: undefined })).toBe(
      '{"Name":"a","Env":{"10":1,"9":null,"__proto__":"x","b":"\\u003ca\\u003e\\u0026\\u2028"},"List":[]}',
    );
    expect(call('json', undefined)).toBe('null');
    const map = new Map(Object.entries({ b: 1, a: 2 }));
    expect(call('json', map)).toBe('{"a":2,"b":1}');
    expect(call('json', [undefined, () => 1, 'a"\n'])).toBe('[null,null,"a\\"\\n"]');
    expect(call('json', [1e-7, 1e21, 0.5, 100])).toBe('[1e-7,1e+21,0.5,100]');
    expect(call('toRawJson', ['<&>\u2028'])).toBe('["<&>\\u2028"]');
    expect(call('toPrettyJson', { a: [], b: bare({}), c: [{ d: '<' }] })).toBe(
      '{\n  "a": [],\n  "b": {},\n  "c": [\n    {\n      "d": "\\u003c"\n    }\n  ]\n}',
    );
  });

  it('is read into maps of any keys, which may be changed', () => {
    const read = call('parseJson', '{"__proto__":{"a":1},"n":10000000,"l":[null]}');
    expect(Object.getPrototypeOf(read)).toBeNull();
    expect(call('json', call('set', read, 'x', 1))).toBe(
      '{"__proto__":{"a":1},"l":[null],"n":10000000,"x":1}',
    );
    expect(call('fromJson', 'nope')).toBeUndefined();
    for (const name of ['parseJson', 'mustFromJson']) {
      expect(() => call(name, 'nope')).toThrow(/argument 1 \(json\) is not valid: .*token/);
    }
  });
});

describe('YAML', () => {
  it('is written with sorted keys, and quoted where it could be misread', () => {
    const value = bare({ b: ['x', bare({ d: '', c: null })], '10': 'yes', '9': '1.0', rate: 0.5 });
    expect(call('toYaml', value)).toBe(
      '"10": "yes"\n"9": "1.0"\nb:\n  - x\n  - c: null\n    d: ""\nrate: 0.5',
    );
    expect(call('toYaml', [])).toBe('[]');
    expect(call('toYaml', 'a\nb')).toBe('|-\na\nb');
    const twice = { a: 1 };
    expect(call('toYaml', [twice, twice])).toBe('- a: 1\n- a: 1');
  });

  it('is read into maps with keys as text', () => {
    const read = call('fromYaml', 'base: &b {x: 1}\n80: {<<: *b, __proto__: y}\nno: on');
    expect(call('json', read)).toBe('{"80":{"__proto__":"y","x":1},"base":{"x":1},"no":"on"}');
    expect(call('fromYaml', 'a: [')).toBeUndefined();
    expect(() => call('mustFromYaml', 'a: [')).toThrow('argument 1 (yaml) is not valid');
  });

  it('does not expand a bomb', () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 9; level++) {
      const item = `*a${level - 1}`;
      lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => item).join(',')}]`);
    }
    expect(() => call('mustFromYaml', lines.join('\n'))).toThrow('Excessive alias count');
  });
});
