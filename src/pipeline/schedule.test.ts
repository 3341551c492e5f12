import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { Schedule, type ScheduleOptions } from './schedule.ts';

/** A schedule whose runs take `takes` ms of a clock that the test moves. */
function start(takes: number, options: Partial<ScheduleOptions<string>> = {}) {
  const clock = new ManualClock();
  const runs: number[] = [];
  const schedule = new Schedule<string>({
    clock,
    run: async () => {
      runs.push(clock.monotonic());
      if (takes > 0) await clock.sleep(takes);
      return `run ${runs.length}`;
    },
    retry: () => false,
    spacing: { min: 200, max: 2_000 },
    ...options,
  });
  const stop = new AbortController();
  const ended = schedule.follow(stop.signal);
  return { clock, runs, schedule, stop: () => stop.abort(), ended };
}

describe('Schedule', () => {
  it('runs a lone change at once', async () => {
    const { clock, runs, schedule, stop, ended } = start(10);
    await clock.advance(5_000);
    const result = schedule.trigger();
    await clock.advance(10);
    expect(runs).toEqual([5_000]);
    expect(await result).toBe('run 1');
    stop();
    await ended;
  });

  it('takes all that comes during a run and its spacing in one more run', async () => {
    const { clock, runs, schedule, stop, ended } = start(50);
    const asked = [schedule.trigger()];
    await clock.advance(20);
    for (let i = 0; i < 40; i += 1) {
      asked.push(schedule.trigger());
      await clock.advance(5);
    }
    await clock.advance(1_000);
    expect(runs).toEqual([0, 250]);
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['run 1', 'run 2']));
    stop();
    await ended;
  });

  it('waits no longer than the shortest spacing for what is urgent', async () => {
    const { clock, runs, schedule, stop, ended } = start(500);
    void schedule.trigger();
    await clock.advance(800);
    void schedule.trigger();
    await clock.advance(50);
    expect(runs).toEqual([0]);
    schedule.hurry();
    await clock.advance(300);
    // During a run, and of no effect on the next one but one.
    void schedule.trigger();
    schedule.hurry();
    await clock.advance(200 + 200);
    void schedule.trigger();
    await clock.advance(5_000);
    expect(runs).toEqual([0, 850, 1_550, 3_050]);
    stop();
    await ended;
    expect(clock.sleeping).toBe(0);
  });

  it.each([
    { takes: 10, next: 10 + 200 },
    { takes: 300, next: 300 + 600 },
    { takes: 5_000, next: 5_000 + 2_000 },
  ])('spaces runs of $takes ms by twice as much, within bounds', async ({ takes, next }) => {
    const { clock, runs, schedule, stop, ended } = start(takes);
    void schedule.trigger();
    await clock.advance(1);
    void schedule.trigger();
    await clock.advance(10_000);
    expect(runs).toEqual([0, next]);
    stop();
    await clock.advance(10_000);
    await ended;
  });

  it('retries with growing pauses, and from the start after a success', async () => {
    let failures = 3;
    const { clock, runs, schedule, stop, ended } = start(0, {
      retry: () => {
        failures -= 1;
        return failures >= 0;
      },
      spacing: { min: 0, max: 0 },
      backoff: { first: 1_000, longest: 2_000 },
    });
    void schedule.trigger();
    await clock.advance(60_000);
    expect(runs).toEqual([0, 1_000, 3_000, 5_000]);
    failures = 1;
    void schedule.trigger();
    await clock.advance(60_000);
    expect(runs.slice(4)).toEqual([60_000, 61_000]);
    stop();
    await ended;
  });

  it('does not wait for a retry when there is a change', async () => {
    const { clock, runs, schedule, stop, ended } = start(0, {
      retry: () => true,
      spacing: { min: 0, max: 0 },
    });
    void schedule.trigger();
    await clock.advance(500);
    void schedule.trigger();
    await clock.advance(1);
    expect(runs).toEqual([0, 500]);
    stop();
    await ended;
  });

  it('finishes the run that has begun when it is stopped, and begins no other', async () => {
    const { clock, runs, schedule, stop, ended } = start(100);
    const first = schedule.trigger();
    await clock.advance(10);
    void schedule.trigger();
    stop();
    await clock.advance(1_000);
    await ended;
    expect(await first).toBe('run 1');
    expect(runs).toEqual([0]);
    expect(clock.sleeping).toBe(0);
  });

  it('does not count as work what a run says was none', async () => {
    const { clock, runs, schedule, stop, ended } = start(1_000, { effort: () => 150 });
    void schedule.trigger();
    await clock.advance(1_000);
    void schedule.trigger();
    await clock.advance(299);
    expect(runs).toEqual([0]);
    await clock.advance(1);
    expect(runs).toEqual([0, 1_300]);
    stop();
    await clock.advance(2_000);
    await ended;
  });
});
