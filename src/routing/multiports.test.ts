import { describe, expect, it } from 'vitest';
import { type MultiportRoute, parseMultiports } from './multiports.ts';
import { pathText } from './paths.ts';

/** `host path → port proto dest`. */
function shown(route: MultiportRoute): string {
  const { host, port = '-', proto = '-', dest = '-' } = route;
  return `${host.host} ${pathText(route)} → ${port} ${proto} ${dest}`;
}

function read(text: string) {
  const parsed = parseMultiports(text);
  if (parsed.kind === 'invalid') throw new Error(parsed.reason);
  return parsed.value;
}

describe('VIRTUAL_HOST_MULTIPORTS', () => {
  it.each<[string, string, string[]]>([
    ['a host alone', 'a.test:', ['a.test / → - - -']],
    ['a host with an empty map', 'a.test: {}', ['a.test / → - - -']],
    ['a path alone', 'a.test:\n  /api:\n', ['a.test /api → - - -']],
    ['a path with an empty map', 'a.test:\n  "/api": {}', ['a.test /api → - - -']],
    [
      'several of both',
      `a.test:
  "/":
    port: 8000
  "/api/":
    port: "9000"
    proto: GRPC
  ~^/(x|y)$:
b.test:
  /:
    dest: /v1
`,
      [
        'a.test / → 8000 - -',
        'a.test /api/ → 9000 grpc -',
        'a.test ~^/(x|y)$ → - - -',
        'b.test / → - - /v1',
      ],
    ],
    [
      'JSON',
      '{"a.test": {"/": {"port": 80, "proto": "https", "dest": ""}, "/x": null}}',
      ['a.test / → 80 https -', 'a.test /x → - - -'],
    ],
    ['settings that are null', 'a.test: {/: {port: null, proto: ~, dest: }}', ['a.test / → - - -']],
    ['a host of digits', '404: {/: {port: 80}}', ['404 / → 80 - -']],
    [
      'an alias',
      'a.test: &a {/: {port: 81}}\nb.test: *a',
      ['a.test / → 81 - -', 'b.test / → 81 - -'],
    ],
    ['a wildcard and a regex', '"*.a.test":\n"~^b$":', ['*.a.test / → - - -', '~^b$ / → - - -']],
    [
      'two spellings of a host: the later counts',
      'A.test: {/: {port: 1}}\na.test: {/: {port: 2}}',
      ['a.test / → 2 - -'],
    ],
    ['the name of a prototype', '__proto__: {/: {port: 80}}', ['__proto__ / → 80 - -']],
  ])('has %s', (_, text, routes) => {
    expect(read(text).routes.map(shown)).toEqual(routes);
  });

  it('has external ports beside the paths', () => {
    const { routes, external } = read(
      'a.test: {external_http_port: 8080, external_https_port: "8443", /x: }\nb.test: {external_http_port: 81}\nc.test:',
    );
    expect(routes.map(shown)).toEqual([
      'a.test /x → - - -',
      'b.test / → - - -',
      'c.test / → - - -',
    ]);
    expect([...external]).toEqual([
      ['a.test', { http: 8080, https: 8443 }],
      ['b.test', { http: 81 }],
      ['c.test', {}],
    ]);
  });

  const bomb = `a: &a [x, x]\n${Array.from(
    { length: 30 },
    (_, index) =>
      `b${index}: &b${index} [*${index === 0 ? 'a' : `b${index - 1}`}, *${index === 0 ? 'a' : `b${index - 1}`}]`,
  ).join('\n')}`;

  it.each([
    ['nothing', '{}', /^it has no host$/],
    ['a text', 'a.test', /^it must be a map of hosts$/],
    ['a list', '[a.test]', /^it must be a map of hosts$/],
    ['null', 'null', /^it must be a map of hosts$/],
    ['broken YAML', 'a.test: {', /^it is neither YAML nor JSON: /],
    ['a tab', 'a.test:\n\t/: ', /^it is neither YAML nor JSON: /],
    ['two documents', 'a.test:\n---\nb.test:', /^it is neither YAML nor JSON: /],
    ['a key twice', 'a.test: {/: , /: }', /^it is neither YAML nor JSON: .*unique/],
    ['an alias of nothing', 'a.test: *b', /^it is neither YAML nor JSON: /],
    ['a bomb of aliases', bomb, /^it is neither YAML nor JSON: /],
    ['deep nesting', '['.repeat(16_000), /^it is neither YAML nor JSON: /],
    ['too much', `a.test: # ${'x'.repeat(16_384)}`, /^it is longer than 16384 characters$/],
    [
      'too many paths',
      `a.test: {${Array.from({ length: 1001 }, (_, i) => `/${i}: `).join(', ')}}`,
      /^it has more than 1000 paths$/,
    ],
    ['a bad host', '"a b": ', /^"a b": a name consists of/],
    ['a host that is a text', 'a.test: 80', /^"a.test" must be a map of paths$/],
    ['a host that is a list', 'a.test: [/]', /^"a.test" must be a map of paths$/],
    ['a bad path', 'a.test: {/a//b: }', /^"a.test": "\/a\/\/b": no request has/],
    ['a path that is a number', 'a.test: {/: 80}', /^"a.test": "\/" must be a map of settings$/],
    [
      'a bad port',
      'a.test: {/: {port: 0}}',
      /^"a.test": "\/": port "0": a port is one whole number/,
    ],
    [
      'a port that is a list',
      'a.test: {/: {port: [80]}}',
      /^"a.test": "\/": port must be a text or a number$/,
    ],
    ['a port that is true', 'a.test: {/: {port: true}}', /port "true": a port is one/],
    ['a bad protocol', 'a.test: {/: {proto: ftp}}', /proto "ftp": a protocol is one of/],
    ['a bad destination', 'a.test: {/: {dest: "$x"}}', /dest "\$x": a destination begins with/],
    [
      'a bad external port',
      'a.test: {external_https_port: x}',
      /^"a.test": external_https_port "x": a port is/,
    ],
  ])('is refused with %s', (_, text, reason) => {
    expect(parseMultiports(text)).toEqual({
      kind: 'invalid',
      reason: expect.stringMatching(reason),
    });
  });

  it.each([
    [
      'a key that is no path',
      'a.test: {api: , /: }',
      '"a.test": "api" is no path and no setting: a path begins with /',
    ],
    [
      'a near miss',
      'a.test: {external_http_prot: 80, /: }',
      '"a.test": "external_http_prot" is no path and no setting: did you mean external_http_port?',
    ],
    [
      'an unknown setting',
      'a.test: {/: {prot: http}}',
      '"a.test": "/" has "prot": known are port, proto, dest',
    ],
  ])('ignores %s, and says so', (_, text, phrase) => {
    const parsed = parseMultiports(text);
    expect(parsed).toMatchObject({
      kind: 'valid',
      value: { ignored: [phrase], routes: [{ host: { host: 'a.test' }, path: '/' }] },
    });
  });

  it('counts what aliases stand for', () => {
    const paths = Array.from({ length: 600 }, (_, index) => `/${index}: `).join(', ');
    expect(parseMultiports(`a.test: &p {${paths}}\nb.test: *p`)).toEqual({
      kind: 'invalid',
      reason: 'it has more than 1000 paths',
    });
  });

  it('tells of twenty keys that it ignores, and of no more', () => {
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}: `).join(', ');
    const parsed = parseMultiports(`a.test: {${keys}}`);
    expect(parsed.kind === 'valid' && parsed.value.ignored).toHaveLength(20);
  });
});
