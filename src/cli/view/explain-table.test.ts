import { describe, expect, it } from 'vitest';
import { explainOne } from './explain-one.ts';
import type { ContainerReport, ExplainReport, RouteReport } from './explain-report.ts';
import { explainTable } from './explain-table.ts';

const PLAIN = { color: false };
const PROXY = {
  kind: 'container',
  name: 'proxy',
  hostNetwork: false,
  networks: ['front'],
} as const;

const container = (fields: Partial<ContainerReport> = {}): ContainerReport => ({
  ...{ id: 'a', name: 'web', status: 'running', health: '', routes: [], problems: [] },
  ...fields,
});
const served: RouteReport = {
  ...{ host: 'a.test', path: '/', served: true, protocol: 'http', address: '10.0.0.2:80' },
  ...{ network: 'front', note: '' },
};
const lost: RouteReport = {
  ...{ host: 'a.test', path: '/x', served: false, why: 'shares no network with the proxy' },
  remedy: 'docker network connect front web',
};
const report = (...containers: readonly ContainerReport[]): ExplainReport => ({
  proxy: PROXY,
  problems: [],
  containers,
});

describe('the table of all containers', () => {
  it('names a container once, and each of its sites', () => {
    const grpc: RouteReport = { ...served, host: 'b.test', path: '/api', protocol: 'grpc' };
    const text = explainTable(report(container({ routes: [served, grpc] })), PLAIN);
    expect(text.split('\n').slice(2, 5)).toEqual([
      '  CONTAINER  SITE         TRAFFIC',
      '● web        a.test       10.0.0.2:80 over front',
      '●            b.test /api  10.0.0.2:80 (grpc) over front',
    ]);
  });

  it('begins with what is wrong with the proxy as a whole', () => {
    const problem = { variable: 'HSTS', value: 'x', reason: 'it is wrong', remedy: '' };
    const text = explainTable({ ...report(container()), problems: [problem] }, PLAIN);
    expect(text.split('\n')[3]).toBe("! the proxy  –     HSTS='x': it is wrong");
  });

  it('tells what passes from what has to be mended, and no problem twice', () => {
    const problem = {
      variable: 'VIRTUAL_HOST',
      value: 'a.test',
      reason: `the container ${lost.why}`,
      remedy: 'mend it',
    };
    const text = explainTable(
      report(
        container({ name: 'lost', routes: [lost], problems: [problem] }),
        container({ name: 'sick', routes: [{ ...lost, why: 'unhealthy', remedy: '' }] }),
      ),
      PLAIN,
    );
    expect(text.split('\n').slice(3)).toEqual([
      '! lost       a.test /x  none: shares no network with the proxy',
      '                        → docker network connect front web',
      '○ sick       a.test /x  none: unhealthy',
      '',
      '0 of 2 that ask for traffic get it.',
      '',
    ]);
  });

  it('breaks lines at the width of the terminal, but for advice, which is to be copied', () => {
    const routes = [{ ...lost, remedy: 'docker network connect front a-very-long-name' }];
    const text = explainTable(report(container({ routes })), { ...PLAIN, columns: 50 });
    expect(text.split('\n').slice(3, 7)).toEqual([
      '○ web        a.test /x  none: shares no network',
      '                        with the proxy',
      '                        → docker network connect front a-very-long-name',
      '',
    ]);
  });

  it('sums up those that ask for nothing, without the proxy and tsgen', () => {
    const silent = { why: 'VIRTUAL_HOST is not set', remedy: '', isMistake: false };
    const text = explainTable(
      report(
        container({ name: 'db', ...silent }),
        container({ name: 'cache', ...silent }),
        container({ name: 'proxy', role: 'proxy', ...silent }),
      ),
      PLAIN,
    );
    expect(text).toContain('No container asks for traffic');
    expect(text).toContain('VIRTUAL_HOST is not set for: db, cache.');
  });

  it('says so when nothing runs', () => {
    expect(explainTable(report(), PLAIN)).toContain('No container runs.');
  });
});

describe('one container', () => {
  it('has its state, its sites and what to do', () => {
    const one = container({ health: 'unhealthy', routes: [lost] });
    expect(explainOne(one, { proxy: PROXY, ...PLAIN })).toBe(
      [
        'web (running, unhealthy)',
        '  ○ a.test /x: none: shares no network with the proxy',
        '      → docker network connect front web',
        '',
        'Seen by proxy, on the network front.',
        '',
      ].join('\n'),
    );
  });

  it('is the proxy, or tsgen itself', () => {
    const proxy = explainOne(container({ role: 'proxy' }), { proxy: PROXY, ...PLAIN });
    expect(proxy).toContain('is the proxy itself');
    const tsgen = explainOne(container({ role: 'tsgen' }), { proxy: { kind: 'host' }, ...PLAIN });
    expect(tsgen).toContain("is tsgen's own container");
    expect(tsgen).toContain('Name it with --proxy');
  });
});
