import { beforeAll, describe, expect, it } from 'vitest';
import { createRouter } from '../../src/routing/build.ts';
import type { Template } from '../../src/templates/engine.ts';
import { parseNginx } from '../support/nginx-syntax.ts';
import { bundledTemplate, contextOf, limitsOf } from '../support/nginx-template.ts';
import { filesWith, PLACES } from '../support/routing-files.ts';
import { aContainer } from '../support/runtime-containers.ts';

// How the bundled templates spell what containers ask for by words that know no proxy. What comes of
// it on real proxies is for the scenarios to show.

const TEMPLATES = ['nginx.conf.hbs', 'haproxy.cfg.hbs', 'apache.conf.hbs'] as const;
type Name = (typeof TEMPLATES)[number];
const compiled = new Map<Name, Template>();

beforeAll(async () => {
  for (const name of TEMPLATES) compiled.set(name, await bundledTemplate(name));
});

type Env = Readonly<Record<string, string>>;

/** The lines of the site's part without blanks around them and comments, for these containers. */
function linesOf(template: Name, ...envs: readonly Env[]): readonly string[] {
  const containers = envs.map((env, index) =>
    aContainer({
      name: `c${index}`,
      env: { VIRTUAL_HOST: 'a.test', ...env },
      networks: { front: { IP: `10.0.0.${index + 2}` } },
    }),
  );
  const model = createRouter()({
    ...{ containers, vantage: { kind: 'host' }, limits: limitsOf(template) },
  });
  const text = compiled.get(template)?.render(contextOf(model)).join('') ?? '';
  return text
    .slice(text.indexOf('# Site a.test'))
    .split('\n')
    .map((line) => line.replace(/ # .*/, '').trim());
}

/** Each once: nginx's servers stand in two upstreams. */
const matching = (template: Name, start: RegExp, ...envs: readonly Env[]) => [
  ...new Set(linesOf(template, ...envs).filter((line) => start.test(line))),
];

describe('the share of each server', () => {
  const SHARES: readonly Env[] = [
    { TSGEN_WEIGHT: '200' },
    { TSGEN_WEIGHT: '0' },
    { TSGEN_BACKUP: 'true', TSGEN_WEIGHT: '3' },
  ];

  it('is spelt for nginx, which drains only where clients stick', () => {
    const plain = matching('nginx.conf.hbs', /^server 10/, ...SHARES);
    expect(plain).toEqual([
      'server 10.0.0.2:80 max_fails=0 weight=200;',
      'server 10.0.0.3:80 max_fails=0 down;',
      'server 10.0.0.4:80 max_fails=0 weight=3 backup;',
    ]);
    const sticky = matching('nginx.conf.hbs', /^server 10/, { TSGEN_STICKY: 'A' }, ...SHARES);
    expect(sticky).toEqual([
      expect.stringMatching(/^server 10\.0\.0\.2:80 max_fails=0 route=[0-9a-f]{16};$/),
      expect.stringMatching(/^server 10\.0\.0\.3:80 max_fails=0 weight=200 route=[0-9a-f]{16};$/),
      expect.stringMatching(/^server 10\.0\.0\.4:80 max_fails=0 drain route=[0-9a-f]{16};$/),
      expect.stringMatching(
        /^server 10\.0\.0\.5:80 max_fails=0 weight=3 backup route=[0-9a-f]{16};$/,
      ),
    ]);
    expect(new Set(sticky.map((line) => /route=.*/.exec(line)?.[0])).size).toBe(4);
  });

  it.each(['source', 'uri', 'random'])(
    'has no backup for nginx beside %s, which would refuse it',
    (balance) => {
      const backup = { TSGEN_BACKUP: 'true' };
      const of = (...envs: readonly Env[]) => matching('nginx.conf.hbs', /^server 10/, ...envs);
      expect(of({ TSGEN_BALANCE: balance }, backup)).toEqual([
        'server 10.0.0.2:80 max_fails=0;',
        'server 10.0.0.3:80 max_fails=0 down;',
      ]);
      // With nobody else, or nobody else who gets anything.
      expect(of({ TSGEN_BALANCE: balance, ...backup })).toEqual([
        'server 10.0.0.2:80 max_fails=0;',
      ]);
      expect(of({ TSGEN_BALANCE: balance, TSGEN_WEIGHT: '0' }, backup)).toEqual([
        'server 10.0.0.2:80 max_fails=0 down;',
        'server 10.0.0.3:80 max_fails=0;',
      ]);
    },
  );

  it('is spelt for HAProxy', () => {
    expect(matching('haproxy.cfg.hbs', /^(?:server|option all)/, ...SHARES)).toEqual([
      'option allbackups',
      expect.stringMatching(/ weight 200$/),
      expect.stringMatching(/ weight 0$/),
      expect.stringMatching(/ weight 3 backup$/),
    ]);
  });

  it('is spelt for httpd, which knows weights up to 100', () => {
    expect(matching('apache.conf.hbs', /^BalancerMember/, ...SHARES)).toEqual([
      expect.stringMatching(/ loadfactor=100$/),
      expect.stringMatching(/ status=\+N$/),
      expect.stringMatching(/ loadfactor=3 status=\+H$/),
    ]);
  });
});

describe('times', () => {
  const TIMES = { TSGEN_CONNECT_TIMEOUT: '500ms', TSGEN_SERVER_TIMEOUT: '1500ms' };

  it.each([
    ['http', 'proxy'],
    ['https', 'proxy'],
    ['grpc', 'grpc'],
    ['grpcs', 'grpc'],
    ['fastcgi', 'fastcgi'],
    ['uwsgi', 'uwsgi'],
  ])('of %s are spelt for nginx', (proto, prefix) => {
    const lines = linesOf('nginx.conf.hbs', { VIRTUAL_PROTO: proto, ...TIMES });
    expect(lines.filter((line) => /timeout/.test(line))).toEqual([
      `${prefix}_connect_timeout 500ms;`,
      `${prefix}_send_timeout 1500ms;`,
      `${prefix}_read_timeout 1500ms;`,
      `${prefix}_next_upstream_timeout 1500ms;`,
    ]);
  });

  it('leave room for the operator’s own, which nginx would refuse on one level with them', () => {
    const files = filesWith({ hooks: ['/sites/default_location'] });
    const blocks = (env: Env) => {
      const container = aContainer({ env: { VIRTUAL_HOST: 'a.test', ...env } });
      const model = createRouter()({
        ...{ containers: [container], vantage: { kind: 'host' }, files, places: PLACES },
      });
      const text = compiled.get('nginx.conf.hbs')?.render(contextOf(model)).join('') ?? '';
      const site = parseNginx(text)
        .filter(({ name }) => name === 'server')
        .at(-1);
      const [route] = site?.block?.filter(({ args }) => args.join() === '/') ?? [];
      return route?.block?.map(({ name, block }) => [name, block?.map((inner) => inner.name)]);
    };
    expect(blocks({})).toContainEqual(['include', undefined]);
    expect(blocks({ TSGEN_BODY_LIMIT: '1m' })).toEqual([
      ['client_max_body_size', undefined],
      ['location', ['set', 'if', 'proxy_pass', 'include']],
    ]);
  });

  it('are spelt for HAProxy, and for httpd in whole seconds', () => {
    expect(matching('haproxy.cfg.hbs', /^timeout/, TIMES)).toEqual([
      'timeout connect 500ms',
      'timeout server 1500ms',
    ]);
    expect(matching('apache.conf.hbs', /^BalancerMember/, TIMES)).toEqual([
      expect.stringContaining(' connectiontimeout=500ms timeout=2 '),
    ]);
  });
});

describe('an active check', () => {
  const CHECK = { TSGEN_HEALTH_CHECK: 'HEAD /live?a=1 host=b.test status=204 interval=1s rise=4' };

  it('is spelt for HAProxy', () => {
    const start = /^(?:option httpchk|http-check|server)/;
    expect(matching('haproxy.cfg.hbs', start, CHECK)).toEqual([
      'option httpchk',
      'http-check send meth HEAD uri "/live?a=1" ver HTTP/1.1 hdr Host b.test',
      'http-check expect status 204-204',
      expect.stringMatching(/ check inter 1000ms rise 4 fall 3$/),
    ]);
    expect(matching('haproxy.cfg.hbs', start, { TSGEN_HEALTH_CHECK: 'tcp' })).toEqual([
      expect.stringMatching(/ check inter 2000ms rise 2 fall 3$/),
    ]);
  });

  it('is spelt for httpd, which needs a module for it', () => {
    const start = /^(?:ProxyHCExpr|BalancerMember)/;
    expect(matching('apache.conf.hbs', start, CHECK)).toEqual([
      expect.stringMatching(
        /^ProxyHCExpr [0-9a-f]{15} \{%\{REQUEST_STATUS\} -ge 204 && %\{REQUEST_STATUS\} -le 204 \}$/,
      ),
      expect.stringMatching(
        / hcmethod=HEAD hcinterval=1000ms hcpasses=4 hcfails=3 "?hcuri=\/live\?a=1"? hcexpr=[0-9a-f]{15}$/,
      ),
    ]);
    expect(matching('apache.conf.hbs', start, { TSGEN_HEALTH_CHECK: 'tcp' })).toEqual([
      expect.stringMatching(/ hcmethod=TCP hcinterval=2000ms hcpasses=2 hcfails=3$/),
    ]);
  });
});

describe('a body limit', () => {
  it('is none of HAProxy’s and httpd’s for gRPC, whose calls never tell their length', () => {
    const limited = { TSGEN_BODY_LIMIT: '1m' };
    const grpc = { ...limited, VIRTUAL_PROTO: 'grpc' };
    const of = (template: Name, env: Env) =>
      linesOf(template, env).filter((line) => /41[13]|1048576/.test(line)).length;
    for (const template of ['haproxy.cfg.hbs', 'apache.conf.hbs'] as const) {
      expect(of(template, limited), template).toBeGreaterThan(0);
      expect(of(template, grpc), template).toBe(0);
      expect(of(template, { TSGEN_BODY_LIMIT: 'off' }), template).toBe(0);
    }
    expect(linesOf('nginx.conf.hbs', grpc)).toContain('client_max_body_size 1048576;');
    expect(linesOf('nginx.conf.hbs', { TSGEN_BODY_LIMIT: 'off' })).toContain(
      'client_max_body_size 0;',
    );
  });
});
