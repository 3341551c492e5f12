import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { readProxySettings } from '../routing/read-proxy-settings.ts';
import { VersionedSettings } from './proxy-version.ts';

const proxyWith = (version: string) =>
  aContainer({ name: 'proxy', env: { NGINX_VERSION: version } });

describe('the version of nginx', () => {
  const settings = readProxySettings({ NGINX_VERSION: '1.26.3' }).settings;

  it("is what the proxy's container says", () => {
    expect(new VersionedSettings(settings).of(proxyWith('1.30.2')).nginxVersion).toBe('1.30.2');
  });

  it.each([
    ['there is no such container', undefined],
    ['it says nothing', aContainer({ name: 'proxy' })],
    ['what it says is none', proxyWith('1.30; } server {')],
  ])("is tsgen's own where %s", (_, proxy) => {
    expect(new VersionedSettings(settings).of(proxy)).toBe(settings);
  });

  it('leaves the settings the same object until it changes', () => {
    const versioned = new VersionedSettings(settings);
    const first = versioned.of(proxyWith('1.30.2'));
    expect(versioned.of(proxyWith('1.30.2'))).toBe(first);
    expect(versioned.of(proxyWith('1.30.3'))).toMatchObject({ nginxVersion: '1.30.3' });
    expect(versioned.of(undefined).nginxVersion).toBe('1.26.3');
  });
});
