import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { NGINX_LIMITS } from '../../src/proxies/nginx-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import { CONTAINER_SETTINGS } from '../../src/routing/container-settings.ts';
import type { RoutingModel, Vantage } from '../../src/routing/model.ts';
import { PROXY_SETTINGS, type ProxySettings } from '../../src/routing/proxy-settings.ts';
import {
  DEFAULT_PROXY_SETTINGS,
  readProxySettings,
} from '../../src/routing/read-proxy-settings.ts';
import type { ContainerSetting, Setting } from '../../src/routing/setting.ts';
import type { Template } from '../../src/templates/engine.ts';
import { harmless } from '../support/harmless-model.ts';
import { HOSTILE_VOCABULARY, hostileContainer, soundTexts } from '../support/hostile-containers.ts';
import { hostileEnvironment, soundProxyTexts } from '../support/hostile-settings.ts';
import { type Directive, parseNginx } from '../support/nginx-syntax.ts';
import { contextOf, nginxTemplate } from '../support/nginx-template.ts';
import { aCertificate, filesWith, NOW, PLACES } from '../support/routing-files.ts';
import { aContainer } from '../support/runtime-containers.ts';

// Values from containers are hostile. The generated configuration is read with a parser of nginx's
// syntax and compared, directive by directive, with that of the same model in which every text that
// came from a container is a harmless word.

let template: Template;

beforeAll(async () => {
  template = await nginxTemplate();
});

/** Any network will do, also one with a hostile name. */
const vantage: Vantage = { kind: 'host' };

const NEIGHBOURS = [
  aContainer({ name: 'n-1', env: { VIRTUAL_HOST: 'neighbour.test' } }),
  aContainer({ name: 'n-2', env: { VIRTUAL_HOST: '*.n.test', VIRTUAL_PATH: '/api' } }),
  aContainer({ name: 'n-3', env: { VIRTUAL_HOST: '~^n\\d$', CERT_NAME: 'shared', HSTS: 'off' } }),
];
const OWN_HOSTS = ['neighbour.test', '*.n.test', '~^n\\d$'];

/** So that ports can be handed on. */
const STREAM: ProxySettings = { ...DEFAULT_PROXY_SETTINGS, nginxStream: true };

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

/** The text of each site, by host; '' is what comes before them. */
function siteTexts(text: string): ReadonlyMap<string, string> {
  const [front = '', ...sites] = text.split(/^# Site /m);
  return new Map([
    ['', front],
    ...sites.map((site) => [site.slice(0, site.indexOf('\n')), site] as const),
  ]);
}

function withTexts(
  directives: readonly Directive[],
  texts: readonly string[],
): readonly Directive[] {
  return directives.map(({ name, args, block }) => ({
    name,
    args: args.map((arg) =>
      arg.replaceAll(/Zz(\d+)zZ/g, (_, number) => texts[Number(number)] ?? ''),
    ),
    ...(block ? { block: withTexts(block, texts) } : {}),
  }));
}

describe('hostile values in the bundled nginx template', () => {
  it.each(Object.entries<ContainerSetting<unknown>>(CONTAINER_SETTINGS))(
    'are tried beside valid ones of the setting %s',
    (_, row) => {
      expect(soundTexts(row).length).toBeGreaterThan(0);
    },
  );

  it('bring no directive that the model did not ask for, and change no other site', {
    timeout: 300_000,
  }, () => {
    const streams: string[] = [];
    const render = (model: RoutingModel) =>
      template
        .render(contextOf(model), { onFile: ({ chunks }) => streams.push(chunks.join('')) })
        .join('');
    const build = (
      containers: Parameters<ReturnType<typeof createRouter>>[0]['containers'],
      number: number,
    ) => {
      const files = FILES[number] ?? filesWith({});
      const places = PLACES;
      const vocabulary = HOSTILE_VOCABULARY;
      return createRouter()({
        ...{ containers, vantage, files, places, vocabulary, now: NOW },
        ...{ settings: STREAM, limits: NGINX_LIMITS },
      });
    };
    const alone = FILES.map((_, number) => siteTexts(render(build(NEIGHBOURS, number))));
    for (const texts of alone) expect([...texts.keys()]).toEqual(['', ...OWN_HOSTS]);
    let routed = 0;
    let refused = 0;
    let handedOn = 0;
    fc.assert(
      fc.property(hostileContainer, fc.nat({ max: FILES.length - 1 }), (evil, number) => {
        const model = build([evil, ...NEIGHBOURS], number);
        fc.pre(
          !model.sites.some(
            ({ host, routes }) =>
              OWN_HOSTS.includes(host) &&
              routes.some(({ upstream: { servers, absent } }) =>
                [...servers, ...absent].some(({ container }) => container.id === evil.ID),
              ),
          ),
        );
        const text = render(model);
        const texts = siteTexts(text);
        for (const host of OWN_HOSTS) expect(texts.get(host)).toBe(alone[number]?.get(host));
        expect(texts.size).toBe(model.sites.length + 1);

        const tame = harmless(model);
        const [stream = ''] = streams.splice(0);
        expect(parseNginx(text)).toEqual(withTexts(parseNginx(render(tame.model)), tame.texts));
        const [tameStream = ''] = streams.splice(0);
        expect(parseNginx(stream)).toEqual(withTexts(parseNginx(tameStream), tame.texts));
        handedOn += model.tcp.length;
        routed += model.sites.length - OWN_HOSTS.length;
        refused += Number(model.problems.length > 0);
      }),
      { numRuns: 1250 },
    );
    // Else the property would have looked at nothing.
    expect(handedOn).toBeGreaterThan(25);
    expect(routed).toBeGreaterThan(400);
    expect(refused).toBeGreaterThan(400);
  });
});

describe('hostile settings of the proxy in the bundled nginx template', () => {
  it.each(Object.entries<Setting<unknown>>(PROXY_SETTINGS))(
    'are tried beside valid ones of %s',
    (_, row) => {
      expect(soundProxyTexts(row).length).toBeGreaterThan(0);
    },
  );

  it('bring no directive that the model did not ask for', { timeout: 300_000 }, () => {
    let formats = 0;
    let answers = 0;
    let refused = 0;
    fc.assert(
      fc.property(hostileEnvironment, fc.nat({ max: FILES.length - 1 }), (env, number) => {
        const { settings, problems } = readProxySettings(env);
        const files = FILES[number] ?? filesWith({});
        const built = createRouter()({
          ...{ containers: NEIGHBOURS, vantage, settings, files, places: PLACES, now: NOW },
          limits: NGINX_LIMITS,
        });
        const model = { ...built, problems: [...problems, ...built.problems] };
        const { NGINX_PROXY_VERSION = '' } = env;
        const render = (of: RoutingModel, by: ProxySettings) =>
          template.render({ ...contextOf(of, [], by), Env: { NGINX_PROXY_VERSION } }).join('');
        const tame = harmless(model);
        const word = `Zz${tame.texts.push(settings.logFormat) - 1}zZ`;
        const tameSettings = { ...settings, logFormat: settings.logFormat && word };
        expect(parseNginx(render(model, settings))).toEqual(
          withTexts(parseNginx(render(tame.model, tameSettings)), tame.texts),
        );
        formats += Number(settings.logFormat !== '');
        answers += Number(
          settings.defaultRoot.kind === 'return' && settings.defaultRoot.text !== '',
        );
        refused += Number(problems.length > 0);
      }),
      { numRuns: 500 },
    );
    // Else the property would have looked at nothing.
    expect(formats).toBeGreaterThan(100);
    expect(answers).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(200);
  });
});
