import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { NGINX_LIMITS } from '../../src/proxies/nginx-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import type { Template } from '../../src/templates/engine.ts';
import { REGEX_LIMIT } from '../../src/templates/quote.ts';
import { type Directive, parseNginx } from '../support/nginx-syntax.ts';
import {
  contextOf,
  nginxTemplate,
  renderNginx,
  richContainers,
} from '../support/nginx-template.ts';
import { aContainer, aVantage, type ContainerWish } from '../support/runtime-containers.ts';

let template: Template;

beforeAll(async () => {
  template = await nginxTemplate();
});

const render = (...wishes: readonly ContainerWish[]) =>
  renderNginx(template, wishes.map(aContainer));

/** The part of a file that belongs to a site. */
function siteText(text: string, host: string): string {
  const start = text.indexOf(`# Site ${host}\n`);
  expect(start, `there is no site ${host} in\n${text}`).toBeGreaterThanOrEqual(0);
  const end = text.indexOf('# Site ', start + 1);
  return text.slice(start, end < 0 ? text.length : end);
}

const web = (name: string, wish: ContainerWish = {}): ContainerWish => ({
  name,
  env: { VIRTUAL_HOST: 'a.test' },
  ...wish,
});

describe('the bundled nginx template', () => {
  it('answers 503 to everybody where there is no container', () => {
    const [control, ...servers] = parseNginx(render()).filter(({ name }) => name === 'server');
    expect(control?.block?.[0]).toEqual({ name: 'listen', args: ['127.0.0.1:18404'] });
    expect(servers).toEqual([
      {
        name: 'server',
        args: [],
        block: [
          { name: 'server_name', args: ['_'] },
          { name: 'listen', args: ['80', 'default_server'] },
          { name: 'listen', args: ['443', 'ssl', 'default_server'] },
          { name: 'access_log', args: ['/var/log/nginx/access.log', 'vhost'] },
          { name: 'ssl_reject_handshake', args: ['on'] },
          { name: 'location', args: ['/'], block: [{ name: 'return', args: ['503'] }] },
        ],
      },
    ]);
  });

  it('says of each server which container it is, and of each other why it is none', () => {
    const text = render(
      web('web-10', { networks: { front: { IP: '10.0.0.10' } } }),
      web('web-2', { networks: { front: { GlobalIPv6Address: '2001:db8::2' } }, ports: [] }),
      web('sick', { health: 'unhealthy' }),
      web('lost', { networks: { back: { IP: '10.0.1.2' } } }),
    );
    expect(siteText(text, 'a.test')).toBe(`# Site a.test
upstream a.test {
    server [2001:db8::2]:80 max_fails=0; # web-2, over network front
    #   it exposes no port, and VIRTUAL_PORT is not set: 80 is taken
    server 10.0.0.10:80 max_fails=0; # web-10, over network front
    # without lost: shares no network with the proxy (it is on only back, proxy on front): docker network connect front lost
    # without sick: unhealthy
    keepalive 4;
}
# The same for what may not be repeated: see $upstream_once.
upstream a.test+once {
    server [2001:db8::2]:80 max_fails=0; # web-2, over network front
    #   it exposes no port, and VIRTUAL_PORT is not set: 80 is taken
    server 10.0.0.10:80 max_fails=0; # web-10, over network front
    # without lost: shares no network with the proxy (it is on only back, proxy on front): docker network connect front lost
    # without sick: unhealthy
}
server {
    server_name a.test;
    listen 80;
    listen 443 ssl;
    access_log /var/log/nginx/access.log vhost;
    # There is no certificate for it, or none for its clients.
    ssl_reject_handshake on;
    location ^~ /.well-known/acme-challenge/ {
        auth_basic off;
        auth_request off;
        allow all;
        root /usr/share/nginx/html;
        try_files $uri =404;
    }
    location / {
        set $upstream_keepalive on;
        if ($upstream_once) {
            set $upstream_keepalive off;
            proxy_pass http://a.test+once;
        }
        proxy_pass http://a.test;
    }
}
`);
  });

  it('answers 503 for a path without a server, and 404 for a path without a container', () => {
    const env = { VIRTUAL_HOST: 'a.test', VIRTUAL_PATH: '/api' };
    const text = siteText(render(web('api', { env, status: 'paused' })), 'a.test');
    expect(text).toMatch(
      /^# Site a\.test\n# upstream a\.test-[0-9a-f]{40} has no server:\n# {3}without api: paused\nserver \{\n/,
    );
    expect(text).toMatch(
      / {4}location \/api \{\n {8}# Nobody is there at the moment\.\n {8}add_header Retry-After 5 always;\n {8}return 503;\n {4}\}\n {4}# No container asks for the other paths\.\n {4}location \/ \{\n {8}return 404;\n {4}\}\n\}\n$/,
    );
  });

  it.each([
    ['http', ['set $upstream_keepalive on', 'if ($upstream_once)', 'proxy_pass http://p.test']],
    ['https', ['set $upstream_keepalive on', 'if ($upstream_once)', 'proxy_pass https://p.test']],
    ['grpc', ['grpc_pass grpc://p.test']],
    ['grpcs', ['grpc_pass grpcs://p.test']],
    ['uwsgi', ['include uwsgi_params', 'uwsgi_param HTTP_PROXY ', 'uwsgi_pass p.test']],
    [
      'fastcgi',
      [
        'root /var/www/public',
        'include fastcgi_params',
        'fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name',
        'fastcgi_param HTTP_PROXY ',
        'fastcgi_pass p.test',
      ],
    ],
  ])('speaks %s', (proto, expected) => {
    const text = render(web('p', { env: { VIRTUAL_HOST: 'p.test', VIRTUAL_PROTO: proto } }));
    const [location] = locationsOf(parseNginx(text), 'p.test');
    const lines = location?.block?.map(({ name, args }) => `${name} ${args.join(' ')}`);
    expect(lines).toEqual(expected);
  });

  it.each([
    ['/', '', ['/'], 'http://a.test'],
    ['/api/', '/v1/', ['/api/'], /^http:\/\/a\.test-[0-9a-f]{40}\/v1\/$/],
    [
      '~^/(a b|"c"){1}$',
      '',
      ['~', `${REGEX_LIMIT}^/(a b|"c"){1}$`],
      /^http:\/\/a\.test-[0-9a-f]{40}$/,
    ],
    ['~*\\.PHP$', '', ['~*', `${REGEX_LIMIT}\\.PHP$`], /^http:\/\/a\.test-[0-9a-f]{40}$/],
  ])('has a location for %s to %j', (path, dest, args, target) => {
    const env = { VIRTUAL_HOST: 'a.test', VIRTUAL_PATH: path, VIRTUAL_DEST: dest };
    const directives = parseNginx(render(web('p', { env })));
    const [location] = locationsOf(directives, 'a.test');
    expect(location?.args).toEqual(args);
    const pass = location?.block?.at(-1);
    expect(pass).toEqual({ name: 'proxy_pass', args: [expect.stringMatching(target)] });
    const upstreams = directives.filter(({ name }) => name === 'upstream');
    expect(pass?.args[0]).toContain(`//${upstreams[0]?.args[0]}${dest}`);
  });

  describe('sends a request that may not be repeated over a connection of its own', () => {
    const wish = (env: Readonly<Record<string, string>>, keepalive?: string) =>
      web('p', {
        env: { VIRTUAL_HOST: 'p.test', ...env },
        ...(keepalive === undefined ? {} : { labels: { 'tsgen.keepalive': keepalive } }),
      });
    const keptOf = (container: ContainerWish) => {
      const directives = parseNginx(render(container));
      const upstreams = directives.filter(({ name }) => name === 'upstream');
      const [location] = locationsOf(directives, 'p.test');
      return {
        keepalive: upstreams.map(({ block }) =>
          Number(block?.find(({ name }) => name === 'keepalive')?.args[0] ?? 0),
        ),
        others: location?.block?.filter(({ name }) => name === 'if').map(({ block }) => block),
      };
    };
    const dest = { VIRTUAL_PATH: '/api/', VIRTUAL_DEST: '/' };

    it.each([
      ['http', undefined, 2],
      ['https', '7', 7],
    ])('by an upstream of its own, in %s with keepalive %s', (proto, keepalive, count) => {
      expect(keptOf(wish({ VIRTUAL_PROTO: proto }, keepalive))).toEqual({
        keepalive: [count, 0],
        others: [
          [
            { name: 'set', args: ['$upstream_keepalive', 'off'] },
            { name: 'proxy_pass', args: [`${proto}://p.test+once`] },
          ],
        ],
      });
    });

    it.each([
      ['the path is replaced', dest, undefined, 0],
      ['the path is replaced and a number asked for', dest, '7', 7],
      ['it speaks FastCGI', { VIRTUAL_PROTO: 'fastcgi' }, undefined, 0],
      ['it speaks FastCGI and a number is asked for', { VIRTUAL_PROTO: 'fastcgi' }, '7', 7],
      ['it speaks gRPC', { VIRTUAL_PROTO: 'grpc' }, undefined, 2],
      ['none are kept', {}, 'disabled', 0],
    ])('or like all others where %s', (_, env, keepalive, count) => {
      expect(keptOf(wish(env, keepalive))).toEqual({ keepalive: [count], others: [] });
    });
  });

  it.each([
    ['', false],
    ['1.26.3', false],
    ['1.27.3', false],
    ['1.27.4', true],
    ['1.30', true],
  ])('lets kept client connections outlive a reload where nginx is %j: %s', (version, expected) => {
    const settings = { ...DEFAULT_PROXY_SETTINGS, nginxVersion: version };
    const model = createRouter()({ containers: [], vantage: { kind: 'host' }, settings });
    const text = template.render(contextOf(model, [], settings)).join('');
    expect(text.includes('keepalive_min_timeout 5s;')).toBe(expected);
  });

  it('names each kind of host as nginx reads it', () => {
    const hosts = ['a.test', '*.a.test', 'a.*', '[2001:db8::1]', '~^(a|"b"){2};\\.test$'];
    const text = render(...hosts.map((host) => web(host, { env: { VIRTUAL_HOST: host } })));
    const names = parseNginx(text)
      .flatMap(({ block }) => block ?? [])
      .filter(({ name }) => name === 'server_name')
      .flatMap(({ args }) => args);
    const named = hosts.map((host) => host.replace(/^~/, () => `~${REGEX_LIMIT}`));
    expect(names.sort()).toEqual([...named, '_'].sort());
  });

  it('lists what could not be done', () => {
    const text = render(
      web('bad', { env: { VIRTUAL_HOST: 'a.test', VIRTUAL_PORT: '99999' } }),
      web('worse', { env: { VIRTUAL_HOST: 'a\n}\u202e', VIRTUAL_PROTO: 'x' } }),
    );
    expect(text.split('\n').filter((line) => line.startsWith('#   '))).toEqual([
      "#   bad: VIRTUAL_PORT='99999': a port is one whole number from 1 to 65535; the container gets no traffic until this is mended",
      expect.stringMatching(/^# {3}worse: VIRTUAL_HOST='a\\n\}\\u\{202e\}': /),
      expect.stringMatching(/^# {3}worse: VIRTUAL_PROTO='x': a protocol is one of/),
    ]);
  });

  it('gives the same bytes for the same containers, in any order', () => {
    const containers = richContainers();
    const text = renderNginx(template, containers);
    expect(renderNginx(template, containers.toReversed())).toBe(text);
  });

  it('renders one site of many when one container changed', () => {
    const containers = Array.from({ length: 50 }, (_, index) =>
      aContainer({ name: `web-${index}`, env: { VIRTUAL_HOST: `h${index}.test` } }),
    );
    const route = createRouter();
    const vantage = aVantage('front');
    const limits = NGINX_LIMITS;
    const before = route({ containers, vantage, limits });
    const first = template.render(contextOf(before));
    const changed = aContainer({
      name: 'web-7',
      env: { VIRTUAL_HOST: 'h7.test' },
      health: 'unhealthy',
    });
    const after = route({ containers: containers.with(7, changed), vantage, limits });
    const second = template.render(contextOf(after));
    expect(after.sites.filter((site) => !before.sites.includes(site))).toHaveLength(1);
    const anew = second.filter((chunk) => !first.includes(chunk));
    expect(anew).toHaveLength(1);
    expect(anew[0]).toContain('#   without web-7: unhealthy\n');
  });
});

describe('hostile values in the bundled nginx template', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc
      .array(
        fc.constantFrom(
          ...['{', '}', ';', '"', "'", '\\', '$host', '#', '\n', '\r', '{{/memo}}', '{{{x}}}', ' '],
          ...[
            '~',
            '~*',
            '^/',
            '*.',
            'evil',
            '.test',
            '(',
            ')',
            '[',
            ']',
            '{2}',
            ',',
            '/',
            '\u2028',
          ],
        ),
        { maxLength: 8 },
      )
      .map((pieces) => pieces.join('')),
  );
  const often = (usual: string) =>
    fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: text });
  const evil = fc.record({
    name: fc.oneof(fc.constant('evil'), text),
    created: fc.constant('2026-01-02T00:00:00Z'),
    networks: fc.oneof(
      fc.constant({ front: { IP: '10.6.6.6' } }),
      text.map((name) => ({ [`x${name}`]: { IP: '10.6.6.6' } })),
    ),
    env: fc.record({
      VIRTUAL_HOST: fc.oneof(
        { weight: 3, arbitrary: fc.constant('evil.test') },
        { weight: 1, arbitrary: text.map((value) => `~${value}`) },
        { weight: 1, arbitrary: text },
      ),
      VIRTUAL_PORT: often('8080'),
      VIRTUAL_PATH: fc.oneof(
        { weight: 3, arbitrary: often('/x') },
        { weight: 1, arbitrary: text.map((value) => `~${value}`) },
      ),
      VIRTUAL_DEST: often(''),
      VIRTUAL_PROTO: often('http'),
    }),
  });

  it('bring no directive of their own and change nothing for others', () => {
    const neighbours = [
      aContainer(web('n-1')),
      aContainer({ name: 'n-2', env: { VIRTUAL_HOST: '*.b.test', VIRTUAL_PATH: '/api' } }),
    ];
    const alone = parseNginx(renderNginx(template, neighbours));
    const known = new Set(alone.map((directive) => JSON.stringify(directive)));
    let routed = 0;
    fc.assert(
      fc.property(evil, (wish) => {
        const containers = [aContainer(wish), ...neighbours];
        const directives = parseNginx(renderNginx(template, containers));
        const model = createRouter()({
          containers,
          vantage: aVantage('front'),
          limits: NGINX_LIMITS,
        });
        const servers = directives.filter(({ name }) => name === 'server');
        // One for other hosts, and one for tsgen's questions.
        expect(servers).toHaveLength(model.sites.length + 2);
        const added = directives.filter((directive) => !known.has(JSON.stringify(directive)));
        expect(directives.length - added.length).toBe(alone.length);
        routed += added.length;
        for (const directive of added) expectSiteDirective(directive);
      }),
      { numRuns: 500 },
    );
    expect(routed).toBeGreaterThan(100);
  });
});

/** What may come with one more container: an upstream, and a server with one location. */
function expectSiteDirective({ name, block = [] }: Directive): void {
  const names = block.map((directive) => directive.name).join(' ');
  if (name === 'upstream') {
    expect(names).toMatch(/^server( keepalive)?$/);
    return;
  }
  expect(name).toBe('server');
  expect(names).toMatch(
    /^server_name listen listen access_log ssl_reject_handshake location location( location)?$/,
  );
  for (const { name: inner, block: location = [] } of block.slice(6)) {
    expect(inner).toBe('location');
    const inside = location.map((directive) => directive.name).join(' ');
    expect(inside).toMatch(/^(?:set if proxy_pass|(?:add_header )?return)$/);
  }
}

describe('the partials of the bundled templates', () => {
  it('are all used', async () => {
    const files = await readdir('templates/partials');
    const used = await Promise.all(
      [
        ...['nginx.conf', 'apache.conf', 'haproxy.cfg'].map((name) => `templates/${name}.hbs`),
        ...files.map((file) => `templates/partials/${file}`),
      ].map((file) => readFile(file, 'utf8')),
    );
    // As a partial, or by name for `eval` and those that call it.
    const calls = [...used.join('').matchAll(/(?:\{\{~?> |")([\w-]+)/g)]
      .map(([, name]) => `${name}.hbs`)
      .filter((name) => files.includes(name));
    expect([...new Set(calls)].sort()).toEqual(files.sort());
  });
});

/** The locations of a site but for the one of ACME challenges. */
function locationsOf(directives: readonly Directive[], host: string): readonly Directive[] {
  return serverOf(directives, host).filter(
    ({ name, args }) => name === 'location' && args[0] !== '^~',
  );
}

function serverOf(directives: readonly Directive[], host: string): readonly Directive[] {
  const servers = directives.filter(
    ({ name, block }) =>
      name === 'server' &&
      block?.some((inner) => inner.name === 'server_name' && inner.args[0] === host),
  );
  expect(servers).toHaveLength(1);
  return servers[0]?.block ?? [];
}
