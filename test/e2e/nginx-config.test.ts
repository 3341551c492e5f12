import { writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { NGINX_PLACES } from '../../src/proxies/nginx-file-places.ts';
import { NGINX_LIMITS } from '../../src/proxies/nginx-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import { readIntent } from '../../src/routing/intent.ts';
import { readProxySettings } from '../../src/routing/read-proxy-settings.ts';
import type { Template } from '../../src/templates/engine.ts';
import {
  aThousandSites,
  type ConfigTester,
  putFiles,
  saidBy,
  sitesOf,
  verdict,
} from '../support/config-tester.ts';
import { Engine } from '../support/engine.ts';
import { hostileModel, operatorsFiles, RICH_SETTINGS } from '../support/hostile-model.ts';
import { hostileEnvironment } from '../support/hostile-settings.ts';
import type { Front } from '../support/http.ts';
import { publishedFront } from '../support/nginx-scene.ts';
import {
  contextOf,
  nginxTemplate,
  renderNginx,
  richContainers,
} from '../support/nginx-template.ts';
import { aContainer, type ContainerWish } from '../support/runtime-containers.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

// What the bundled template makes of containers, which need not exist, before a real nginx.

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
let template: Template;

beforeAll(async () => {
  template = await nginxTemplate();
});

afterAll(() => workspace[Symbol.asyncDispose]());

const NGINX: ConfigTester = { image: images.nginx, folder: '/etc/nginx/conf.d', check: 'nginx -t' };

/** What `nginx -t` says of a configuration, after a shell line has prepared what it looks at. */
const verdictOn = (part: string, config: string, prepare?: string) =>
  verdict(workspace, NGINX, part, {
    files: { 'default.conf': config },
    ...(prepare === undefined ? {} : { prepare }),
  });

const ACCEPTED = [
  'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok',
  'nginx: configuration file /etc/nginx/nginx.conf test is successful',
];

describe('nginx accepts without a warning', () => {
  it('a file without a site', async () => {
    expect(await verdictOn('none', renderNginx(template, []))).toEqual(ACCEPTED);
  });

  it('each kind of host, path, protocol, address and state, and hostile comments', async () => {
    expect(await verdictOn('rich', renderNginx(template, richContainers()))).toEqual(ACCEPTED);
  });

  it('a thousand sites', async () => {
    expect(await verdictOn('many', renderNginx(template, aThousandSites()))).toEqual(ACCEPTED);
  });
});

describe('nginx accepts whatever survives validation:', () => {
  const soup = (...pieces: readonly string[]) =>
    fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((list) => list.join(''));

  it('regular expressions', async () => {
    const regex = soup(
      ...['a', 'B', '0', '-', '_', '.', ' ', '"', "'", '#', ';', '$', '^', ':', '=', '!', '<', 'P'],
      ...[
        '[',
        '[^',
        ']',
        '[a-z]',
        '[\\w-]',
        '[.-9]',
        '[a-c-e]',
        '[.',
        '.]',
        '[:',
        ':]',
        '[=',
        '=]',
      ],
      ...['(', '(?:', '(?=', '(?!', ')', '|', '*', '+', '?', '*?', '{', '}', '{2}', '{2,}', '{,3}'],
      ...['\\', '\\d', '\\W', '\\b', '\\.', '\\{', '\\]', '\\\\', '{2,5}', '{999}', '--', '&&'],
    );
    const envs = fc
      .sample(fc.tuple(regex, regex), 20_000)
      .map(([host, path]) => ({ VIRTUAL_HOST: `~${host}`, VIRTUAL_PATH: `~*${path}` }));
    const accepted = sitesOf(envs).filter((container) => readIntent(container).wishes.length > 0);
    expect(accepted.length).toBeGreaterThan(500);
    const log = await verdictOn('regex', renderNginx(template, accepted));
    expect(log.slice(-2)).toEqual(ACCEPTED);
  });

  it('hostile values in every setting, with all kinds of files there', {
    timeout: 600_000,
  }, async () => {
    const model = hostileModel(NGINX_PLACES, { limits: NGINX_LIMITS });
    const config = template.render(contextOf(model, [], RICH_SETTINGS)).join('');
    const log = await verdictOn('hostile', config, MAKE_FILES);
    expect(log.slice(-2)).toEqual(ACCEPTED);
  });
});

describe('nginx accepts whatever the operator sets, when it is valid:', () => {
  /** Variables are nginx's own, and only nginx knows which there are. */
  const namesOthers = (text: string) => /\$(?!(?:host|request_uri|scheme)\b)/.test(text);

  it('hostile values in every setting of the proxy', async () => {
    const environments = fc
      .sample(hostileEnvironment, 400)
      .filter(({ LOG_FORMAT = '', DEFAULT_ROOT = '' }) => !namesOthers(LOG_FORMAT + DEFAULT_ROOT))
      .slice(0, 60);
    expect(environments).toHaveLength(60);
    const folder = await workspace.folder('settings');
    for (const [number, env] of environments.entries()) {
      const { settings, problems } = readProxySettings(env);
      const model = createRouter()({
        // The second has no `/` of its own: there DEFAULT_ROOT answers.
        containers: sitesOf([
          { VIRTUAL_HOST: 'a.test' },
          { VIRTUAL_HOST: 'rest.test', VIRTUAL_PATH: '/api' },
        ]),
        vantage: { kind: 'host' },
        settings,
        files: operatorsFiles(NGINX_PLACES),
        places: NGINX_PLACES,
        limits: NGINX_LIMITS,
        now: Date.now(),
      });
      const context = contextOf({ ...model, problems }, [], settings);
      const { NGINX_PROXY_VERSION = '' } = env;
      const text = template.render({ ...context, Env: { NGINX_PROXY_VERSION } }).join('');
      await writeFile(join(folder, `${number}.conf`), text);
    }
    // In one container, each by itself; why nginx refuses it goes with its number and environment.
    const each = [
      'for number in $(seq 0 "$1"); do',
      'cp "/settings/$number.conf" /etc/nginx/conf.d/default.conf;',
      'nginx -t -q 2>/tmp/said || sed "s/^/$number: /" /tmp/said;',
      'done; echo tried',
    ].join(' ');
    const tester = await workspace.create('settings', images.nginx, {
      args: ['--network=none'],
      command: ['sh', '-c', `${MAKE_FILES} && ${each}`, 'sh', String(environments.length - 1)],
    });
    await engine.docker(['cp', folder, `${tester}:/settings`]);
    const said = await saidBy(workspace, tester);
    expect(
      said.map((line) => `${line} ${JSON.stringify(environments[Number.parseInt(line, 10)])}`),
    ).toEqual(['tried undefined']);
  });
});

/** What {@link operatorsFiles} has. */
const MAKE_FILES = [
  'cd /etc/nginx && mkdir -p certs vhost.d htpasswd /usr/share/nginx/html/errors',
  'openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=a.test -keyout certs/shared.key -out certs/shared.crt 2>/dev/null',
  'for name in default a.test; do cp certs/shared.crt certs/$name.crt; cp certs/shared.key certs/$name.key; done',
  'for name in default a.test "*.w.test"; do echo "client_max_body_size 1m;" >"vhost.d/$name"; done',
  'for name in default_location a.test_location; do echo "proxy_read_timeout 7s;" >"vhost.d/$name"; done',
  'echo "proxy_http_version 1.1;" >proxy.conf',
  'echo "deny all;" >network_internal.conf',
  'cp fastcgi_params fastcgi.conf',
  'touch htpasswd/a.test /usr/share/nginx/html/errors/50x.html',
].join(' && ');

/** Answers with what it was asked, a line a header. */
const ECHO = `server {
    listen 127.0.0.1:8000;
    location / {
        default_type text/plain;
        return 200 "uri: $request_uri
host: $http_host
connection: $http_connection
upgrade: $http_upgrade
proxy: $http_proxy
x-real-ip: $http_x_real_ip
x-forwarded-for: $http_x_forwarded_for
x-forwarded-host: $http_x_forwarded_host
x-forwarded-proto: $http_x_forwarded_proto
x-forwarded-ssl: $http_x_forwarded_ssl
x-forwarded-port: $http_x_forwarded_port
x-original-uri: $http_x_original_uri
protocol: $server_protocol
requests: $connection_requests";
    }
}
`;

describe('nginx with the rendered configuration', () => {
  let front: Front;

  const backend = (
    host: string,
    env: Readonly<Record<string, string>> = {},
    wish: ContainerWish = {},
  ) =>
    aContainer({
      name: host,
      env: { VIRTUAL_HOST: host, VIRTUAL_PORT: '8000', ...env },
      networks: { front: { IP: '127.0.0.1' } },
      ...wish,
    });

  beforeAll(async () => {
    const nginx = await workspace.create('echo', images.nginx, {
      args: ['--publish=127.0.0.1::80'],
    });
    const containers = [
      backend('a.test,*.wild.test,~^re[0-9]{2}\\.test$,2001:db8::1'),
      backend('api.test', { VIRTUAL_PATH: '/api/', VIRTUAL_DEST: '/v1/' }),
      backend('away.test', {}, { health: 'unhealthy' }),
    ];
    await putFiles(workspace, nginx, NGINX.folder, {
      'default.conf': renderNginx(template, containers),
      'echo.conf': ECHO,
    });
    await engine.docker(['start', nginx]);
    front = await publishedFront(workspace, nginx, 80);
    await vi.waitFor(() => ask('a.test', '/'), BY_ENGINE);
  });

  async function ask(host: string, path: string, headers: Readonly<Record<string, string>> = {}) {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request({
        createConnection: front,
        path,
        headers: { host, connection: 'close', ...headers },
      });
      asked.once('response', resolve).once('error', reject).end();
    });
    const body = await text(response);
    const seen = Object.fromEntries(
      body.split('\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 2)]),
    );
    return { status: response.statusCode, seen };
  }

  it('tells the back end who asked for what', async () => {
    const { status, seen } = await ask('A.test:8080', '/x%20y?z=1', { proxy: 'http://evil.test' });
    expect(status).toBe(200);
    expect(seen).toEqual({
      uri: '/x%20y?z=1',
      host: 'a.test:8080',
      connection: '',
      upgrade: '',
      proxy: '',
      'x-real-ip': expect.stringMatching(/^[\d.]+$/),
      'x-forwarded-for': seen['x-real-ip'],
      'x-forwarded-host': 'a.test:8080',
      'x-forwarded-proto': 'http',
      'x-forwarded-ssl': 'off',
      'x-forwarded-port': '80',
      'x-original-uri': '/x%20y?z=1',
      protocol: 'HTTP/1.1',
      requests: expect.stringMatching(/^\d+$/),
    });
  });

  it('believes a proxy before it', async () => {
    const { seen } = await ask('a.test', '/', {
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-host': 'b.test',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '8443',
    });
    expect(seen).toMatchObject({
      host: 'a.test',
      'x-forwarded-for': `192.0.2.1, ${seen['x-real-ip']}`,
      'x-forwarded-host': 'b.test',
      'x-forwarded-proto': 'https',
      'x-forwarded-ssl': 'on',
      'x-forwarded-port': '8443',
    });
  });

  it('hands on the wish for a WebSocket, and keeps other connections open', async () => {
    const { seen } = await ask('a.test', '/', { connection: 'Upgrade', upgrade: 'websocket' });
    expect(seen).toMatchObject({ connection: 'upgrade', upgrade: 'websocket' });
    // Each worker of nginx keeps connections of its own.
    await vi.waitFor(async () => {
      const { seen: again } = await ask('a.test', '/');
      expect(Number(again.requests)).toBeGreaterThan(1);
    }, BY_ENGINE);
  });

  it.each(['x.wild.test', 'y.x.wild.test', 're42.test', '[2001:db8::1]', '[2001:db8::1]:8080'])(
    'finds the site of %s',
    async (host) => {
      const { status, seen } = await ask(host, '/');
      expect(status).toBe(200);
      expect(seen.host).toBe(host);
    },
  );

  it('puts the destination in the place of the path', async () => {
    const { seen } = await ask('api.test', '/api/x?y');
    expect(seen).toMatchObject({ uri: '/v1/x?y', 'x-original-uri': '/api/x?y' });
  });

  it.each([
    ['api.test', '/other', 404],
    ['away.test', '/', 503],
    ['unknown.test', '/', 503],
    ['re4.test', '/', 503],
    ['192.0.2.9', '/', 503],
  ])('answers for %s %s with %d', async (host, path, status) => {
    expect((await ask(host, path)).status).toBe(status);
  });
});
