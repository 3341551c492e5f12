import { beforeAll, describe, expect, it } from 'vitest';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import { HTTPD_LIMITS } from '../../src/proxies/httpd-limits.ts';
import { keyOf } from '../../src/proxies/httpd-manager.ts';
import { placesOf } from '../../src/proxies/httpd-places.ts';
import { rosterOf } from '../../src/proxies/httpd-roster.ts';
import { createRouter } from '../../src/routing/build.ts';
import type { RoutingModel } from '../../src/routing/model.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import type { TemplateSettings } from '../../src/templates/context.ts';
import type { Template } from '../../src/templates/engine.ts';
import { apacheBalancer } from '../../src/templates/quote.ts';
import { type HttpdDirective, parseHttpd } from '../support/httpd-syntax.ts';
import { bundledTemplate, contextOf, richContainers } from '../support/nginx-template.ts';
import { aCertificate, filesWith, NOW, PLACES } from '../support/routing-files.ts';
import { aContainer } from '../support/runtime-containers.ts';

// What the bundled template makes of members that httpd is told of, read with a parser of its syntax.

const SECRET = 'ab'.repeat(32);
const CONTROL = '127.18.40.4:18404';
const settings: TemplateSettings = { ...DEFAULT_PROXY_SETTINGS, memberKey: keyOf(SECRET) };
let template: Template;

beforeAll(async () => {
  template = await bundledTemplate('apache.conf.hbs');
});

function modelOf(
  containers: readonly RuntimeContainer[],
  certificates: readonly string[] = [],
  defaultHost = '',
): RoutingModel {
  return createRouter()({
    containers,
    vantage: { kind: 'host' },
    files: filesWith({ certificates: certificates.map((name) => aCertificate(name)) }),
    settings: { ...DEFAULT_PROXY_SETTINGS, defaultHost, httpsMethod: 'noredirect' },
    places: PLACES,
    limits: HTTPD_LIMITS,
    now: NOW,
  });
}

const textOf = (model: RoutingModel, own: TemplateSettings = settings) =>
  template.render(contextOf(model, [], own)).join('');

interface VirtualHost {
  readonly isControlled: boolean;
  readonly place: string | undefined;
  readonly lines: readonly HttpdDirective[];
}

function virtualHosts(text: string): readonly VirtualHost[] {
  return parseHttpd(text, { TSGEN_GROWTH: '3' })
    .filter(({ name }) => name === 'VirtualHost')
    .map(({ args, block = [] }) => ({
      isControlled: args.includes(CONTROL),
      place: block
        .filter(({ name }) => name === 'ServerAlias')
        .map(({ args: [alias = ''] }) => /^tsgen-[0-9a-f]{12}-(.*)$/.exec(alias)?.[1])
        .find((one) => one !== undefined),
      lines: block,
    }));
}

const balancersIn = ({ lines }: VirtualHost) =>
  lines.filter(({ name }) => name === 'Proxy').map(({ args: [name = ''] }) => name);

/** A site that has it all, and others that share virtual hosts with it. */
const SITES = [
  ...richContainers(),
  ...['one', 'two'].map((name) => aContainer({ name, env: { VIRTUAL_HOST: 'app.test,~^x' } })),
];

describe('the bundled httpd template, for members that come and go while httpd runs,', () => {
  it.each([
    ['nothing else', [], ''],
    ['certificates', ['app.test', 'default', 'many.test'], ''],
    ['a site for all hosts', ['app.test'], 'app.test'],
    ['one that is a regular expression', ['default'], '~^x'],
  ] as const)('has each balancer where tsgen looks for it, with %s', (_, certificates, host) => {
    const model = modelOf(SITES, certificates, host);
    const hosts = virtualHosts(textOf(model)).filter(({ place }) => place !== 'state');
    const written = new Map<string, Set<string>>();
    for (const one of hosts) {
      for (const balancer of balancersIn(one)) {
        const name = balancer.replace('balancer://', '');
        const places = written.get(name) ?? new Set();
        written.set(name, places.add(one.place ?? 'nowhere'));
      }
    }
    const expected = [...placesOf(model)]
      .map(([name, places]) => [apacheBalancer(name), new Set(places)] as const)
      .filter(
        ([name]) =>
          written.has(name) ||
          rosterOf(rostered(model)).members.some((member) => member.upstream === name),
      );
    expect(written.size).toBeGreaterThan(20);
    expect(written).toEqual(new Map(expected));
    const names = hosts.flatMap(({ place }) => place ?? []);
    expect(new Set(names).size).toBe(names.length);
  });

  it('answers for nothing but the manager on the control address, to who knows the secret', () => {
    const hosts = virtualHosts(textOf(modelOf(SITES, ['app.test', 'default'], 'app.test')));
    const controlled = hosts.filter(({ isControlled }) => isControlled);
    expect(controlled[0]?.place).toBe('state');
    const path = `/tsgen-${keyOf(SECRET).slice(0, 16)}`;
    for (const { place, lines } of controlled) {
      expect(place).toBeDefined();
      const rules = lines.filter(({ name }) => name.startsWith('Rewrite'));
      const first = rules.findIndex(({ name }) => name === 'RewriteCond');
      expect(rules.slice(first, first + 7).map(({ args }) => args)).toEqual([
        ['%{SERVER_ADDR}', '!=127.18.40.4'],
        [`!^${path}(?:/|$)`, '-', '[S=2]'],
        ['%{SERVER_ADDR}', '=127.18.40.4'],
        [`^${path}$`, '/usr/local/apache2/htdocs/tsgen', '[E=tsgen:1,L]'],
        ['%{SERVER_ADDR}', '=127.18.40.4', '[OR]'],
        ['%{REQUEST_URI}', `^${path}(?:/|$)`],
        ['^', '-', '[F]'],
      ]);
      // httpd takes the last of what is said of a path.
      expect(lines.at(-1)).toEqual({
        name: 'Location',
        args: [path],
        block: [
          { name: 'SetHandler', args: ['balancer-manager'] },
          { name: 'Require', args: ['expr', `sha1(req('X-Tsgen-Key')) == '${keyOf(SECRET)}'`] },
        ],
      });
    }
    const others = hosts.filter(({ isControlled }) => !isControlled);
    expect(others.flatMap(balancersIn)).toEqual([]);
    expect(others.filter(({ place }) => place !== undefined)).toEqual([]);
  });

  it('never spells the secret', () => {
    const text = textOf(modelOf(SITES));
    expect(text).toContain(keyOf(SECRET));
    expect(text).not.toContain(SECRET);
  });

  it('has room for more members in each balancer, the less the more of them there are', () => {
    const growth = (count: number) => {
      const sites = Array.from({ length: count }, (_, index) =>
        aContainer({ name: `web-${index}`, env: { VIRTUAL_HOST: `${index}.test` } }),
      );
      return Number(/^Define TSGEN_GROWTH (\d+)$/m.exec(textOf(modelOf(sites)))?.[1]);
    };
    expect([1, 64, 128, 1000].map(growth)).toEqual([64, 64, 32, 4]);
  });

  it('writes the members as they are told: what is added has no words of its own', () => {
    const [app] = virtualHosts(textOf(modelOf(SITES))).filter(({ lines }) =>
      lines.some(({ name, args }) => name === 'ServerName' && args[0] === 'app.test'),
    );
    const balancer = app?.lines.find(({ name }) => name === 'Proxy');
    const members = balancer?.block?.filter(({ name }) => name === 'BalancerMember') ?? [];
    const told = rosterOf(rostered(modelOf(SITES))).members.filter(
      ({ upstream }) => upstream === 'app.test',
    );
    expect(members.map(({ args }) => args[0])).toEqual(
      told.map(({ words }) => expect.stringMatching(new RegExp(`^${words}(:80)?$`))),
    );
    expect(balancer?.block?.at(-1)?.args).toEqual([
      ...['lbmethod=byrequests', 'growth=3', 'maxattempts=1'],
      `nonce=${keyOf(SECRET).slice(0, 16)}`,
    ]);
  });

  it('has none of it where nobody is told', () => {
    const text = textOf(modelOf(SITES), DEFAULT_PROXY_SETTINGS);
    for (const word of ['balancer-manager', '127.18.40.4', 'growth=', 'ws:', 'GROWTH', '-Key']) {
      expect(text).not.toContain(word);
    }
  });
});

function rostered(model: RoutingModel) {
  return { model, settings: DEFAULT_PROXY_SETTINGS, chunks: [] };
}
