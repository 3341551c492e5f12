import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import type { ProxyLimits } from './limits.ts';
import type { Route } from './model.ts';

const web = (name: string, env: Readonly<Record<string, string>> = {}, created = '') =>
  aContainer({ name, env: { VIRTUAL_HOST: 'a.test', ...env }, ...(created ? { created } : {}) });

function build(...containers: readonly ReturnType<typeof aContainer>[]) {
  const { sites, problems } = createRouter()({ containers, vantage: aVantage('front') });
  return { route: sites[0]?.routes[0] as Route, problems };
}

describe('the servers of a route', () => {
  it('have a weight and are backups as their containers say', () => {
    const { route } = build(
      web('a'),
      web('b', { TSGEN_WEIGHT: '3', TSGEN_BACKUP: 'false' }),
      web('c', { TSGEN_WEIGHT: '0' }),
      web('d', { TSGEN_WEIGHT: '1', TSGEN_BACKUP: 'true' }),
    );
    expect(
      route.upstream.servers.map(({ container: { name }, weight, backup }) => ({
        name,
        weight,
        backup,
      })),
    ).toEqual([
      { name: 'a' },
      { name: 'b', weight: 3 },
      { name: 'c', weight: 0 },
      { name: 'd', backup: true },
    ]);
  });

  it('are without one whose wish to be a backup cannot be read', () => {
    const { route, problems } = build(web('a'), web('b', { TSGEN_BACKUP: 'treu' }));
    expect(route.upstream.servers.map(({ container }) => container.name)).toEqual(['a']);
    expect(problems).toMatchObject(
      [{ container: { name: 'b' }, variable: 'TSGEN_BACKUP', reason: /no traffic/ }].map((one) => ({
        ...one,
        reason: expect.stringMatching(one.reason),
      })),
    );
  });

  it('may have a backup among those that are not there', () => {
    const backup = aContainer({
      name: 'b',
      health: 'unhealthy',
      env: { VIRTUAL_HOST: 'a.test', TSGEN_BACKUP: 'true' },
    });
    expect(build(web('a')).route.upstream.hasBackup).toBeUndefined();
    expect(build(web('a'), backup).route.upstream.hasBackup).toBe(true);
  });
});

describe('the connections to a route’s servers', () => {
  const reuse = (limits: ProxyLimits, env: Readonly<Record<string, string>>) => {
    const containers = [web('a', env)];
    const model = createRouter()({ containers, vantage: aVantage('front'), limits });
    return model.sites[0]?.routes[0]?.upstream.reuse;
  };

  it('are reused as far as the proxy keeps requests apart', () => {
    const limits: ProxyLimits = { mixesRequests: ({ dest }) => dest !== '' };
    const moved = { VIRTUAL_PATH: '/api/', VIRTUAL_DEST: '/v1/' };
    expect(reuse({}, {})).toBe('repeatable');
    expect(reuse({}, moved)).toBe('repeatable');
    expect(reuse(limits, {})).toBe('repeatable');
    expect(reuse(limits, moved)).toBe('none');
  });
});

describe('a route', () => {
  it('has nothing that nobody asks for', () => {
    const { route } = build(web('a'));
    const fields = [...Object.keys(route), ...Object.keys(route.upstream)];
    for (const field of ['bodyLimit', 'sticky', 'connectTimeout', 'serverTimeout', 'healthCheck']) {
      expect(fields).not.toContain(field);
    }
  });

  it('has what one of its containers asks for', () => {
    const { route, problems } = build(
      web('a', { TSGEN_BODY_LIMIT: 'off', TSGEN_CONNECT_TIMEOUT: '500ms' }),
      web('b', { TSGEN_SERVER_TIMEOUT: '5m', TSGEN_STICKY: 'SRV', TSGEN_HEALTH_CHECK: 'tcp' }),
    );
    expect(route.bodyLimit).toBe(0);
    expect(route.upstream).toMatchObject({
      connectTimeout: 500,
      serverTimeout: 300_000,
      sticky: { cookie: 'SRV' },
      healthCheck: { kind: 'tcp' },
    });
    expect(problems).toEqual([]);
  });

  it('goes to another server soon where there is one and nobody says how long a connect may take', () => {
    const upstream = (...all: readonly ReturnType<typeof web>[]) => build(...all).route.upstream;
    expect(upstream(web('a'), web('b')).failoverAfter).toBe(500);
    expect(upstream(web('a'))).not.toHaveProperty('failoverAfter');
    const asked = upstream(web('a', { TSGEN_CONNECT_TIMEOUT: '3s' }), web('b'));
    expect(asked.connectTimeout).toBe(3000);
    expect(asked).not.toHaveProperty('failoverAfter');
  });

  it.each(['grpc', 'fastcgi', 'uwsgi'])('of %s is checked by connections alone', (proto) => {
    const check = (text: string) =>
      build(web('a', { VIRTUAL_PROTO: proto, TSGEN_HEALTH_CHECK: text }));
    const { route, problems } = check('/live');
    expect(route.upstream.healthCheck).toBeUndefined();
    expect(problems).toMatchObject([
      { variable: 'TSGEN_HEALTH_CHECK', reason: expect.stringContaining(`speaks ${proto}`) },
    ]);
    expect(check('tcp').route.upstream.healthCheck).toMatchObject({ kind: 'tcp' });
    expect(check('tcp').problems).toEqual([]);
  });
});
