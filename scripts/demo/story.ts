import { pathOf } from './ask.ts';
import type { Frame, Stop } from './frame.ts';
import { currentRows, totalsOf } from './picture.ts';
import { type Replica, Roster } from './replicas.ts';
import { type Answer, type Answers, between } from './tally.ts';

/** How long one of the latest answers stays on the screen. */
const LATEST_MS = 500;

export interface StoryOptions {
  /** The numbers of replicas that the demo goes through. */
  readonly stops: readonly number[];
  /** Milliseconds that never go back. */
  readonly now: () => number;
}

interface Waiting {
  /** From the longest way to say it to the shortest. */
  readonly details: readonly string[];
  /** 0 to 1. */
  readonly progress: number;
}

/** Everything that has happened so far, and the picture of it. */
export class Story {
  readonly roster = new Roster();
  readonly #options: StoryOptions;
  readonly #began: number;
  readonly #answers: Answer[] = [];
  readonly #starts: number[] = [];
  #heading = '';
  #waiting: Waiting | undefined;
  #latest: Answer | undefined;
  #latestSince = 0;

  constructor(options: StoryOptions) {
    this.#options = options;
    this.#began = options.now();
  }

  get answers(): Answers {
    return this.#answers;
  }

  /** When each phase began, of those that have. */
  get starts(): readonly number[] {
    return this.#starts;
  }

  add(answer: Answer): void {
    this.#answers.push(answer);
  }

  /** A phase begins. */
  enter(heading: string): void {
    this.roster.settle();
    this.#starts.push(this.#options.now());
    this.#heading = heading;
    this.#waiting = undefined;
  }

  /** The replicas are there, and their answers are awaited. */
  await(heading: string, waiting: Waiting): void {
    this.#heading = heading;
    this.#waiting = waiting;
  }

  frame(turn: number): Frame {
    const now = this.#options.now();
    const replicas = this.roster.all;
    const ready = replicas.filter(({ state }) => state === 'ready').length;
    const latest = this.#latestAnswer(now);
    return {
      elapsedMs: now - this.#began,
      stops: this.#stops(),
      heading: this.#heading,
      details: this.#waiting?.details ?? [inMotion(replicas)],
      ...(this.#waiting === undefined ? {} : { progress: this.#waiting.progress }),
      rows: currentRows({
        answers: this.#answers,
        replicas,
        nameOf: (hostname) => this.roster.nameOf(hostname),
        now,
        since: this.#starts[0] ?? now,
      }),
      evenShare: ready === 0 ? 0 : 1 / ready,
      totals: totalsOf(this.#answers, this.#starts.at(-1) ?? 0, now),
      ...(latest === undefined ? {} : { latest }),
      turn,
    };
  }

  #stops(): Stop[] {
    const at = this.#starts.length - 1;
    return this.#options.stops.map((replicas, place) => ({
      replicas,
      status: place < at ? 'done' : place === at ? 'now' : 'next',
    }));
  }

  #latestAnswer(now: number): Frame['latest'] {
    if (now - this.#latestSince >= LATEST_MS) {
      this.#latest = between(this.#answers, now - LATEST_MS).findLast(
        ({ outcome }) => outcome.kind === 'answered',
      );
      this.#latestSince = now;
    }
    const outcome = this.#latest?.outcome;
    if (this.#latest === undefined || outcome?.kind !== 'answered') return undefined;
    const by = this.roster.nameOf(outcome.by) ?? outcome.by;
    return { path: pathOf(this.#latest.integer), isPrime: outcome.isPrime, by };
  }
}

/** What is changing: `3 starting`. */
function inMotion(replicas: readonly Replica[]): string {
  const count = (state: Replica['state']) => replicas.filter((one) => one.state === state).length;
  const parts = [
    [count('starting'), 'starting'],
    [count('leaving'), 'draining'],
    [count('gone'), 'gone'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}
