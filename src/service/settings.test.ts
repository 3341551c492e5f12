import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

const machine = { hostname: 'replica-1', cores: 4 };

describe('parseSettings', () => {
  it('has a default for everything, also for what is set to nothing', () => {
    const settings = {
      port: 3000,
      drainMs: 5000,
      workers: 4,
      queueLimit: 256,
      servedBy: 'replica-1',
    };
    expect(parseSettings({}, machine)).toEqual({ ok: true, settings });
    const empty = { PORT: '', HOST: '', DRAIN_SECONDS: '', WORKERS: '', QUEUE_LIMIT: '' };
    expect(
      parseSettings({ ...empty, HOSTNAME: '', ALLOW_ORIGIN: '', VERSION: '' }, machine),
    ).toEqual({
      ok: true,
      settings,
    });
  });

  it('reads each variable', () => {
    const env = {
      PORT: '8080',
      HOST: '127.0.0.1',
      DRAIN_SECONDS: '0.5',
      WORKERS: '2',
      QUEUE_LIMIT: '0',
      HOSTNAME: '3f2a9c',
      ALLOW_ORIGIN: 'https://app.example.com:8443',
      VERSION: 'v1.2.3+5_a',
    };
    expect(parseSettings(env, machine)).toEqual({
      ok: true,
      settings: {
        port: 8080,
        host: '127.0.0.1',
        drainMs: 500,
        workers: 2,
        queueLimit: 0,
        servedBy: '3f2a9c',
        allowOrigin: 'https://app.example.com:8443',
        version: 'v1.2.3+5_a',
      },
    });
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', 'http'],
    ['PORT', '-1'],
    ['DRAIN_SECONDS', '-1'],
    ['DRAIN_SECONDS', '5s'],
    ['DRAIN_SECONDS', '3601'],
    ['WORKERS', '0'],
    ['WORKERS', '1.5'],
    ['WORKERS', '513'],
    ['QUEUE_LIMIT', '-1'],
    ['QUEUE_LIMIT', '100001'],
    ['HOSTNAME', 'a\r\nSet-Cookie: b'],
    ['ALLOW_ORIGIN', 'app.example.com'],
    ['ALLOW_ORIGIN', 'https://app.example.com/'],
    ['ALLOW_ORIGIN', 'https://a.example, https://b.example'],
    ['ALLOW_ORIGIN', '*\r\nSet-Cookie: b'],
    ['VERSION', '1\r\nSet-Cookie: b'],
    ['VERSION', 'x'.repeat(129)],
  ])('refuses %s=%j in one line that names it', (name, value) => {
    const parsed = parseSettings({ [name]: value }, machine);
    expect(parsed).toEqual({
      ok: false,
      reason: expect.stringContaining(`${name}=${JSON.stringify(value)} is not `),
    });
    expect(parsed.ok ? '' : parsed.reason).not.toMatch(/[\r\n;]/);
  });

  it('names all variables at fault', () => {
    const parsed = parseSettings({ PORT: 'x', WORKERS: 'y' }, machine);
    expect(parsed).toEqual({ ok: false, reason: expect.stringMatching(/PORT="x".*; WORKERS="y"/) });
  });
});
