import type { Clock } from '../../src/base/clock.ts';
import { sendRequests } from './load.ts';
import { runPhase } from './phase.ts';
import { progressOf } from './progress.ts';
import type { Named } from './replicas.ts';
import type { PhaseFailure, PhaseReport } from './report.ts';
import { type DemoStack, DockerError } from './stack.ts';
import { Story } from './story.ts';
import { type Answers, between, type Outcome } from './tally.ts';
import { inWords } from './text.ts';
import type { Mark } from './timeline.ts';
import type { View } from './view.ts';

export interface DemoDeps {
  readonly stack: DemoStack;
  readonly ask: (integer: number) => Promise<Outcome>;
  readonly view: View;
  readonly clock: Clock;
}

export interface DemoResult {
  readonly answers: Answers;
  /** Everybody who was there. */
  readonly replicas: readonly Named[];
  readonly phases: readonly PhaseReport[];
  /** When each phase began, of those that did. */
  readonly marks: readonly Mark[];
  readonly failure?: PhaseFailure;
}

const PHASES = [3, 6, 2] as const;
/** At 50 a second, ten minutes. */
const LOAD = { perSecond: 50, concurrency: 4, limit: 30_000 };

/**
 * Builds and starts the stack, then takes it through the phases while requests flow. Ends early
 * at a phase whose condition is not met in time.
 *
 * @throws DockerError when a docker command fails, and the signal's reason when it aborts
 */
export async function runDemo(deps: DemoDeps, signal: AbortSignal): Promise<DemoResult> {
  const { stack, ask, view, clock } = deps;
  await prepare(deps);
  const story = new Story({ stops: PHASES, now: () => clock.monotonic() });
  story.roster.update(await stack.replicas());

  const stop = new AbortController();
  const running = AbortSignal.any([signal, stop.signal]);
  const onAnswer = story.add.bind(story);
  const background = Promise.all([
    sendRequests({ ask, onAnswer, clock, ...LOAD }, running),
    followReplicas(stack, story, running),
  ]);
  // Its fault is thrown below; until then nothing may wait for what will not come.
  background.catch(() => stop.abort());

  const phases: PhaseReport[] = [];
  let failure: PhaseFailure | undefined;
  let end = Number.POSITIVE_INFINITY;
  try {
    for (const [at, replicas] of PHASES.entries()) {
      const outcome = await runPhase(deps, story, { replicas, before: PHASES[at - 1] }, running);
      if ('reason' in outcome) {
        failure = outcome;
        break;
      }
      phases.push(outcome);
      view.phase(outcome);
    }
    end = clock.monotonic();
  } finally {
    view.rest();
    stop.abort();
    await background;
  }
  const { starts, roster } = story;
  return {
    answers: between(story.answers, 0, end),
    replicas: roster.everyone,
    phases,
    marks: starts.map((at, place) => ({
      at,
      labels: [`${PHASES[place]} replicas`, String(PHASES[place])],
    })),
    ...(failure === undefined ? {} : { failure }),
  };
}

async function prepare({ stack, view }: DemoDeps): Promise<void> {
  const onLine = (step: { detail(text: string): void }) => (line: string) => {
    const text = progressOf(line);
    if (text !== undefined) step.detail(text);
  };
  const building = view.begin('Building the images');
  await stack.build(onLine(building));
  building.done('The images are built');
  const count = inWords(PHASES[0]);
  const starting = view.begin(`Starting nginx, tsgen and ${count} replicas`);
  await stack.up(PHASES[0], { keep: false }, onLine(starting));
  starting.done(`nginx, tsgen and ${count} replicas run`);
}

/** Keeps the picture of the replicas true; each phase makes sure for itself. */
async function followReplicas(stack: DemoStack, story: Story, signal: AbortSignal): Promise<void> {
  for await (const { action, id } of stack.events(signal)) {
    if (action.startsWith('exec_')) continue;
    if (action === 'kill') story.roster.leave(id);
    try {
      story.roster.update(await stack.replicas());
    } catch (error) {
      if (signal.aborted) return;
      // The engine did not answer this time: the picture stays as it was until the next event.
      if (!(error instanceof DockerError)) throw error;
    }
  }
}
