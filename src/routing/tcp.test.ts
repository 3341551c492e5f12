import { describe, expect, it } from 'vitest';
import { aCertificate, filesWith, NOW } from '../../test/support/routing-files.ts';
import { aContainer, aVantage, type ContainerWish } from '../../test/support/runtime-containers.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { createRouter } from './build.ts';
import { readProxySettings } from './read-proxy-settings.ts';

const tcp = (name: string, ports: string, more: ContainerWish = {}) =>
  aContainer({ name, ...more, labels: { 'tsgen.tcp-ports': ports, ...more.labels } });

function route(
  containers: readonly RuntimeContainer[],
  env: Readonly<Record<string, string>> = {},
) {
  const model = createRouter()({
    containers,
    vantage: aVantage('front'),
    settings: readProxySettings(env).settings,
    files: filesWith({ certificates: [aCertificate('a.test'), aCertificate('other')] }),
    now: NOW,
  });
  return {
    model,
    services: model.tcp.map(({ port, tls, upstream }) => ({
      port,
      ...(tls ? { by: tls.certificate.name } : {}),
      servers: upstream.servers.map((server) => `${server.container.name}:${server.port}`),
    })),
    problems: model.problems.map((one) => `${one.container.name}: ${one.reason}`),
  };
}

describe('ports that are handed on', () => {
  it('are those of all containers with the same one, each with its own port', () => {
    expect(route([tcp('b', '9000'), tcp('a', '9000:9001, 22')])).toMatchObject({
      services: [
        { port: 22, servers: ['a:22'] },
        { port: 9000, servers: ['a:9001', 'b:9000'] },
      ],
      problems: [],
    });
  });

  it('have no server that is not ready, and say why', () => {
    const { model } = route([tcp('a', '9000', { health: 'unhealthy' }), tcp('b', '9000')]);
    expect(model.tcp[0]?.upstream).toMatchObject({
      name: 'tcp_9000',
      servers: [{ container: { name: 'b' } }],
      absent: [{ container: { name: 'a' }, reason: 'unhealthy' }],
    });
  });

  it('are no site', () => {
    expect(route([tcp('a', '9000')]).model.sites).toEqual([]);
  });

  it('are not taken for the port of HTTP while there is another one', () => {
    const both = tcp('a', '9000', { env: { VIRTUAL_HOST: 'a.test' }, ports: ['9000', '8080'] });
    const portOf = (container: RuntimeContainer) =>
      route([container]).model.sites[0]?.routes[0]?.upstream.servers[0]?.port;
    expect(portOf(both)).toBe(8080);
    expect(portOf(tcp('a', '9000', { env: { VIRTUAL_HOST: 'a.test' }, ports: ['9000'] }))).toBe(
      9000,
    );
    const excluded = { 'tsgen.exclude-ports': '8080' };
    expect(
      portOf(
        aContainer({ env: { VIRTUAL_HOST: 'a.test' }, ports: ['8080', '81'], labels: excluded }),
      ),
    ).toBe(81);
  });

  it('end TLS with the certificate of the first host, or the one that is named', () => {
    const env = { VIRTUAL_HOST: 'a.test' };
    expect(route([tcp('a', '22/ssl', { env })]).services).toMatchObject([{ by: 'a.test' }]);
    expect(
      route([tcp('a', '22/ssl', { labels: { 'tsgen.cert-name': 'other' } })]).services,
    ).toMatchObject([{ by: 'other' }]);
  });

  it('are not there where there is no certificate for their TLS', () => {
    const { services, problems } = route([tcp('a', '22/ssl')]);
    expect(services).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('there is no certificate')]);
  });

  it('follow the oldest where containers disagree about TLS', () => {
    const old = tcp('old', '22', { created: '2025-01-01T00:00:00Z' });
    const { services, problems } = route([tcp('new', '22/ssl'), old]);
    expect(services).toEqual([{ port: 22, servers: ['new:22', 'old:22'] }]);
    expect(problems).toEqual([expect.stringMatching(/^new: old, which is older, has another/)]);
  });

  it.each([
    ['80', 'the proxy speaks HTTP on port 80'],
    ['443', 'the proxy speaks HTTPS on port 443'],
    ['1936', 'the proxy shows its statistics on port 1936'],
    ['8405', 'the proxy answers its monitor on port 8405'],
    ['8081', 'site.test speaks HTTP on port 8081'],
  ])('cannot have port %s, which is taken', (port, reason) => {
    const site = aContainer({
      name: 'site',
      created: '2025-01-01T00:00:00Z',
      env: { VIRTUAL_HOST: 'site.test', EXTERNAL_HTTP_PORT: '8081' },
    });
    const { services, problems } = route([site, tcp('a', port)], {
      TSGEN_STATS_AUTH: 'me:secret',
      TSGEN_MONITOR_URI: '/ping',
      TSGEN_MONITOR_PORT: '8405',
    });
    expect(services).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(reason)]);
  });

  it('keep their port from a younger site', () => {
    const site = aContainer({
      name: 'site',
      created: '2027-01-01T00:00:00Z',
      env: { VIRTUAL_HOST: 'site.test', EXTERNAL_HTTP_PORT: '9000' },
    });
    const { model, problems } = route([tcp('a', '9000'), site]);
    expect(model.sites).toEqual([]);
    expect(problems).toEqual([
      expect.stringContaining('TCP port 9000 hands on what is said on port 9000'),
    ]);
  });

  it('are chosen among by what there is of a connection', () => {
    const by = (balance: string) =>
      route([tcp('a', '9000', { labels: { 'tsgen.balance': balance } })]);
    expect(by('source').model.tcp[0]?.upstream.balance).toEqual({ method: 'source' });
    expect(by('uri').model.tcp[0]?.upstream.balance).toEqual({ method: 'round-robin' });
    expect(by('uri').problems).toEqual([expect.stringContaining('they go round')]);
  });

  it('stay the same objects as long as nothing changes', () => {
    const router = createRouter();
    const input = { containers: [tcp('a', '9000')], vantage: aVantage('front') };
    expect(router(input)).toBe(router({ ...input, containers: [...input.containers] }));
  });
});

describe('words that count only where they are asked for', () => {
  const dockercloud = { dockercloud: true, allowsRaw: false };
  const modelOf = (container: RuntimeContainer, isAsked: boolean, env = {}) =>
    createRouter()({
      containers: [container],
      vantage: aVantage('front'),
      settings: readProxySettings(env, { dockercloud: true }).settings,
      ...(isAsked ? { vocabulary: dockercloud } : {}),
    });

  it('open a port', () => {
    const container = aContainer({ env: { TCP_PORTS: '9000' } });
    expect(modelOf(container, false).tcp).toEqual([]);
    expect(modelOf(container, true).tcp).toMatchObject([{ port: 9000 }]);
  });

  it('serve a service of Compose’s without a host, where the operator names it', () => {
    const labels = { 'com.docker.compose.project': 'p', 'com.docker.compose.service': 's' };
    const named = { ADDITIONAL_SERVICES: 'p:s' };
    const hosts = (wish: object, env: object) =>
      modelOf(aContainer({ labels, ...wish }), true, env).sites.map(({ host }) => host);
    expect(hosts({}, named)).toEqual(['~^.*$']);
    expect(hosts({}, { ADDITIONAL_SERVICES: 'p:other' })).toEqual([]);
    expect(hosts({}, {})).toEqual([]);
    expect(hosts({ env: { VIRTUAL_HOST: 'a.test' } }, named)).toEqual(['a.test']);
  });

  it('say nothing in the proxy’s own language unless that is allowed', () => {
    const container = aContainer({
      env: { VIRTUAL_HOST: 'a.test', EXTRA_SETTINGS: 'x y', EXTRA_ROUTE_SETTINGS: 'z' },
    });
    const build = (allowsRaw: boolean) =>
      createRouter()({
        containers: [container],
        vantage: aVantage('front'),
        vocabulary: { dockercloud: true, allowsRaw },
      });
    expect(JSON.stringify(build(false).sites)).not.toMatch(/x y|"z"/);
    expect(build(false).problems.map(({ variable }) => variable)).toEqual([
      'EXTRA_ROUTE_SETTINGS',
      'EXTRA_SETTINGS',
    ]);
    const [site] = build(true).sites;
    expect(site?.routes[0]).toMatchObject({
      raw: ['x y'],
      upstream: { servers: [{ raw: 'z' }] },
    });
    expect(build(true).problems).toEqual([]);
  });

  it('order expressions by weight, and say where a weight changes nothing', () => {
    const web = (name: string, host: string, weight: string) =>
      aContainer({ name, env: { VIRTUAL_HOST: host, VIRTUAL_HOST_WEIGHT: weight } });
    const model = createRouter()({
      containers: [web('a', '~a', '1'), web('b', '~b', '7'), web('c', 'c.test', '3')],
      vantage: aVantage('front'),
      vocabulary: dockercloud,
    });
    expect(model.sites.map(({ host }) => host)).toEqual(['c.test', '~b', '~a']);
    expect(model.problems.map(({ container }) => container.name)).toEqual(['c']);
  });
});
