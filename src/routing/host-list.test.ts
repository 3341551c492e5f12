import { describe, expect, it } from 'vitest';
import { parseHostList } from './host-list.ts';

function hostsOf(text: string): readonly string[] {
  const parsed = parseHostList(text);
  if (parsed.kind === 'invalid') throw new Error(parsed.reason);
  return parsed.value.map(({ host, kind }) => `${kind} ${host}`);
}

describe('a list of hosts', () => {
  it.each<[string, string[]]>([
    ['a.test', ['exact a.test']],
    [' a.test ,\tb.test,, ', ['exact a.test', 'exact b.test']],
    ['b.test,a.test,B.TEST,b.test.', ['exact b.test', 'exact a.test']],
    ['*.a.test,a.*', ['wildcard-prefix *.a.test', 'wildcard-suffix a.*']],
    ['~^a\\.test$, ~^A\\.test$', ['regex ~^a\\.test$', 'regex ~^A\\.test$']],
    ['192.0.2.1,2001:DB8:0::1', ['exact 192.0.2.1', 'exact [2001:db8::1]']],
    [',', []],
  ])('is read from %j', (text, hosts) => {
    expect(hostsOf(text)).toEqual(hosts);
  });

  it.each([
    ['a.test,b c', /^"b c": a name consists of/],
    ['b c,a.test,https://x', /^"b c": .*; so with 1 more of its hosts$/],
    ['~^a{1,2}$', /a regular expression in it cannot contain one/],
    [`${'x'.repeat(300)}!`, /^"x{200}": /],
    [Array.from({ length: 1001 }, (_, index) => `h${index}`).join(), /more than 1000 hosts/],
  ])('is none with one that is none: %j', (text, reason) => {
    expect(parseHostList(text)).toEqual({ kind: 'invalid', reason: expect.stringMatching(reason) });
  });

  it('takes a leading dot for the name and all below it, as nginx does', () => {
    expect(parseHostList('.a.test')).toEqual({
      kind: 'valid',
      value: [
        { host: 'a.test', kind: 'exact' },
        { host: '*.a.test', kind: 'wildcard-prefix' },
      ],
    });
  });
});
