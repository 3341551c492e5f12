import type { Clock } from '../../src/base/clock.ts';
import { rowsOf, totalsOf } from './picture.ts';
import type { Replica } from './replicas.ts';
import type { PhaseFailure, PhaseReport } from './report.ts';
import type { DemoStack } from './stack.ts';
import type { Story } from './story.ts';
import { type Answers, between, countByReplica, failures, lastAnswered, streak } from './tally.ts';
import type { View } from './view.ts';

export interface PhaseDeps {
  readonly stack: DemoStack;
  readonly view: View;
  readonly clock: Clock;
}

/** A phase is over when so many answers in a row came from its replicas and from no other. */
const IN_A_ROW = 250;
/** Nor may one have fallen silent: among the last of these, so many a replica, each is found. */
const LATEST_EACH = 20;
/** How long the answers of a phase may take to become what they should be. */
const DEADLINE_MS = 60_000;
const POLL_MS = 50;
const LOG_LINES = 25;

export interface Phase {
  readonly replicas: number;
  /** How many there were; absent at the start. */
  readonly before: number | undefined;
}

/**
 * Brings the stack to the number of replicas, and waits until the answers show it.
 *
 * @throws DockerError when a docker command fails, and the signal's reason when it aborts
 */
export async function runPhase(
  deps: PhaseDeps,
  story: Story,
  { replicas, before }: Phase,
  signal: AbortSignal,
): Promise<PhaseReport | PhaseFailure> {
  const { stack, view, clock } = deps;
  const start = clock.monotonic();
  story.enter(
    before === undefined
      ? `${replicas} replicas`
      : `Scaling from ${before} to ${replicas} replicas`,
  );
  view.follow((turn) => story.frame(turn));
  if (before !== undefined) {
    await stack.up(replicas, { keep: true }, () => {
      // The bars show it.
    });
    signal.throwIfAborted();
  }
  story.roster.update(await stack.replicas());

  const expected = story.roster.all.filter(({ state }) => state === 'ready');
  const mark = clock.monotonic();
  const run = await awaitStreak(deps, story, { replicas, expected, mark }, signal);
  const answers = between(story.answers, start);
  const facts = {
    replicas,
    totals: totalsOf(answers, start, clock.monotonic()),
    failures: failures(answers),
  };
  if (typeof run !== 'string') {
    const rows = rowsOf(run, expected);
    return { ...facts, inARow: run.length, rows, tookMs: clock.monotonic() - start };
  }
  view.rest();
  const seen = countByReplica(lastAnswered(between(answers, mark), IN_A_ROW));
  const name = (hostname: string) => story.roster.nameOf(hostname) ?? hostname;
  return {
    ...facts,
    reason: run,
    expected: expected.map((one) => one.name),
    seen: new Map([...seen].map(([hostname, count]) => [name(hostname), count])),
    log: await stack.log(['tsgen'], LOG_LINES),
  };
}

interface Awaited {
  readonly replicas: number;
  readonly expected: readonly Replica[];
  readonly mark: number;
}

/** The answers in a row that end the phase, or why there are none. */
async function awaitStreak(
  { clock }: PhaseDeps,
  story: Story,
  { replicas, expected, mark }: Awaited,
  signal: AbortSignal,
): Promise<Answers | string> {
  if (expected.length !== replicas) {
    return `the engine has ${expected.length} healthy replicas, not ${replicas}`;
  }
  const hostnames = new Set(expected.map(({ hostname }) => hostname));
  while (clock.monotonic() < mark + DEADLINE_MS) {
    const run = streak(between(story.answers, mark), hostnames).slice(-IN_A_ROW);
    const latest = run.slice(-LATEST_EACH * replicas);
    if (run.length === IN_A_ROW && countByReplica(latest).size === replicas) return run;
    const count = `${String(run.length).padStart(3)} of ${IN_A_ROW}`;
    story.await(`${replicas} replicas`, {
      details: [`${count} answers in a row from them alone`, `${count} answers in a row`, count],
      progress: run.length / IN_A_ROW,
    });
    await clock.sleep(POLL_MS, signal);
  }
  return `within ${DEADLINE_MS / 1000} s there were no ${IN_A_ROW} answers in a row from all of them and from no other`;
}
