import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { readIntent } from './intent.ts';

const read = (env: Record<string, string>) => readIntent(aContainer({ env }));

describe('the intent of a container', () => {
  const variables = { host: 'VIRTUAL_HOST', dest: 'VIRTUAL_DEST', proto: 'VIRTUAL_PROTO' };
  const root = { path: '/', pathKind: 'prefix', dest: '', proto: 'http' };

  it('has defaults', () => {
    const { wishes, problems } = read({ VIRTUAL_HOST: 'example.com' });
    expect(wishes).toEqual([{ host: { host: 'example.com', kind: 'exact' }, ...root, variables }]);
    expect(problems).toEqual([]);
  });

  it('reads each variable, without the blanks around values', () => {
    const env = {
      VIRTUAL_HOST: ' a.test ,, *.B.test,a.test, ',
      VIRTUAL_PORT: ' 8080 ',
      VIRTUAL_PATH: ' /api ',
      VIRTUAL_DEST: ' /v1 ',
      VIRTUAL_PROTO: ' https ',
    };
    const route = { path: '/api', pathKind: 'prefix', dest: '/v1', proto: 'https', port: 8080 };
    const { wishes, problems } = read(env);
    expect(wishes).toEqual([
      { host: { host: 'a.test', kind: 'exact' }, ...route, variables },
      { host: { host: '*.b.test', kind: 'wildcard-prefix' }, ...route, variables },
    ]);
    expect(problems).toEqual([]);
  });

  it('reads labels before variables, and says which one was at fault', () => {
    const labels = { 'tsgen.virtual-host': 'b.test', 'tsgen.virtual-port': 'x' };
    const container = aContainer({ env: { VIRTUAL_HOST: 'a.test', VIRTUAL_PORT: '1' }, labels });
    expect(readIntent(container)).toMatchObject({
      wishes: [],
      problems: [{ variable: 'tsgen.virtual-port', value: 'x' }],
    });
    const { 'tsgen.virtual-port': _, ...sound } = labels;
    expect(
      readIntent(aContainer({ env: { VIRTUAL_HOST: 'a.test' }, labels: sound })).wishes,
    ).toMatchObject([{ host: { host: 'b.test' } }]);
  });

  it.each([[{}], [{ VIRTUAL_HOST: '' }], [{ VIRTUAL_HOST: ' , ,' }], [{ VIRTUAL_PORT: '99999' }]])(
    'is none, and no problem, without a host: %j',
    (env) => {
      expect(read(env)).toMatchObject({ wishes: [], problems: [] });
    },
  );

  it('takes blank values for absent ones', () => {
    const env = { VIRTUAL_PORT: ' ', VIRTUAL_PATH: '', VIRTUAL_DEST: ' ', VIRTUAL_PROTO: '' };
    expect(read({ VIRTUAL_HOST: 'a.test', ...env })).toEqual(read({ VIRTUAL_HOST: 'a.test' }));
  });

  it.each([
    ['VIRTUAL_HOST', 'good.test, bad{.test', /^"bad\{\.test": a name consists of/],
    ['VIRTUAL_PORT', '99999', /^a port is one whole number/],
    ['VIRTUAL_PATH', 'api', /^a path begins with/],
    ['VIRTUAL_DEST', '/$host', /^it has the character/],
    ['VIRTUAL_PROTO', 'ftp', /^a protocol is one of/],
  ])('leaves the whole container out for a bad %s', (variable, value, reason) => {
    const intent = read({ VIRTUAL_HOST: 'good.test', [variable]: value });
    expect(intent.wishes).toEqual([]);
    expect(intent.problems).toEqual([
      {
        container: { id: expect.any(String), name: 'web-1' },
        variable,
        value,
        reason: expect.stringMatching(reason),
      },
    ]);
    expect(intent.problems[0]?.reason).toMatch(/gets no traffic until this is mended$/);
  });

  it('reports each bad variable, and of several bad hosts the first with their number', () => {
    const { problems } = read({ VIRTUAL_HOST: 'a b,c d,e f', VIRTUAL_PORT: 'x' });
    expect(problems.map(({ variable }) => variable)).toEqual(['VIRTUAL_HOST', 'VIRTUAL_PORT']);
    expect(problems[0]?.reason).toMatch(/^"a b": .*; so with 2 more of its hosts;/);
  });

  it('says so when a comma breaks a regular expression', () => {
    const { wishes, problems } = read({ VIRTUAL_HOST: '~^a{1,3}\\.test$' });
    expect(wishes).toEqual([]);
    expect(problems[0]?.reason).toMatch(/a regular expression in it cannot contain one/);
  });

  it('refuses a destination beside a regular expression as path', () => {
    const { wishes, problems } = read({
      VIRTUAL_HOST: 'a.test',
      VIRTUAL_PATH: '~^/a',
      VIRTUAL_DEST: '/b',
    });
    expect(wishes).toEqual([]);
    expect(problems).toEqual([
      expect.objectContaining({
        variable: 'VIRTUAL_DEST',
        reason: expect.stringMatching(
          /^a destination cannot be combined with a regular expression/,
        ),
      }),
    ]);
  });

  it('ignores a destination that the protocol cannot have, and says so', () => {
    const env = { VIRTUAL_HOST: 'a.test', VIRTUAL_PROTO: 'fastcgi', VIRTUAL_DEST: '/' };
    expect(read(env)).toMatchObject({
      wishes: [{ host: { host: 'a.test' }, dest: '' }],
      problems: [{ variable: 'VIRTUAL_DEST', reason: expect.stringMatching(/is ignored$/) }],
    });
  });

  it('shows at most 200 characters of a value, and no half ones', () => {
    const { problems } = read({
      VIRTUAL_HOST: 'a.test',
      VIRTUAL_PATH: `${'x'.repeat(199)}\u{1f600}`,
    });
    expect(problems[0]?.value).toBe('x'.repeat(199));
  });

  it('refuses more than a thousand hosts', () => {
    const hosts = Array.from({ length: 1001 }, (_, index) => `h${index}.test`);
    expect(read({ VIRTUAL_HOST: hosts.slice(1).join() }).wishes).toHaveLength(1000);
    expect(read({ VIRTUAL_HOST: hosts.join() })).toMatchObject({
      wishes: [],
      problems: [{ reason: expect.stringMatching(/more than 1000 hosts/) }],
    });
  });

  it('is kept by the identity of the container', () => {
    const container = aContainer({ env: { VIRTUAL_HOST: 'a.test' } });
    expect(readIntent(container)).toBe(readIntent(container));
    expect(readIntent({ ...container })).not.toBe(readIntent(container));
  });
});
