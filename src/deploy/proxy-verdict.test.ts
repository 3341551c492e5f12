import { describe, expect, it } from 'vitest';
import type { StatusReport } from '../status/report.ts';
import { proxyVerdict } from './proxy-verdict.ts';

const OLD = { id: 'old-id', name: 'web-1' };
const NEXT = { id: 'next-id', name: 'old_web-1' };

const server = (container: string) => ({ container, address: '172.18.0.2:3000' });

const REPORT: StatusReport = {
  version: 'test',
  pid: 1,
  startedAt: '2026-01-01T00:00:00Z',
  template: 'apache.conf.hbs',
  templateFile: '/apache.conf.hbs',
  destination: '/httpd.conf',
  engine: { endpoint: 'unix:///docker.sock', connected: true },
  live: true,
  confirmation: { kind: 'confirmed', revision: 'r', at: '2026-01-01T00:00:00Z' },
  lastRun: { at: '2026-01-01T00:00:00Z', kind: 'applied', message: 'applied' },
  containers: 2,
  vocabulary: { dockercloud: false, allowsRaw: false },
  tcp: [],
  sites: [
    { host: 'a.test', path: '/', servers: [server('web-1'), server('old_web-1')], absent: [] },
  ],
  problems: [],
};

const verdict = (change: Partial<StatusReport> = {}, next: typeof NEXT | undefined = NEXT) =>
  proxyVerdict({ ...REPORT, ...change }, { old: OLD, next });

const sites = (
  servers: readonly string[],
  absent: StatusReport['sites'][number]['absent'] = [],
) => [{ host: 'a.test', path: '/', servers: servers.map(server), absent }];

describe('whether the proxy gives a new replica requests', () => {
  it('is said of a server of what was applied and confirmed', () => {
    expect(verdict()).toEqual({ isRouted: true, confirmation: { confirmed: true } });
  });

  it('is said also of ports that are handed on as they are', () => {
    const tcp = [{ port: 5432, servers: [server(NEXT.name)], absent: [] }];
    expect(verdict({ sites: [], tcp })).toEqual({
      isRouted: true,
      confirmation: { confirmed: true },
    });
  });

  it.each<[string, Partial<StatusReport>, string]>([
    ['a history that is held', { held: { number: 3 } as never }, 'set 3 of the history is held'],
    ['nothing live', { live: false }, 'no configuration is live yet'],
    [
      'no engine',
      { engine: { endpoint: 'x', connected: false } },
      'tsgen does not reach the engine',
    ],
    [
      'a part that the proxy rejected',
      {
        setAside: [{ id: NEXT.id, container: 'x', variable: 'V', value: '', reason: 'a bad name' }],
      },
      'it was set aside: a bad name',
    ],
    [
      'a reason to leave it out',
      { sites: sites(['web-1'], [{ container: NEXT.name, reason: 'its health is starting' }]) },
      'its health is starting',
    ],
    ['no route', { sites: sites(['web-1']) }, 'tsgen does not route to it'],
    [
      'a last run that did not go well',
      { lastRun: { at: '', kind: 'rejected', message: 'httpd rejected it' } },
      'httpd rejected it',
    ],
    [
      'a live set that is behind',
      { behindSince: '2026-01-01T00:00:00Z' },
      'what is live is behind',
    ],
    [
      'a proxy that runs something else',
      { confirmation: { kind: 'unconfirmed', since: '', reason: 'it answers r0' } },
      'it answers r0',
    ],
  ])('is denied with %s', (_what, change, why) => {
    expect(verdict(change).confirmation).toEqual({
      confirmed: false,
      why: expect.stringContaining(why),
    });
  });

  it('is not asked where neither is routed, but of a watch that knows nothing yet', () => {
    expect(verdict({ sites: [] }).isRouted).toBe(false);
    const { lastRun, ...young } = REPORT;
    expect(lastRun).toBeDefined();
    const asked = proxyVerdict({ ...young, live: false, sites: [] }, { old: OLD, next: NEXT });
    expect(asked.isRouted).toBe(true);
  });

  it('is denied while there is no new one', () => {
    expect(proxyVerdict(REPORT, { old: OLD, next: undefined }).confirmation).toEqual({
      confirmed: false,
      why: 'it is not there',
    });
  });
});
