import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { aLog } from '../../test/support/memory-log.ts';
import { APPLIED, UNCHANGED } from '../../test/support/outcomes.ts';
import { ChildStart } from './child-start.ts';
import type { Outcome } from './outcome.ts';

function aStart({ hasFile = false, pid }: { hasFile?: boolean; pid?: number } = {}) {
  const clock = new ManualClock();
  const log = aLog();
  const stop = new AbortController();
  let starts = 0;
  const start = new ChildStart({
    child: {
      start: () => {
        starts += 1;
      },
      state: { command: 'nginx', restarts: 0, ...(pid === undefined ? {} : { pid }) },
    },
    destination: '/etc/nginx/conf.d/default.conf',
    exists: async () => hasFile,
    clock,
    log,
    whyLate: () => 'the engine does not answer',
  });
  const ended = start.run(stop.signal);
  return { start, clock, log, stop, ended, starts: () => starts };
}

const FAILED: Outcome = {
  kind: 'failed',
  stage: 'template',
  message: 'no such helper',
  retry: true,
};
const REJECTED: Outcome = { kind: 'rejected', message: 'nginx said no' };

describe('ChildStart', () => {
  it.each<[string, Outcome]>([
    ['applied', APPLIED],
    ['what was there already', UNCHANGED],
    ['written, if not told', { kind: 'failed', stage: 'notify', message: 'no', retry: true }],
  ])('starts the proxy with the first configuration that is live: %s', async (_, outcome) => {
    const { start, starts } = aStart();
    await start.after(outcome);
    expect(starts()).toBe(1);
  });

  it('lets a proxy that waits to be started again know of new configurations alone', async () => {
    const { start, starts } = aStart();
    await start.after(APPLIED);
    await start.after(UNCHANGED);
    expect(starts()).toBe(1);
    await start.after(APPLIED);
    expect(starts()).toBe(2);
  });

  it.each([FAILED, REJECTED])(
    'falls back on the file from before when there is one: $kind',
    async (outcome) => {
      const without = aStart();
      await without.start.after(outcome);
      await without.start.after(outcome);
      expect(without.starts()).toBe(0);
      expect(without.log.lines).toEqual([expect.stringContaining('is not started yet')]);
      const having = aStart({ hasFile: true });
      await having.start.after(outcome);
      await having.start.after(outcome);
      expect(having.starts()).toBe(1);
      expect(having.log.lines).toEqual([expect.stringContaining('as it was before')]);
    },
  );

  it('waits three seconds for the first rendering before it does that', async () => {
    const { clock, starts, log, ended } = aStart({ hasFile: true });
    await clock.advance(2_999);
    expect(starts()).toBe(0);
    await clock.advance(1);
    await ended;
    expect(starts()).toBe(1);
    expect(log.lines).toEqual([expect.stringContaining('the engine does not answer')]);
  });

  it('says nothing of a proxy that another run has started', async () => {
    const { clock, starts, log } = aStart({ hasFile: true, pid: 7 });
    await clock.advance(5_000);
    expect(starts()).toBe(0);
    expect(log.lines).toEqual([]);
  });

  it('ends when it is told to', async () => {
    const { clock, starts, stop, ended } = aStart({ hasFile: true });
    await clock.advance(1_000);
    stop.abort();
    await ended;
    expect(starts()).toBe(0);
    expect(clock.sleeping).toBe(0);
  });
});
