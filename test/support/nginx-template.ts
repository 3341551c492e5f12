import { resolve } from 'node:path';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import { PROXY_BY_TEMPLATE } from '../../src/proxies/index.ts';
import { NGINX_LIMITS } from '../../src/proxies/nginx-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import { NO_LIMITS, type ProxyLimits } from '../../src/routing/limits.ts';
import type { RoutingModel, Vantage } from '../../src/routing/model.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import type { TemplateContext, TemplateSettings } from '../../src/templates/context.ts';
import { createEngine, type Template } from '../../src/templates/engine.ts';
import { loadTemplate } from '../../src/templates/load.ts';
import { aContainer, aVantage } from './runtime-containers.ts';

/** The bundled template, as tsgen reads it. */
export async function nginxTemplate(): Promise<Template> {
  return await bundledTemplate('nginx.conf.hbs');
}

/** As `nginxTemplate`, any of them. */
export async function bundledTemplate(name: string): Promise<Template> {
  const source = await loadTemplate(resolve('templates', name), {
    partialDirs: [resolve('templates/partials')],
  });
  return createEngine({
    exists: () => false,
    read: () => undefined,
    list: () => undefined,
  }).compile(source);
}

/** What the proxy of a bundled template cannot do. */
export function limitsOf(template: string): ProxyLimits {
  return PROXY_BY_TEMPLATE.get(template)?.limits ?? NO_LIMITS;
}

/** A context that is whole; its settings are the same object each time. */
export function contextOf(
  model: RoutingModel,
  containers: readonly RuntimeContainer[] = [],
  settings: TemplateSettings = DEFAULT_PROXY_SETTINGS,
): TemplateContext {
  const { sites, tcp, front, problems } = model;
  return {
    containers,
    Env: {},
    Docker: DOCKER,
    sites,
    tcp,
    front,
    problems,
    settings,
    generation: '',
    revision: '0123456789abcdef',
  };
}

export function renderNginx(
  template: Template,
  containers: readonly RuntimeContainer[],
  vantage: Vantage = aVantage('front'),
): string {
  const model = createRouter()({ containers, vantage, limits: NGINX_LIMITS });
  return template.render(contextOf(model, containers)).join('');
}

/** The longest host that there can be. */
export const LONGEST_HOST = ['a', 'b', 'c', 'd']
  .map((char) => char.repeat(63))
  .join('.')
  .slice(0, 253);

/** One of each kind of host, path, protocol, address and state. */
export function richContainers(): readonly RuntimeContainer[] {
  const protocols = ['http', 'https', 'uwsgi', 'fastcgi', 'grpc', 'grpcs'];
  const hosts = [
    ...['exact.test', '*.prefix.test', 'suffix.*', '~^r(egex){1}\\.test$', '192.0.2.7'],
    ...['2001:db8::7', 'under_score.test', 'münchen.test', LONGEST_HOST],
    ...[`*.${LONGEST_HOST.slice(2)}`, `${LONGEST_HOST.slice(2)}.*`],
  ];
  const web = (name: string, env: Readonly<Record<string, string>>, more: object = {}) =>
    aContainer({ name, env: { VIRTUAL_HOST: 'many.test', ...env }, ...more });
  return [
    ...hosts.map((host, index) => web(`host-${index}`, { VIRTUAL_HOST: host })),
    ...protocols.map((proto) =>
      web(proto, { VIRTUAL_HOST: `${proto}.test`, VIRTUAL_PROTO: proto }),
    ),
    web('path', { VIRTUAL_PATH: '/api/', VIRTUAL_DEST: '/v1/' }),
    web('odd-path', { VIRTUAL_PATH: '/$a(b)!&*+,=:@~', VIRTUAL_DEST: '/%20(b)!&*+,=:@~' }),
    web('regex-path', { VIRTUAL_PATH: '~^/(a b|"c"|\\{d\\})$' }),
    web('loose-path', { VIRTUAL_PATH: '~*\\.php$' }),
    web(
      'six',
      { VIRTUAL_HOST: 'six.test' },
      {
        networks: { front: { GlobalIPv6Address: '2001:db8::2' } },
        ports: ['3000', '9000'],
      },
    ),
    web('loaded', {
      ...{ VIRTUAL_HOST: 'loaded.test', TSGEN_WEIGHT: '256', TSGEN_STICKY: 'true' },
      ...{
        TSGEN_BODY_LIMIT: '10m',
        TSGEN_CONNECT_TIMEOUT: '500ms',
        TSGEN_SERVER_TIMEOUT: '1500ms',
      },
      ...{ TSGEN_HEALTH_CHECK: 'HEAD /live?a=1&b=%20 host=loaded.test interval=500ms' },
    }),
    web('drained', { VIRTUAL_HOST: 'loaded.test', TSGEN_WEIGHT: '0' }),
    web('spare', { VIRTUAL_HOST: 'loaded.test', TSGEN_BACKUP: 'true' }),
    web('spare-alone', { VIRTUAL_HOST: 'spare.test', TSGEN_BACKUP: 'true', TSGEN_WEIGHT: '0' }),
    ...['source', 'uri', 'random', 'least-traffic'].flatMap((balance) => {
      const host = { VIRTUAL_HOST: `${balance}.test`, TSGEN_STICKY: 'SRV' };
      return [
        web(`${balance}-1`, { ...host, TSGEN_BALANCE: balance, TSGEN_WEIGHT: '3' }),
        web(`${balance}-2`, { ...host, TSGEN_BACKUP: 'true' }),
        web(`${balance}-3`, { ...host, TSGEN_BACKUP: 'true', TSGEN_WEIGHT: '0' }),
      ];
    }),
    ...protocols.map((proto) =>
      web(`loaded-${proto}`, {
        ...{
          VIRTUAL_HOST: `loaded-${proto}.test`,
          VIRTUAL_PROTO: proto,
          TSGEN_SERVER_TIMEOUT: '1m',
        },
        ...{ TSGEN_HEALTH_CHECK: 'tcp', TSGEN_BODY_LIMIT: 'off', TSGEN_CONNECT_TIMEOUT: '1s' },
      }),
    ),
    web('loaded-regex', {
      ...{ VIRTUAL_HOST: '~^loaded\\.regex$', TSGEN_STICKY: 'true', TSGEN_BODY_LIMIT: '1k' },
      ...{ TSGEN_HEALTH_CHECK: '/', TSGEN_BALANCE: 'least-connections' },
    }),
    web('sick', {}, { health: 'unhealthy' }),
    web('alone', { VIRTUAL_HOST: 'alone.test' }, { stopping: true }),
    web('lost', { VIRTUAL_HOST: 'lost.test' }, { networks: { elsewhere: { IP: '10.0.0.2' } } }),
    web('bad', { VIRTUAL_PORT: '99999\n}\nserver {' }),
    web('worse\n}', { VIRTUAL_HOST: `{{x}} ${'\u{1f600}\u2028"#;'.repeat(2000)}` }),
  ];
}

const DOCKER = {
  Name: '',
  NumContainers: 0,
  NumImages: 0,
  Version: '',
  ApiVersion: '',
  GoVersion: '',
  OperatingSystem: '',
  Architecture: '',
  CurrentContainerID: '',
};
