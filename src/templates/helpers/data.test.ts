import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { bare } from '../testing/render.ts';

describe('data', () => {
  it('writes JSON as Go does', () => {
    const Env = bare(JSON.parse('{ "b": "<a>&\\u2028", "10": 1, "9": null, "__proto__": "x" }'));
    expect(call('json', { Name: 'a', Env, List: [], Absent: undefined })).toBe(
      '{"Name":"a","Env":{"10":1,"9":null,"__proto__":"x","b":"\\u003ca\\u003e\\u0026\\u2028"},"List":[]}',
    );
    expect(call('json', undefined)).toBe('null');
    expect(
      call(
        'json',
        new Map([
          ['b', 1],
          ['a', 2],
        ]),
      ),
    ).toBe('{"a":2,"b":1}');
    expect(call('json', [undefined, () => 1, 'a"\n'])).toBe('[null,null,"a\\"\\n"]');
  });

  it('hashes UTF-8', () => {
    expect(call('sha1', 'é')).toBe('bf15be717ac1b080b4f1c456692825891ff5073d');
  });
});
