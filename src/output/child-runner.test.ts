import { expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { childRunner } from './child-runner.ts';
import type { CommandResult, CommandRunner } from './runner.ts';

const exited = (exitCode: number): CommandResult => ({
  kind: 'exited',
  exitCode,
  output: '',
  durationMs: 1,
});

/** A proxy of some age; its reload ends with these exit codes, the last one again and again. */
function aRunner(exitCodes: readonly number[], age = 0) {
  const clock = new ManualClock();
  const state: { runs: number; startedAt: number | undefined } = { runs: 0, startedAt: -age };
  const here: CommandRunner = {
    where: 'here',
    unavailable: () => undefined,
    run: async () => {
      const code = exitCodes[Math.min(state.runs, exitCodes.length - 1)] ?? 0;
      state.runs += 1;
      return exited(code);
    },
    translate: async (path) => ({ kind: 'ok', path }),
  };
  const runner = childRunner(here, {
    runsFor: () => (state.startedAt === undefined ? undefined : clock.now() - state.startedAt),
    clock,
  });
  return { runner, clock, state, told: runner.run('reload', { timeoutMs: 1_000 }) };
}

it('need not tell a proxy that does not run', () => {
  const { runner, state } = aRunner([0]);
  expect(runner.needless?.()).toBeUndefined();
  state.startedAt = undefined;
  expect(runner.needless?.()).toContain('reads its configuration when it starts');
});

it('tries again with a proxy that has only just been started', async () => {
  const { told, clock, state } = aRunner([1, 1, 0]);
  await clock.advance(1_000);
  expect(await told).toMatchObject({ exitCode: 0 });
  expect(state.runs).toBe(3);
});

it('takes the word of one that has run for five seconds', async () => {
  const old = aRunner([1], 5_000);
  expect(await old.told).toMatchObject({ exitCode: 1 });
  expect(old.state.runs).toBe(1);
  const young = aRunner([1], 4_000);
  await young.clock.advance(1_000);
  expect(await young.told).toMatchObject({ exitCode: 1 });
});

it('counts one as told that ended meanwhile: its next start reads what is new', async () => {
  const { told, clock, state } = aRunner([1]);
  state.startedAt = undefined;
  await clock.advance(1_000);
  expect(await told).toMatchObject({ exitCode: 0 });
  expect(state.runs).toBe(1);
});

it('gives up when it is told to', async () => {
  const { runner, clock } = aRunner([1]);
  const end = new AbortController();
  const told = runner.run('reload', { timeoutMs: 1_000, signal: end.signal });
  await clock.advance(150);
  end.abort();
  expect(await told).toEqual({ kind: 'aborted' });
});
