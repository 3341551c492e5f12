import { describe, expect, it } from 'vitest';
import { aCertificate, filesWith, NOW } from '../../test/support/routing-files.ts';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import { DEFAULT_PROXY_SETTINGS } from './read-proxy-settings.ts';

type Labels = Readonly<Record<string, string>>;
const HTTP = 'external-http-port';
const HTTPS = 'external-https-port';

/** Sites a.test, b.test … of containers, the first of which is the oldest. */
function route(...wishes: readonly Labels[]) {
  const containers = wishes.map((labels, index) => {
    const name = String.fromCharCode(97 + index);
    return aContainer({
      name,
      created: `2026-01-0${index + 1}T00:00:00Z`,
      env: { VIRTUAL_HOST: `${name}.test` },
      labels: Object.fromEntries(
        Object.entries(labels).map(([key, value]) => [`tsgen.${key}`, value]),
      ),
    });
  });
  const certificates = containers.map(({ Name }) => aCertificate(`${Name}.test`));
  const input = {
    containers: containers.toReversed(),
    vantage: aVantage('front'),
    files: filesWith({ certificates }),
    now: NOW,
    settings: { ...DEFAULT_PROXY_SETTINGS, httpPort: 80, httpsPort: 443 },
  };
  const model = createRouter()(input);
  expect(model).toEqual(createRouter()({ ...input, containers }));
  return {
    hosts: model.sites.map(({ host }) => host).join(' '),
    problems: model.problems.map(
      ({ container, variable, value, reason }) =>
        `${container.name} ${variable}=${value}: ${reason}`,
    ),
  };
}

describe('a port', () => {
  const consequence = 'is not served until this is mended';

  it('may be that of several sites with one protocol', () => {
    const shared = { [HTTP]: '81', [HTTPS]: '444' };
    expect(route(shared, shared, {})).toEqual({ hosts: 'a.test b.test c.test', problems: [] });
  });

  it.each<[string, Labels, string]>([
    [
      '443 cannot be for HTTP',
      { [HTTP]: '443' },
      `a tsgen.${HTTP}=443: the proxy speaks HTTPS on port 443, and a port speaks one protocol: a.test ${consequence}`,
    ],
    [
      '80 cannot be for HTTPS',
      { [HTTPS]: '80' },
      `a tsgen.${HTTPS}=80: the proxy speaks HTTP on port 80, and a port speaks one protocol: a.test ${consequence}`,
    ],
    [
      'cannot be for both of one site',
      { [HTTP]: '81', [HTTPS]: '81' },
      `a tsgen.${HTTP}=81: a.test speaks HTTPS on port 81, and a port speaks one protocol: a.test ${consequence}`,
    ],
    [
      'cannot be that of tsgen’s questions',
      { [HTTP]: '18404' },
      `a tsgen.${HTTP}=18404: on port 18404 tsgen asks the proxy which configuration it runs (CONTROL_PORT): a.test ${consequence}`,
    ],
  ])('%s', (_, labels, problem) => {
    expect(route(labels)).toEqual({ hosts: '', problems: [problem] });
  });

  it('is the oldest’s where two sites want it with different protocols', () => {
    expect(route({ [HTTPS]: '8443' }, { [HTTP]: '8443' }, { [HTTPS]: '8443' })).toEqual({
      hosts: 'a.test c.test',
      problems: [
        `b tsgen.${HTTP}=8443: a.test speaks HTTPS on port 8443, and a port speaks one protocol: b.test ${consequence}`,
      ],
    });
    expect(route({ [HTTP]: '8443' }, { [HTTPS]: '8443' }).hosts).toBe('a.test');
  });

  it('is not taken by a site that has lost another, or does not enter there', () => {
    expect(route({ [HTTP]: '443', [HTTPS]: '444' }, { [HTTP]: '444' }).hosts).toBe('b.test');
    const off = { [HTTPS]: '444', 'https-method': 'nohttps' };
    expect(route(off, { [HTTP]: '444' })).toEqual({ hosts: 'a.test b.test', problems: [] });
  });

  it('that is lost is told to all containers of the site, and only one of them has to mend it', () => {
    const containers = ['a', 'b', 'c'].map((name) =>
      aContainer({
        name,
        env: { VIRTUAL_HOST: 'a.test', ...(name === 'b' ? { EXTERNAL_HTTP_PORT: '443' } : {}) },
      }),
    );
    const { sites, problems } = createRouter()({ containers, vantage: aVantage('front') });
    expect(sites).toEqual([]);
    const reason = `the proxy speaks HTTPS on port 443, and a port speaks one protocol: a.test ${consequence}`;
    expect(
      problems.map(({ container, variable, elsewhere = false, reason: why }) => [
        ...[container.name, variable, elsewhere, why],
      ]),
    ).toEqual([
      ['a', 'VIRTUAL_HOST', true, `b asks for a port: ${reason}`],
      ['b', 'EXTERNAL_HTTP_PORT', false, reason],
      ['c', 'VIRTUAL_HOST', true, `b asks for a port: ${reason}`],
    ]);
  });

  it('is free where tsgen asks on another one, or on none', () => {
    const wanting = aContainer({ env: { VIRTUAL_HOST: 'a.test', EXTERNAL_HTTP_PORT: '18404' } });
    for (const controlPort of [9000, 0]) {
      const settings = { ...DEFAULT_PROXY_SETTINGS, controlPort };
      const model = createRouter()({ containers: [wanting], vantage: aVantage('front'), settings });
      expect(model.sites).toHaveLength(1);
    }
  });

  it('is the proxy’s own in the network of the host too', () => {
    const wanting = aContainer({ env: { VIRTUAL_HOST: 'a.test', EXTERNAL_HTTPS_PORT: '18404' } });
    const model = createRouter()({ containers: [wanting], vantage: { kind: 'host' } });
    expect(model.sites).toEqual([]);
    expect(model.problems).toMatchObject([{ variable: 'EXTERNAL_HTTPS_PORT', value: '18404' }]);
  });

  /** Opens so many ports, each for a site of its own. */
  const opening = (name: string, count: number, first: number) => {
    const lines = Array.from(
      { length: count },
      (_, index) => `${name}${index}.test: {external_http_port: ${first + index}}`,
    );
    return aContainer({ name, env: { VIRTUAL_HOST_MULTIPORTS: lines.join('\n') } });
  };

  it('is refused to a container that has opened 20 already, and still is there for others', () => {
    const created = '2026-02-01T00:00:00Z';
    const containers = [
      opening('greedy', 300, 1000),
      { ...opening('late', 20, 2000), Created: created },
      // That of another site costs nothing more.
      aContainer({
        name: 'same',
        created,
        env: { VIRTUAL_HOST: 's.test', EXTERNAL_HTTP_PORT: '1000' },
      }),
    ];
    const { sites, front, problems } = createRouter()({ containers, vantage: aVantage('front') });
    expect(sites).toHaveLength(41);
    expect(front.fallback.httpPorts).toHaveLength(41);
    expect(problems).toHaveLength(21);
    expect(problems[0]).toMatchObject({
      container: { name: 'greedy' },
      variable: 'VIRTUAL_HOST_MULTIPORTS',
      reason: expect.stringMatching(
        /^greedy has opened 20 ports already, which is all that one container may: greedy\d+\.test /,
      ),
    });
  });

  it('is refused where the proxy would listen on more than 200', () => {
    const greedy = Array.from({ length: 10 }, (_, index) =>
      opening(`g${index}x`, index === 9 ? 19 : 20, 1000 + 20 * index),
    );
    const late = aContainer({
      name: 'late',
      created: '2026-02-01T00:00:00Z',
      env: { VIRTUAL_HOST: 'late.test', EXTERNAL_HTTP_PORT: '81' },
    });
    const model = createRouter()({ containers: [late, ...greedy], vantage: aVantage('front') });
    expect(model.sites).toHaveLength(198);
    expect(model.front.fallback.httpPorts).toHaveLength(199);
    expect(model.problems).toMatchObject([
      { container: { name: 'g9x' }, variable: 'VIRTUAL_HOST_MULTIPORTS' },
      {
        container: { name: 'late' },
        variable: 'EXTERNAL_HTTP_PORT',
        value: '81',
        reason: `the proxy listens on 200 ports already, of which each costs it connections: late.test ${consequence}`,
      },
    ]);
  });
});
