import { describe, expect, it } from 'vitest';
import { readProxySettings } from './read-proxy-settings.ts';

describe('the ports of the proxy', () => {
  it('cannot have one port for HTTP and HTTPS', () => {
    const { settings, problems } = readProxySettings({ HTTP_PORT: '8443', HTTPS_PORT: '8443' });
    expect(settings).toMatchObject({ httpPort: 80, httpsPort: 443 });
    expect(problems.map(({ variable, reason }) => [variable, reason])).toEqual([
      ['HTTP_PORT', 'HTTPS_PORT is the same port; the defaults of both hold until this is mended'],
    ]);
  });

  it.each(['HTTP_PORT', 'HTTPS_PORT', 'TSGEN_STATS_PORT', 'TSGEN_MONITOR_PORT'])(
    'has no control port where %s is the same',
    (name) => {
      const beside = { TSGEN_STATS_AUTH: 'me:secret', TSGEN_MONITOR_URI: '/ping' };
      const { settings, problems } = readProxySettings({ ...beside, [name]: '18404' });
      expect(settings.controlPort).toBe(0);
      expect(problems).toMatchObject([{ variable: 'CONTROL_PORT', value: '18404' }]);
    },
  );

  const theirs = (env: Readonly<Record<string, string>>) =>
    readProxySettings(env, { dockercloud: true });

  it.each([
    [{}, 'STATS_AUTH'],
    [{ STATS_AUTH: 'stats:stats' }, 'STATS_AUTH'],
    [{ STATS_AUTH: 'me:secret', STATS_PORT: '443' }, 'TSGEN_STATS_PORT'],
  ])('show no page of statistics, and say so: %j', (env, variable) => {
    const { settings, problems } = theirs(env);
    expect(settings.statsAuth).toBe('off');
    expect(problems.map((one) => one.variable)).toEqual([variable]);
  });

  it('have no monitor on the port of the page of statistics', () => {
    const { settings, problems } = readProxySettings({
      TSGEN_STATS_AUTH: 'me:secret',
      TSGEN_MONITOR_URI: '/ping',
      TSGEN_MONITOR_PORT: '1936',
    });
    expect(settings.monitorUri).toBe('');
    expect(problems.map(({ variable }) => variable)).toEqual(['TSGEN_MONITOR_PORT']);
  });

  it('have none for statistics without a password, nor for a monitor without a path', () => {
    const { settings, problems } = readProxySettings({
      TSGEN_STATS_PORT: '1937',
      TSGEN_MONITOR_PORT: '1938',
    });
    expect(settings).toMatchObject({ statsAuth: 'off', monitorUri: '' });
    expect(problems.map(({ variable }) => variable)).toEqual([
      'TSGEN_MONITOR_PORT',
      'TSGEN_STATS_AUTH',
    ]);
  });
});
