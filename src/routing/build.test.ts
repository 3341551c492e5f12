import { describe, expect, it } from 'vitest';
import { aContainer, aVantage, type ContainerWish } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import type { RoutingModel } from './model.ts';
import { tlsPolicyNamed } from './tls-policies.ts';

const vantage = aVantage('front');

function route(...wishes: readonly ContainerWish[]): RoutingModel {
  return createRouter()({ containers: wishes.map(aContainer), vantage });
}

/** The only upstream of a model with one site of one route. */
function onlyUpstream(model: RoutingModel) {
  expect(model.sites.map(({ routes }) => routes.length)).toEqual([1]);
  const upstream = model.sites[0]?.routes[0]?.upstream;
  if (!upstream) throw new Error('the model has no upstream');
  return upstream;
}

const web = (name: string, wish: ContainerWish = {}): ContainerWish => ({
  name,
  env: { VIRTUAL_HOST: 'a.test' },
  ...wish,
});

describe('the routing model', () => {
  it('is empty without containers, and without wishes', () => {
    expect(route()).toMatchObject({ sites: [], problems: [] });
    expect(route({ name: 'db', networks: {} })).toEqual(route());
  });

  it('has a site for a container', () => {
    const id = 'c'.repeat(64);
    expect(route(web('web-1', { id, ports: ['3000'] }))).toEqual({
      tcp: [],
      front: {
        fallback: { httpPorts: [80], httpsPorts: [443], http3Ports: [], acme: false },
        tlsPolicy: tlsPolicyNamed('Mozilla-Intermediate'),
      },
      sites: [
        {
          host: 'a.test',
          kind: 'exact',
          key: 'a.test',
          isDefault: false,
          http: { kind: 'serve', port: 80 },
          https: { kind: 'refuse', port: 443 },
          acme: true,
          root: '/var/www/public',
          routes: [
            {
              path: '/',
              pathKind: 'prefix',
              dest: '',
              access: 'external',
              upstream: {
                name: 'a.test',
                protocol: 'http',
                balance: { method: 'round-robin' },
                keepalive: 'auto',
                connections: 2,
                reuse: 'repeatable',
                servers: [
                  {
                    container: { id, name: 'web-1' },
                    address: '172.18.0.2',
                    port: 3000,
                    family: 4,
                    network: 'front',
                    note: '',
                  },
                ],
                absent: [],
              },
            },
          ],
        },
      ],
      problems: [],
    });
  });

  it('groups containers by host and path, each in its order', () => {
    const { sites } = route(
      web('web-10'),
      web('api-1', { env: { VIRTUAL_HOST: 'a.test,b.test', VIRTUAL_PATH: '/api' } }),
      web('web-2'),
      web('php', { env: { VIRTUAL_HOST: 'a.test', VIRTUAL_PATH: '~\\.php$' } }),
      web('wild', { env: { VIRTUAL_HOST: '*.test' } }),
    );
    const shown = sites.map(({ host, routes }) => [
      host,
      routes.map(({ path, upstream }) => [
        path,
        upstream.servers.map(({ container }) => container.name),
      ]),
    ]);
    expect(shown).toEqual([
      [
        'a.test',
        [
          ['/', ['web-2', 'web-10']],
          ['/api', ['api-1']],
          ['\\.php$', ['php']],
        ],
      ],
      ['b.test', [['/api', ['api-1']]]],
      ['*.test', [['/', ['wild']]]],
    ]);
  });

  it('keeps two connections to each server open', () => {
    expect(onlyUpstream(route(web('web-1'), web('web-2'), web('web-3'))).connections).toBe(6);
  });

  it('leaves out who is not ready, with the reason, and the site stays', () => {
    const upstream = onlyUpstream(
      route(
        web('sick', { health: 'unhealthy' }),
        web('new', { health: 'starting' }),
        web('frozen', { status: 'paused' }),
        web('out', { heldBack: 'drained' }),
      ),
    );
    expect(upstream.servers).toEqual([]);
    expect(upstream.connections).toBe(0);
    expect(upstream.absent.map(({ container, reason }) => [container.name, reason])).toEqual([
      ['frozen', 'paused'],
      ['new', 'health check still starting'],
      ['out', 'drained'],
      ['sick', 'unhealthy'],
    ]);
  });

  it('leaves those that are stopping out while another one is there, and keeps them else', () => {
    const stopping = [web('old-1', { stopping: true }), web('old-2', { stopping: true })];
    const served = (...more: readonly ContainerWish[]) => {
      const { servers, absent } = onlyUpstream(route(...stopping, ...more));
      return [servers, absent].map((list) => list.map(({ container }) => container.name));
    };
    expect(served(web('new'))).toEqual([['new'], ['old-1', 'old-2']]);
    expect(served(web('new', { health: 'starting' }))).toEqual([['old-1', 'old-2'], ['new']]);
    expect(served(web('out', { heldBack: 'drained', stopping: true }))).toEqual([
      ['old-1', 'old-2'],
      ['out'],
    ]);
    expect(onlyUpstream(route(web('old', { stopping: true, health: 'unhealthy' })))).toMatchObject({
      servers: [],
      absent: [{ reason: 'stopping' }],
    });
  });

  it('makes a problem of a container that cannot be reached, but only while it is ready', () => {
    const lost = web('lost', { networks: { other: { IP: '10.0.0.2' } } });
    const model = route(lost);
    expect(onlyUpstream(model).absent).toEqual([
      { container: expect.anything(), reason: expect.stringMatching(/^shares no network/) },
    ]);
    expect(model.problems).toEqual([
      {
        container: { id: expect.any(String), name: 'lost' },
        variable: 'VIRTUAL_HOST',
        value: 'a.test',
        reason: expect.stringMatching(/^the container shares no network .* connect front lost$/),
      },
    ]);
    expect(route({ ...lost, stopping: true }).problems).toEqual([]);
  });

  it('leaves out a container with an invalid value, and nothing else', () => {
    const alone = route(web('web-1'));
    const bad = web('bad', { env: { VIRTUAL_HOST: 'a.test,b.test', VIRTUAL_PORT: '99999' } });
    const model = route(web('web-1'), bad);
    expect(model.sites).toEqual(alone.sites);
    expect(model.problems).toEqual([
      {
        container: { id: expect.any(String), name: 'bad' },
        variable: 'VIRTUAL_PORT',
        value: '99999',
        reason: expect.stringMatching(/from 1 to 65535/),
      },
    ]);
  });

  it('sorts problems by container, then variable', () => {
    const { problems } = route(
      web('b-10', { env: { VIRTUAL_HOST: 'a b', VIRTUAL_PORT: 'x' } }),
      web('b-9', { env: { VIRTUAL_HOST: 'a.test', VIRTUAL_PATH: 'x', VIRTUAL_DEST: 'y' } }),
    );
    expect(problems.map(({ container, variable }) => `${container.name} ${variable}`)).toEqual([
      'b-9 VIRTUAL_DEST',
      'b-9 VIRTUAL_PATH',
      'b-10 VIRTUAL_HOST',
      'b-10 VIRTUAL_PORT',
    ]);
  });
});

describe('containers that disagree', () => {
  const day = (number: number) => `2026-01-0${number}T00:00:00Z`;
  const old = web('old', { created: day(1) });
  const young = (env: Record<string, string>, wish: ContainerWish = {}): ContainerWish =>
    web('young', { created: day(2), env: { VIRTUAL_HOST: 'a.test', ...env }, ...wish });

  it('about the protocol: the oldest counts, the other gets no traffic', () => {
    const model = route(young({ VIRTUAL_PROTO: 'https' }), old);
    const upstream = onlyUpstream(model);
    expect(upstream.protocol).toBe('http');
    expect(upstream.servers.map(({ container }) => container.name)).toEqual(['old']);
    expect(upstream.absent).toEqual([
      {
        container: { id: expect.any(String), name: 'young' },
        reason: 'speaks https, while old, which is older, speaks http',
      },
    ]);
    expect(model.problems).toEqual([
      {
        container: { id: expect.any(String), name: 'young' },
        variable: 'VIRTUAL_PROTO',
        value: 'https',
        reason:
          'speaks https, while old, which is older, speaks http; it gets no traffic for a.test and path / until both agree',
      },
    ]);
  });

  it('about the destination: the oldest counts for both', () => {
    const model = route(young({ VIRTUAL_DEST: '/x' }), old);
    expect(model.sites[0]?.routes[0]?.dest).toBe('');
    expect(onlyUpstream(model).servers).toHaveLength(2);
    expect(model.problems).toEqual([
      {
        container: { id: expect.any(String), name: 'young' },
        variable: 'VIRTUAL_DEST',
        value: '/x',
        reason: 'old, which is older, has "" for a.test and path /: that one counts for both',
      },
    ]);
  });

  it('the oldest counts even while it is unhealthy', () => {
    const model = route(young({ VIRTUAL_PROTO: 'https' }), { ...old, health: 'unhealthy' });
    expect(onlyUpstream(model)).toMatchObject({ protocol: 'http', servers: [] });
  });

  it.each([{ stopping: true }, { status: 'exited' }])('but not once it is leaving: %j', (wish) => {
    const model = route(young({ VIRTUAL_PROTO: 'https' }), { ...old, ...wish });
    const upstream = onlyUpstream(model);
    expect(upstream.protocol).toBe('https');
    expect(upstream.servers.map(({ container }) => container.name)).toEqual(['young']);
    expect(model.problems).toEqual([]);
  });

  it.each<ContainerWish>([
    { status: 'restarting' },
    { networks: { elsewhere: { IP: '10.9.9.9' } } },
  ])('and one that cannot serve has no say: %j', (wish) => {
    const model = route(young({ VIRTUAL_PROTO: 'https' }), { ...old, ...wish });
    expect(onlyUpstream(model)).toMatchObject({
      protocol: 'https',
      servers: [{ container: { name: 'young' } }],
    });
  });

  it('still make a route when all are leaving', () => {
    const model = route(young({ VIRTUAL_PROTO: 'https' }, { stopping: true }), {
      ...old,
      stopping: true,
    });
    expect(onlyUpstream(model)).toMatchObject({
      protocol: 'http',
      servers: [{ container: { name: 'old' }, note: 'stopping; nobody else is left' }],
    });
    expect(model.problems).toEqual([]);
  });
});
