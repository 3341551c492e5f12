import { describe, expect, it } from 'vitest';
import { emptyModel } from '../routing/build.ts';
import { type ReportSources, type WatchFacts, watchReport } from './watch-report.ts';
import { World } from './world.ts';

const SOURCES: ReportSources = {
  job: { model: emptyModel(), heldBack: [], setAside: [] },
  inventory: { state: { connected: true } },
  world: new World(undefined),
  about: {
    version: '1.0.0',
    pid: 7,
    template: 'nginx.conf.hbs',
    templateFile: '/templates/nginx.conf.hbs',
    destination: '/etc/nginx/conf.d/default.conf',
    vocabulary: { dockercloud: false, allowsRaw: false },
    endpoint: 'unix:///var/run/docker.sock',
  },
};

const FACTS: WatchFacts = {
  startedAt: 0,
  live: false,
  confirmation: undefined,
  behindSince: undefined,
  lastRun: undefined,
  changes: [],
};

describe('what a watch says of itself', () => {
  it('has nothing that it does not know', () => {
    expect(watchReport(SOURCES, FACTS)).toEqual({
      version: '1.0.0',
      pid: 7,
      startedAt: '1970-01-01T00:00:00.000Z',
      template: 'nginx.conf.hbs',
      templateFile: '/templates/nginx.conf.hbs',
      destination: '/etc/nginx/conf.d/default.conf',
      engine: { endpoint: 'unix:///var/run/docker.sock', connected: true },
      live: false,
      containers: 0,
      sites: [],
      vocabulary: { dockercloud: false, allowsRaw: false },
      tcp: [],
      problems: [],
    });
  });

  it('tells since when the engine is gone and the proxy behind, and what came of the last run', () => {
    const state = { connected: false, lastError: 'refused', disconnectedSince: 1000 };
    const outcome = { kind: 'waiting', message: 'Waiting for the engine' } as const;
    const report = watchReport(
      { ...SOURCES, inventory: { state } },
      { ...FACTS, behindSince: 2000, lastRun: { at: 3000, outcome } },
    );
    expect(report).toMatchObject({
      engine: {
        connected: false,
        lastError: 'refused',
        disconnectedSince: '1970-01-01T00:00:01.000Z',
      },
      behindSince: '1970-01-01T00:00:02.000Z',
      lastRun: {
        at: '1970-01-01T00:00:03.000Z',
        kind: 'waiting',
        message: 'Waiting for the engine',
      },
    });
  });

  it('has the problem of who is set aside under its container’s ID', () => {
    const problem = {
      container: { id: 'c1', name: 'web-1' },
      variable: 'VIRTUAL_HOST',
      value: 'a.test',
      reason: 'nginx says no',
    };
    const { setAside } = watchReport(
      { ...SOURCES, job: { ...SOURCES.job, setAside: [problem] } },
      FACTS,
    );
    expect(setAside).toEqual([
      {
        id: 'c1',
        container: 'web-1',
        variable: 'VIRTUAL_HOST',
        value: 'a.test',
        reason: 'nginx says no',
      },
    ]);
  });
});
