import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCertificate, DAY, filesWith, NOW, PLACES } from '../../test/support/routing-files.ts';
import { aContainer, aVantage, type ContainerWish } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import { DEFAULT_PROXY_SETTINGS } from './read-proxy-settings.ts';

const vantage = aVantage('front');

function manySites(count: number) {
  return Array.from({ length: count }, (_, index) =>
    aContainer({ name: `web-${index}`, env: { VIRTUAL_HOST: `h${index}.test` } }),
  );
}

describe('a router that remembers', () => {
  it('gives the same model for the same containers, in any list', () => {
    const containers = manySites(3);
    const router = createRouter();
    const model = router({ containers, vantage });
    expect(router({ containers: [...containers], vantage: aVantage('front') })).toBe(model);
  });

  it('gives the same model when a change does not matter to it', () => {
    const containers = [
      ...manySites(2),
      aContainer({ name: 'bad', env: { VIRTUAL_HOST: 'bad.test', VIRTUAL_PORT: 'x' } }),
    ];
    const router = createRouter();
    const model = router({ containers, vantage });
    const touched = containers.map((container) => ({ ...container, Hostname: 'other' }));
    const unrelated = aContainer({ name: 'db' });
    expect(router({ containers: [unrelated, ...touched], vantage })).toBe(model);
  });

  it('builds one site of a thousand anew when one container changed', () => {
    const containers = manySites(1000);
    const router = createRouter();
    const before = router({ containers, vantage });
    const changed = aContainer({
      name: 'web-500',
      env: { VIRTUAL_HOST: 'h500.test' },
      health: 'unhealthy',
    });
    const after = router({ containers: containers.with(500, changed), vantage });

    expect(after.sites).toHaveLength(1000);
    const anew = after.sites.filter((site, index) => site !== before.sites[index]);
    expect(anew.map(({ host }) => host)).toEqual(['h500.test']);
    expect(after.problems).toBe(before.problems);
  });

  it('keeps the routes and servers of a site that did not change', () => {
    const api = (name: string, health = '') =>
      aContainer({ name, health, env: { VIRTUAL_HOST: 'a.test', VIRTUAL_PATH: '/api' } });
    const root = aContainer({ name: 'root', env: { VIRTUAL_HOST: 'a.test' } });
    const router = createRouter();
    const first = api('api-1');
    const before = router({ containers: [root, first, api('api-2')], vantage }).sites[0];
    const after = router({ containers: [root, first, api('api-2', 'unhealthy')], vantage })
      .sites[0];

    expect(after).not.toBe(before);
    expect(after?.routes[0]).toBe(before?.routes[0]);
    expect(after?.routes[1]).not.toBe(before?.routes[1]);
    expect(after?.routes[1]?.upstream.servers[0]).toBe(before?.routes[1]?.upstream.servers[0]);
  });

  it('builds all anew when the proxy moved', () => {
    const containers = manySites(2);
    const router = createRouter();
    router({ containers, vantage });
    const moved = router({ containers, vantage: aVantage('other') });
    expect(moved).toEqual(createRouter()({ containers, vantage: aVantage('other') }));
    expect(moved.problems).toHaveLength(2);
    expect(router({ containers, vantage })).toEqual(createRouter()({ containers, vantage }));
  });

  it('builds all anew when the settings or the files changed, and keeps what comes out the same', () => {
    const containers = manySites(3);
    const files = filesWith({ certificates: [aCertificate('h1.test')] });
    const router = createRouter();
    const before = router({ containers, vantage, files, now: NOW });
    const other = filesWith({ certificates: [aCertificate('h1.test'), aCertificate('h2.test')] });
    const after = router({ containers, vantage, files: other, now: NOW });
    expect(after).toEqual(createRouter()({ containers, vantage, files: other, now: NOW }));
    expect(after.sites.map((site, index) => site === before.sites[index])).toEqual([
      true,
      true,
      false,
    ]);
    const settings = { ...DEFAULT_PROXY_SETTINGS, hsts: '' };
    const set = router({ containers, vantage, files: other, settings, now: NOW });
    expect(set.sites.map((site, index) => site === after.sites[index])).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('notices that a certificate expired, and that a clock went back', () => {
    const containers = manySites(1);
    const files = filesWith({ certificates: [aCertificate('h0.test')] });
    const router = createRouter();
    const problemsAt = (now: number) =>
      router({ containers, vantage, files, now }).problems.map(({ reason }) => reason);
    expect(problemsAt(NOW)).toEqual([]);
    expect(problemsAt(NOW + DAY - 1)).toEqual([]);
    expect(problemsAt(NOW + DAY)).toEqual([expect.stringMatching(/expired/)]);
    expect(problemsAt(NOW)).toEqual([]);
    expect(problemsAt(NOW - DAY - 1)).toEqual([expect.stringMatching(/is not valid before/)]);
    expect(problemsAt(NOW - DAY)).toEqual([]);
  });

  it('comes to what a new router comes to, whatever changes', { timeout: 120_000 }, () => {
    const labels = fc.record(
      {
        'tsgen.hsts': fc.constantFrom('off', 'max-age=1'),
        'tsgen.cert-name': fc.constantFrom('one', 'two'),
        'tsgen.https-method': fc.constantFrom('noredirect', 'nohttps'),
        'tsgen.external-https-port': fc.constantFrom('81', '444'),
        'tsgen.external-http-port': fc.constantFrom('81', '443'),
        'tsgen.network-access': fc.constantFrom('internal', 'external'),
        'tsgen.balance': fc.constantFrom('ip_hash', 'least_conn'),
        'tsgen.weight': fc.constantFrom('0', '3', '-1'),
        'tsgen.backup': fc.constantFrom('true', 'false', 'perhaps'),
        'tsgen.sticky': fc.constantFrom('true', 'off', 'SRV'),
        'tsgen.server-timeout': fc.constantFrom('1s', '2s'),
        'tsgen.health-check': fc.constantFrom('tcp', '/live'),
        'tsgen.ignore-health': fc.constantFrom('true', 'x'),
        'tsgen.debug-endpoint': fc.constant('true'),
        'tsgen.virtual-hots': fc.constant('x.test'),
      },
      { requiredKeys: [] },
    );
    const wish: fc.Arbitrary<ContainerWish> = fc.record({
      name: fc.constantFrom('a-1', 'a-2', 'a-10', 'b', 'c'),
      created: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00.5Z'),
      health: fc.constantFrom('', 'healthy', 'unhealthy'),
      stopping: fc.boolean(),
      status: fc.constantFrom('running', 'running', 'paused', 'exited'),
      networks: fc.constantFrom({ front: { IP: '10.0.0.2' } }, { back: { IP: '10.0.1.2' } }),
      labels: labels.map((found) => found as Readonly<Record<string, string>>),
      env: fc.record({
        VIRTUAL_HOST: fc.constantFrom('', 'x.test', 'y.test', 'x.test,*.test', 'bad{'),
        VIRTUAL_PATH: fc.constantFrom('', '/api', '~^/api'),
        VIRTUAL_PROTO: fc.constantFrom('', 'https'),
        VIRTUAL_DEST: fc.constantFrom('', '/x'),
        VIRTUAL_PORT: fc.constantFrom('', '8080', '0'),
        VIRTUAL_HOST_MULTIPORTS: fc.constantFrom('', '', 'x.test: {external_http_port: 444}', '{'),
      }),
    });
    const one = aCertificate('one');
    const found = [
      filesWith({}),
      filesWith({ certificates: [one] }),
      filesWith({ certificates: [one, aCertificate('two', { notAfter: NOW + 2 * DAY })] }),
      filesWith({
        certificates: [one, aCertificate('x.test')],
        hooks: ['/sites/x.test', '/internal'],
        authorities: [
          {
            kind: 'usable',
            name: '',
            certificate: '/certs/ca.crt',
            crl: '/certs/ca.crl.pem',
            crlNextUpdate: NOW + DAY,
            digest: 'd',
          },
        ],
      }),
    ];
    const set = [
      DEFAULT_PROXY_SETTINGS,
      { ...DEFAULT_PROXY_SETTINGS, httpsPort: 444, defaultHost: 'x.test' },
      { ...DEFAULT_PROXY_SETTINGS, hashedNames: true, preferIpv6: true, http3: true },
    ];
    const step = fc.record({
      wish,
      remove: fc.boolean(),
      vantage: fc.constantFrom(aVantage('front'), aVantage('front'), aVantage('back')),
      settings: fc.constantFrom(...set),
      files: fc.constantFrom(...found),
      now: fc.integer({ min: -3, max: 3 }).map((days) => NOW + days * DAY),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 12 }), (steps) => {
        const router = createRouter();
        const containers = new Map<string, ReturnType<typeof aContainer>>();
        for (const { wish: next, remove, ...around } of steps) {
          const container = aContainer(next);
          containers.delete(container.ID);
          if (!remove) containers.set(container.ID, container);
          const all = { ...around, places: PLACES };
          const input = { ...all, containers: [...containers.values()].reverse() };
          const shuffled = { ...all, containers: [...containers.values()] };
          const model = router(input);
          expect(model).toEqual(createRouter()(input));
          expect(model).toEqual(createRouter()(shuffled));
          expect(router(input)).toBe(model);
        }
      }),
      { numRuns: 200 },
    );
  });
});
