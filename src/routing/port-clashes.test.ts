import { describe, expect, it } from 'vitest';
import { aCertificate, filesWith, NOW } from '../../test/support/routing-files.ts';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import { DEFAULT_PROXY_SETTINGS } from './proxy-settings.ts';

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
});
