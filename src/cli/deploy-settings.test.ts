import { describe, expect, it } from 'vitest';
import type { DeployFlags } from './deploy-command.ts';
import { deploySettings, usableSecret } from './deploy-settings.ts';

const FLAGS: DeployFlags = {
  listen: '9000',
  repository: ['team/web'],
  state: '/var/lib/tsgen',
  parallel: '1',
  healthyTimeout: '120',
  drainTimeout: '60',
  pullTimeout: '600',
};

const settings = (change: Partial<DeployFlags> = {}) => deploySettings({ ...FLAGS, ...change });

describe('the settings of tsgen deploy-hook', () => {
  it('have defaults for all but the repositories', () => {
    expect(settings()).toEqual({
      listen: { port: 9000 },
      repositories: new Set(['team/web']),
      callbackHosts: new Set(),
      parallel: 1,
      pullMs: 600_000,
      limits: { healthyMs: 120_000, drainMs: 60_000, settleMs: 5_000 },
    });
  });

  it.each([
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['localhost:65535', { host: 'localhost', port: 65_535 }],
  ])('say where to listen: %s', (listen, where) => {
    expect(settings({ listen }).listen).toEqual(where);
  });

  it('know hosts as URLs have them', () => {
    const callbackHost = ['Hub.Example', 'hub.example:443', 'hub.example:8443'];
    expect([...settings({ callbackHost }).callbackHosts]).toEqual([
      'hub.example',
      'hub.example:8443',
    ]);
  });

  it.each<[string, Partial<DeployFlags>]>([
    ['--repository', { repository: [] }],
    ['--repository', { repository: ['Team/Web'] }],
    ['--repository', { repository: ['team/web:latest'] }],
    ['--listen', { listen: 'here' }],
    ['--listen', { listen: '65536' }],
    ['--callback-host', { callbackHost: ['https://hub.example'] }],
    ['--callback-host', { callbackHost: ['hub.example/path'] }],
    ['--parallel', { parallel: '0' }],
    ['--parallel', { parallel: '1.5' }],
    ['--healthy-timeout', { healthyTimeout: '0' }],
    ['--drain-timeout', { drainTimeout: '' }],
    ['--pull-timeout', { pullTimeout: '1h' }],
  ])('refuse a %s that cannot be meant: %j', (flag, change) => {
    expect(() => settings(change)).toThrow(flag);
  });
});

describe('the secret', () => {
  it('is read without the line break after it', () => {
    expect(usableSecret('0123456789abcdef\n')).toBe('0123456789abcdef');
  });

  it.each([[''], ['too-short'], ['with/a/slash/and/enough'], ['with two words and enough']])(
    'is refused without being said: %j',
    (secret) => {
      expect(() => usableSecret(secret)).toThrow('TSGEN_DEPLOY_SECRET');
      if (secret !== '') expect(() => usableSecret(secret)).not.toThrow(secret);
    },
  );
});
