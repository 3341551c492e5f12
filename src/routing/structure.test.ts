import { describe, expect, it } from 'vitest';
import { aCertificate, aHook, filesWith, NOW, PLACES } from '../../test/support/routing-files.ts';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import type { ProxyFiles } from './proxy-files.ts';
import { membersHash, structureHash } from './structure.ts';

const vantage = aVantage('front');

describe('the hash of the members', () => {
  const web = (name: string, env: Record<string, string> = {}, network: object = {}) =>
    aContainer({
      name,
      env: { VIRTUAL_HOST: 'a.test', ...env },
      networks: { front: { IP: '10.0.0.9', ...network } },
    });
  const hashOf = (...containers: readonly ReturnType<typeof aContainer>[]) =>
    membersHash(createRouter()({ containers, vantage }));
  const other = web('b', {}, { IP: '10.0.0.10' });

  it('is the same for the same servers, in whatever order, whoever they are', () => {
    const hash = hashOf(web('a'), other);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(other, web('a'))).toBe(hash);
    expect(hashOf(web('a', {}, { IP: '10.0.0.10' }), web('c'))).toBe(hash);
    const bad = web('d', { VIRTUAL_PORT: 'x' });
    expect(hashOf(web('a'), other, bad)).toBe(hash);
  });

  it.each([
    ['one that came', [web('a'), other, web('c', {}, { IP: '10.0.0.11' })]],
    ['one that went', [other]],
    ['an address', [web('a', {}, { IP: '10.0.0.11' }), other]],
    ['an address of IPv6', [web('a', {}, { IP: '', GlobalIPv6Address: '2001:db8::1' }), other]],
    ['a port', [web('a', { VIRTUAL_PORT: '8080' }), other]],
    ['a weight', [web('a', { TSGEN_WEIGHT: '3' }), other]],
    ['a weight of none', [web('a', { TSGEN_WEIGHT: '0' }), other]],
    ['one that stands by', [web('a', { TSGEN_BACKUP: 'true' }), other]],
    ['another site', [web('a', { VIRTUAL_HOST: 'z.test' }), other]],
    ['a port of its own', [web('a', { TSGEN_TCP_PORTS: '25' }), other]],
  ])('is another one for %s', (_, containers) => {
    expect(hashOf(...containers)).not.toBe(hashOf(web('a'), other));
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
    const heavy = { VIRTUAL_HOST: 'a.test', TSGEN_WEIGHT: '7' };
    expect(hashOf(web('web-1'), aContainer({ name: 'heavy', env: heavy }))).toBe(hash);
    const bad = aContainer({ name: 'bad', env: { VIRTUAL_HOST: 'a.test', VIRTUAL_PORT: 'x' } });
    expect(hashOf(web('web-1'), bad)).toBe(hash);
  });

  it.each([
    { VIRTUAL_HOST: 'b.test' },
    { VIRTUAL_HOST: 'a.test,b.test' },
    { VIRTUAL_PATH: '/api' },
    { VIRTUAL_DEST: '/x' },
    { VIRTUAL_PROTO: 'https' },
    { NETWORK_ACCESS: 'internal' },
    { VIRTUAL_ROOT: '/srv' },
    { SERVER_TOKENS: 'off' },
    { HTTPS_METHOD: 'nohttps' },
    { EXTERNAL_HTTP_PORT: '81' },
    { ACME_HTTP_CHALLENGE_LOCATION: 'false' },
    { TSGEN_BALANCE: 'ip_hash' },
    { TSGEN_KEEPALIVE: 'disabled' },
    { TSGEN_STICKY: 'true' },
    { TSGEN_BODY_LIMIT: '10m' },
    { TSGEN_CONNECT_TIMEOUT: '1s' },
    { TSGEN_SERVER_TIMEOUT: '1s' },
    { TSGEN_HEALTH_CHECK: 'tcp' },
    { TSGEN_BACKUP: 'true' },
  ])('changes with %j', (env) => {
    const hashes = [{}, env].map((more) => {
      const container = aContainer({ env: { VIRTUAL_HOST: 'a.test', ...more } });
      return structureHash(createRouter()({ containers: [container], vantage }));
    });
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it('changes with a file of the operator’s, and with what is in it', () => {
    const hashOf = (files: ProxyFiles) =>
      structureHash(
        createRouter()({
          containers: [aContainer({ env: { VIRTUAL_HOST: 'a.test' } })],
          vantage,
          files,
          places: PLACES,
          now: NOW,
        }),
      );
    const hook = (digest: string): ProxyFiles => ({
      ...filesWith({}),
      hooks: new Map([['/sites/a.test', aHook('/sites/a.test', digest)]]),
    });
    const certificate = (digest: string) =>
      filesWith({ certificates: [aCertificate('a.test', { digest })] });
    const found = [filesWith({}), hook('1'), hook('2'), certificate('1'), certificate('2')];
    expect(new Set(found.map(hashOf)).size).toBe(found.length);
    expect(hashOf(hook('1'))).toBe(hashOf(hook('1')));
    // A file that no site asks for.
    expect(hashOf(filesWith({ hooks: ['/sites/b.test'] }))).toBe(hashOf(filesWith({})));
  });

  it('stays though the debug endpoint shows other containers, and problems change', () => {
    const hashOf = (...names: readonly string[]) =>
      structureHash(
        createRouter()({
          containers: names.map((name) =>
            aContainer({ name, env: { VIRTUAL_HOST: 'a.test', TSGEN_DEBUG_ENDPOINT: 'true' } }),
          ),
          vantage,
        }),
      );
    expect(hashOf('a')).toBe(hashOf('a', 'b'));
  });
});
