import { describe, expect, it } from 'vitest';
import { healthOf, type StatusReport } from './report.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');

function report(change: Partial<StatusReport>): StatusReport {
  return {
    version: '1.0.0',
    pid: 7,
    startedAt: '2026-01-01T00:00:00Z',
    template: 'nginx.conf.hbs',
    templateFile: '/usr/local/lib/tsgen/templates/nginx.conf.hbs',
    destination: '/etc/nginx/conf.d/default.conf',
    engine: { endpoint: 'unix:///var/run/docker.sock', connected: true },
    live: true,
    containers: 0,
    vocabulary: { dockercloud: false, allowsRaw: false },
    tcp: [],
    sites: [],
    problems: [],
    ...change,
  };
}

describe('healthOf', () => {
  it('is healthy once a configuration is live', () => {
    expect(healthOf(report({}), NOW).healthy).toBe(true);
  });

  it('is unhealthy before, and says what came of the last run', () => {
    const lastRun = { at: '', kind: 'waiting', message: 'waits for the proxy' };
    expect(healthOf(report({ live: false, lastRun }), NOW)).toEqual({
      healthy: false,
      reason: 'no configuration is live yet: waits for the proxy',
    });
  });

  it('is healthy while a set is held, and says so', () => {
    const none = { names: [], more: 0 };
    const held = {
      ...{ number: 4, at: '2026-01-01T00:01:00Z', since: '2026-01-01T00:02:00Z', gone: [] },
      pending: { came: none, went: none, changed: none },
    };
    expect(healthOf(report({ held }), NOW)).toEqual({
      healthy: true,
      reason:
        '/etc/nginx/conf.d/default.conf is live, but set 4 of its history is held since 2026-01-01T00:02:00Z, until tsgen resume',
    });
  });

  it('stays healthy when a later candidate is rejected: the last good one is live', () => {
    const lastRun = { at: '', kind: 'rejected', message: 'nginx said no' };
    expect(healthOf(report({ lastRun }), NOW).healthy).toBe(true);
  });

  it.each([
    ['2026-01-01T00:09:30Z', true],
    ['2026-01-01T00:08:59Z', false],
  ])(
    'forgives a proxy that could not be told for less than a minute (since %s)',
    (since, healthy) => {
      const lastRun = { at: '', kind: 'failed', message: 'exit status 1' };
      expect(healthOf(report({ behindSince: since, lastRun }), NOW).healthy).toBe(healthy);
    },
  );

  it.each([
    ['2026-01-01T00:09:30Z', true],
    ['2026-01-01T00:08:59Z', false],
  ])('forgives an engine that is lost for less than a minute (since %s)', (since, healthy) => {
    const engine = {
      endpoint: 'tcp://engine:2375',
      connected: false,
      disconnectedSince: since,
      lastError: 'connection refused',
    };
    expect(healthOf(report({ engine }), NOW).healthy).toBe(healthy);
  });

  it('is unhealthy while the proxy that it runs does not run, and says how it ended', () => {
    const child = { command: 'nginx', restarts: 0 };
    expect(healthOf(report({ child: { ...child, pid: 9 } }), NOW).healthy).toBe(true);
    const lastEnd = 'ended by itself, exit code 1';
    expect(healthOf(report({ child: { ...child, restarts: 2, lastEnd } }), NOW)).toEqual({
      healthy: false,
      reason: "'nginx' does not run: it ended by itself, exit code 1",
    });
  });
});
