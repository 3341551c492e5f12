import fc from 'fast-check';
import { expect } from 'vitest';
import { createRouter } from '../../src/routing/build.ts';
import type { HookPlaces } from '../../src/routing/hooks.ts';
import type { ProxyLimits } from '../../src/routing/limits.ts';
import type { RoutingModel } from '../../src/routing/model.ts';
import type { ProxyFiles } from '../../src/routing/proxy-files.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import { HOSTILE_VOCABULARY, hostileContainer } from './hostile-containers.ts';
import { aCertificate, filesWith } from './routing-files.ts';

/** Settings of a proxy that say more than the defaults do. */
export const RICH_SETTINGS = { ...DEFAULT_PROXY_SETTINGS, debugEndpoint: true, ipv6: true };

/** One of each kind of the operator's files: a test makes them where it asks the proxy itself. */
export function operatorsFiles(places: HookPlaces): ProxyFiles {
  const certificates = ['shared', 'default', 'a.test'].map((name) =>
    aCertificate(name, {
      certificate: `${places.certificates}/${name}.crt`,
      key: `${places.certificates}/${name}.key`,
      notBefore: 0,
      notAfter: Date.UTC(2100, 0),
    }),
  );
  const sites = ['default', 'default_location', 'a.test', 'a.test_location', '*.w.test'];
  return filesWith({
    certificates,
    authorities: [
      {
        kind: 'usable',
        name: 'a.test',
        certificate: `${places.certificates}/shared.crt`,
        digest: 'd',
      },
    ],
    hooks: [
      ...sites.map((name) => `${places.sites}/${name}`),
      `${places.users}/a.test`,
      ...[places.headers, places.internalClients, places.fastcgi, places.errorPage],
    ],
  });
}

/**
 * What becomes of four thousand hostile containers beside the operator's files, with enough of them
 * that get through, and enough that do not.
 *
 * @param options.seed for the same containers each time.
 */
export function hostileModel(
  places: HookPlaces,
  { limits, seed }: { readonly limits: ProxyLimits; readonly seed?: number },
): RoutingModel {
  const sample = fc.sample(hostileContainer, {
    numRuns: 4_000,
    ...(seed === undefined ? {} : { seed }),
  });
  // No engine has two containers of one ID.
  const byId = new Map(sample.map((one) => [one.ID, one]));
  const model = createRouter()({
    containers: [...byId.values()],
    vantage: { kind: 'host' },
    settings: RICH_SETTINGS,
    files: operatorsFiles(places),
    vocabulary: HOSTILE_VOCABULARY,
    places,
    limits,
    now: Date.now(),
  });
  const served = new Set(
    model.sites.flatMap(({ routes }) =>
      routes.flatMap(({ upstream }) => upstream.servers.map(({ container }) => container.id)),
    ),
  );
  expect(served.size).toBeGreaterThan(800);
  expect(model.problems.length).toBeGreaterThan(400);
  expect(model.sites.filter(({ https }) => https.kind === 'serve').length).toBeGreaterThan(40);
  return model;
}
