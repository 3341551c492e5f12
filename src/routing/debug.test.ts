import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from './build.ts';
import type { Site } from './model.ts';

function siteOf(host: string, paths: readonly string[], containers = 1): Site {
  const [site] = createRouter()({
    containers: paths.flatMap((path, number) =>
      Array.from({ length: containers }, (_, index) =>
        aContainer({
          name: `web-${number}-${index}`,
          env: { VIRTUAL_HOST: host, VIRTUAL_PATH: path, VIRTUAL_PORT: '8080' },
          labels: { 'tsgen.debug-endpoint': 'true' },
        }),
      ),
    ),
    vantage: aVantage('front'),
  }).sites;
  if (!site) throw new Error('there is no site');
  return site;
}

const debugOf = (site: Site): unknown => JSON.parse(site.debug ?? '');

describe('the text of the debug endpoint', () => {
  it('says what is known of a site', () => {
    expect(debugOf(siteOf('a.test', ['/']))).toEqual({
      hostname: 'a.test',
      http: 'serve',
      http_port: 80,
      https: 'refuse',
      https_port: 443,
      paths: [
        {
          path: '/',
          dest: '',
          network_access: 'external',
          proto: 'http',
          upstream: 'a.test',
          keepalive: 'auto',
          ports: [8080],
          servers: ['web-0-0'],
          absent: [],
        },
      ],
    });
  });

  it('leaves containers out, and then paths, where it would be too long', () => {
    expect(debugOf(siteOf('a.test', ['/', '/x'], 150))).toMatchObject({
      paths: [
        { path: '/', ports: [8080], servers: 150 },
        { path: '/x', ports: [8080], servers: 150 },
      ],
      warning: 'containers left out: too long',
    });
    const many = Array.from({ length: 200 }, (_, index) => `/${index}`);
    expect(debugOf(siteOf('a.test', many))).toMatchObject({
      hostname: 'a.test',
      paths: [],
      warning: 'paths left out: too long',
    });
  });

  it('is ASCII without a $, so that no proxy expands anything in it', () => {
    const site = siteOf('~^[a-z]{1}$', ['/$a(b)']);
    expect(site.debug).toMatch(/^[\x20-\x23\x25-\x7e]+$/);
    expect(debugOf(site)).toMatchObject({ hostname: '~^[a-z]{1}$', paths: [{ path: '/$a(b)' }] });
  });

  it('fits into a word of a configuration in which quotes and backslashes are escaped', () => {
    const regex = `~^${'\\"'.repeat(511)}$`;
    const { debug = '' } = siteOf(regex, ['/']);
    expect(JSON.parse(debug)).toBeTypeOf('object');
    expect(debug.length + (debug.match(/["\\]/g) ?? []).length).toBeLessThan(4000);
  });
});
