import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { aLog } from '../../test/support/memory-log.ts';
import type { CommandResult } from '../output/runner.ts';
import { limitWorkers } from './worker-limit.ts';

const MINUTE_MS = 60_000;

function aLimit(output = '') {
  const clock = new ManualClock(0);
  const log = aLog();
  const stop = new AbortController();
  const scene = {
    ...{ clock, log, stop },
    ran: [] as string[],
    absent: undefined as string | undefined,
    result: { kind: 'exited', exitCode: 0, output, durationMs: 1 } as CommandResult,
    ended: Promise.resolve(),
  };
  const runner = {
    where: 'container proxy',
    unavailable: () => scene.absent,
    run: async (command: string) => {
      scene.ran.push(command);
      return scene.result;
    },
  };
  scene.ended = limitWorkers({ command: 'end them', runner, clock, log }, stop.signal);
  return scene;
}

describe('the limit of old workers', () => {
  it('is seen to every five minutes, and nothing is said of none', async () => {
    const { clock, ran, log } = aLimit();
    await clock.advance(4 * MINUTE_MS);
    expect(ran).toEqual([]);
    await clock.advance(MINUTE_MS);
    await clock.advance(5 * MINUTE_MS);
    expect(ran).toEqual(['end them', 'end them']);
    expect(log.lines).toEqual([]);
  });

  it('says how many it has ended', async () => {
    const { clock, log } = aLimit('12\n34\n');
    await clock.advance(5 * MINUTE_MS);
    expect(log.lines).toEqual([
      expect.stringContaining('Ended 2 old workers of the proxy (container proxy)'),
    ]);
  });

  it('is nobody’s business while the proxy does not run, and goes on after what failed', async () => {
    const scene = aLimit('12\n');
    scene.absent = 'it does not run';
    await scene.clock.advance(5 * MINUTE_MS);
    expect(scene.ran).toEqual([]);
    scene.absent = undefined;
    scene.result = { kind: 'failed', reason: 'the engine is away' };
    await scene.clock.advance(5 * MINUTE_MS);
    expect(scene.log.lines.filter((line) => line.includes('Ended'))).toEqual([]);
    scene.result = { kind: 'exited', exitCode: 0, output: '12\n', durationMs: 1 };
    await scene.clock.advance(5 * MINUTE_MS);
    expect(scene.ran).toHaveLength(2);
    expect(scene.log.lines.filter((line) => line.includes('Ended'))).toHaveLength(1);
  });

  it('ends when it is told to, with nothing left asleep', async () => {
    const { clock, stop, ended } = aLimit();
    await clock.advance(MINUTE_MS);
    stop.abort();
    await ended;
    expect(clock.sleeping).toBe(0);
  });
});
