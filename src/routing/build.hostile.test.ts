import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import type { Route, Site } from './model.ts';

const vantage = aVantage('front');
const NEIGHBOURS = [
  aContainer({ name: 'n-1', env: { VIRTUAL_HOST: 'victim.test' } }),
  aContainer({
    name: 'n-2',
    env: { VIRTUAL_HOST: 'victim.test,*.victim.test', VIRTUAL_PATH: '/api', VIRTUAL_DEST: '/' },
  }),
  aContainer({ name: 'n-3', env: { VIRTUAL_HOST: '~^v\\d+\\.test$', VIRTUAL_PROTO: 'grpc' } }),
];

/** Pieces that mean something to nginx, to Handlebars or to the validators. */
const piece = fc.constantFrom(
  ...['{', '}', ';', '"', "'", '\\', '$', '#', '\n', '\r', '\t', ' ', '\0', '\u2028', '`', '%20'],
  ...['{{x}}', '$host', '$request_uri', '~', '~*', '~^', '*', '*.', '.*', '.', ',', '/', '//'],
  ...['(?<host>.)', '(?P<uri>', '[', ']', '(', ')', '{2}', '{,3}', '\\1', '\\Q', '[:alpha:]'],
  ...['evil.test', 'victim.test', 'localhost', '::1', '[::1]', '127.0.0.1', ':80', 'http', 'grpc'],
  ...['/api', '/', '80', '99999', '; return 200', 'include /etc/passwd;', '\u202e', 'ü', '\ud800'],
  ...['a'.repeat(64), 'b'.repeat(300)],
);
const hostile = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 50 }),
);
/** Often valid, so that there is something to survive. */
const value = (...usual: readonly string[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: hostile });
const env = fc.record({
  VIRTUAL_HOST: fc.oneof(
    { weight: 1, arbitrary: fc.constant('evil.test') },
    { weight: 2, arbitrary: hostile.map((text) => `~${text}`) },
    { weight: 2, arbitrary: hostile },
  ),
  VIRTUAL_PORT: value('', '8080'),
  VIRTUAL_PATH: value('', '/evil', '~^/evil'),
  VIRTUAL_DEST: value('', '', '/dest'),
  VIRTUAL_PROTO: value('', 'https', 'fastcgi'),
});

function expectSafe({ host, kind, key, routes }: Site): void {
  const name = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:\.\*)?$|^\[[0-9a-f:]+\]$/;
  expect(host).toMatch(kind === 'regex' ? /^~[\x20-\x7e]+$/ : name);
  expect(key).toMatch(/^[a-z0-9._-]+$/);
  for (const route of routes) expectSafeRoute(route);
}

function expectSafeRoute({ path, pathKind, dest, upstream }: Route): void {
  expect(path).toMatch(pathKind === 'prefix' ? /^\/[\w/.~!$&()*+,=:@-]*$/ : /^[\x20-\x7e]+$/);
  expect(dest).toMatch(/^(?:\/(?:[\w/.~!&()*+,=:@-]|%[\da-fA-F]{2})*)?$/);
  expect(upstream.name).toMatch(/^[a-z0-9._-]+$/);
  for (const { address, port } of upstream.servers) {
    expect(address).toBe('172.18.0.2');
    expect(port).toBeGreaterThan(0);
    expect(port).toBeLessThan(65_536);
  }
}

describe('hostile values', () => {
  // By a container that is younger than the others: the oldest decides what a shared route is.
  it('leave the sites of others as they are, and only safe ones survive', () => {
    const alone = createRouter()({ containers: NEIGHBOURS, vantage });
    expect(alone.sites).toHaveLength(3);
    const own = new Map(alone.sites.map((site) => [site.host, site]));
    let survivors = 0;
    fc.assert(
      fc.property(env, (hostileEnv) => {
        const evil = aContainer({ name: 'evil', env: hostileEnv, created: '2026-01-02T00:00:00Z' });
        const model = createRouter()({ containers: [evil, ...NEIGHBOURS], vantage });
        for (const site of model.sites) expectSafe(site);
        const others = model.sites.filter(({ host }) => !own.has(host));
        survivors += others.length;
        for (const site of alone.sites) {
          const now = model.sites.find(({ host }) => host === site.host);
          expect(now && without('evil', now)).toEqual(site);
        }
        const upstreams = model.sites.flatMap(({ routes }) => routes.map((r) => r.upstream.name));
        expect(new Set(upstreams).size).toBe(upstreams.length);
      }),
      { numRuns: 2000 },
    );
    // Else the property would have looked at nothing.
    expect(survivors).toBeGreaterThan(100);
  });
});

/** The site without what a container adds to it, as it may where it asks for the same host. */
function without(name: string, site: Site): Site {
  const routes = site.routes.map((route) => {
    const servers = route.upstream.servers.filter(({ container }) => container.name !== name);
    const absent = route.upstream.absent.filter(({ container }) => container.name !== name);
    const { failoverAfter, ...upstream } = route.upstream;
    return {
      ...route,
      upstream: {
        ...{ ...upstream, servers, absent, connections: 2 * servers.length },
        ...(failoverAfter !== undefined && servers.length > 1 ? { failoverAfter } : {}),
      },
    };
  });
  return {
    ...site,
    routes: routes.filter(({ upstream }) => upstream.servers.length + upstream.absent.length > 0),
  };
}
