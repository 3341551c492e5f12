import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import { HTTPD_LIMITS } from '../../src/proxies/httpd-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import type { RoutingModel } from '../../src/routing/model.ts';
import type { Template } from '../../src/templates/engine.ts';
import { harmless } from '../support/harmless-model.ts';
import { HOSTILE_VOCABULARY, hostileContainer } from '../support/hostile-containers.ts';
import { type HttpdDirective, parseHttpd } from '../support/httpd-syntax.ts';
import { bundledTemplate, contextOf } from '../support/nginx-template.ts';
import { aCertificate, filesWith, NOW, PLACES } from '../support/routing-files.ts';
import { aContainer } from '../support/runtime-containers.ts';

// Values from containers are hostile. The generated configuration is read with a parser of httpd's
// syntax and compared, directive by directive, with that of the same model in which every text that
// came from a container is a harmless word.

let template: Template;

beforeAll(async () => {
  template = await bundledTemplate('apache.conf.hbs');
});

const NEIGHBOURS = [
  aContainer({ name: 'n-1', env: { VIRTUAL_HOST: 'neighbour.test' } }),
  aContainer({ name: 'n-2', env: { VIRTUAL_HOST: '*.n.test', VIRTUAL_PATH: '/api' } }),
];
const OWN_HOSTS = ['neighbour.test', '*.n.test'];

const FILES = [
  filesWith({}),
  filesWith({
    certificates: [aCertificate('shared'), aCertificate('default'), aCertificate('neighbour.test')],
    authorities: [
      { kind: 'usable', name: 'a.test', certificate: '/certs/a.test.ca.crt', digest: 'd' },
    ],
    hooks: [
      ...['/sites/default', '/sites/default_location', '/sites/a.test', '/sites/a.test_location'],
      ...['/users/a.test', '/headers', '/internal', '/fastcgi', '/50x.html'],
      ...['/sites/a.test_location_override', '/sites/*.w.test'],
    ],
  }),
];

const build = (containers: readonly RuntimeContainer[], number: number) =>
  createRouter()({
    containers,
    vantage: { kind: 'host' },
    files: FILES[number] ?? filesWith({}),
    places: PLACES,
    vocabulary: HOSTILE_VOCABULARY,
    limits: HTTPD_LIMITS,
    now: NOW,
  });

const render = (model: RoutingModel) => template.render(contextOf(model)).join('');

/** The text of each site that is a virtual host, by host. */
function siteTexts(text: string): ReadonlyMap<string, string> {
  const [, ...sites] = text.split(/^# Site /m);
  return new Map(
    sites.map((site) => [
      site.slice(0, site.indexOf('\n')),
      site.slice(0, site.lastIndexOf('</VirtualHost>')),
    ]),
  );
}

/** What is there, without the words that come from containers. */
function shapeOf(directives: readonly HttpdDirective[]): unknown {
  return directives.map(({ name, args, block }) => [
    name,
    args.length,
    ...(block ? [shapeOf(block)] : []),
  ]);
}

describe('hostile values in the bundled httpd template', () => {
  it('bring no directive that the model did not ask for, and change no other site', {
    timeout: 300_000,
  }, () => {
    const alone = FILES.map((_, number) => siteTexts(render(build(NEIGHBOURS, number))));
    for (const texts of alone) expect([...texts.keys()]).toEqual(OWN_HOSTS);
    let routed = 0;
    fc.assert(
      fc.property(hostileContainer, fc.nat({ max: FILES.length - 1 }), (evil, number) => {
        const model = build([evil, ...NEIGHBOURS], number);
        fc.pre(
          model.sites.every(({ host, routes }) => !OWN_HOSTS.includes(host) || routes.length === 1),
        );
        // An IPv6 address cannot be a ServerName: it has a line more.
        fc.pre(model.sites.every(({ host }) => !host.startsWith('[')));
        const text = render(model);
        const texts = siteTexts(text);
        for (const host of OWN_HOSTS) expect(texts.get(host)).toBe(alone[number]?.get(host));
        const tame = harmless(model);
        expect(shapeOf(parseHttpd(text, { host: 'evil' }))).toEqual(
          shapeOf(parseHttpd(render(tame.model))),
        );
        routed += model.sites.length - OWN_HOSTS.length;
      }),
      { numRuns: 1000 },
    );
    // Else the property would have looked at nothing.
    expect(routed).toBeGreaterThan(400);
  });
});
