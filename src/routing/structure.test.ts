import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import { membersOf, structureHash } from './structure.ts';

const vantage = aVantage('front');

describe('the members', () => {
  it('are the addresses of each upstream, sorted', () => {
    const web = (name: string, env: Record<string, string>, network: object) =>
      aContainer({
        name,
        env: { VIRTUAL_HOST: 'a.test', ...env },
        networks: { front: network },
      });
    const model = createRouter()({
      containers: [
        web('a', {}, { IP: '10.0.0.9' }),
        web('b', { VIRTUAL_PORT: '8080' }, { IP: '10.0.0.10' }),
        web('c', { VIRTUAL_HOST: '0.test' }, { GlobalIPv6Address: '2001:db8::1' }),
        web('d', { VIRTUAL_HOST: 'z.test' }, {}),
      ],
      vantage,
    });
    expect([...membersOf(model)]).toEqual([
      ['0.test', ['[2001:db8::1]:80']],
      ['a.test', ['10.0.0.10:8080', '10.0.0.9:80']],
      ['z.test', []],
    ]);
  });
});

describe('the hash of the structure', () => {
  it('stays while containers come and go within the routes that are there', () => {
    const web = (name: string, health = '') =>
      aContainer({ name, health, env: { VIRTUAL_HOST: 'a.test' } });
    const hashOf = (...containers: readonly ReturnType<typeof aContainer>[]) =>
      structureHash(createRouter()({ containers, vantage }));
    const hash = hashOf(web('web-1'));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(web('web-1'), web('web-2'))).toBe(hash);
    expect(hashOf(web('web-3', 'unhealthy'))).toBe(hash);
    const bad = aContainer({ name: 'bad', env: { VIRTUAL_HOST: 'a.test', VIRTUAL_PORT: 'x' } });
    expect(hashOf(web('web-1'), bad)).toBe(hash);
  });

  it.each([
    { VIRTUAL_HOST: 'b.test' },
    { VIRTUAL_HOST: 'a.test,b.test' },
    { VIRTUAL_PATH: '/api' },
    { VIRTUAL_DEST: '/x' },
    { VIRTUAL_PROTO: 'https' },
  ])('changes with %j', (env) => {
    const hashes = [{}, env].map((more) => {
      const container = aContainer({ env: { VIRTUAL_HOST: 'a.test', ...more } });
      return structureHash(createRouter()({ containers: [container], vantage }));
    });
    expect(hashes[0]).not.toBe(hashes[1]);
  });
});
