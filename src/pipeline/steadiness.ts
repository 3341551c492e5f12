import type { RuntimeContainer } from '../inventory/runtime-container.ts';

export interface SteadinessOptions {
  /** How long one that has ended by itself again and again must stay up; 0 is off. Milliseconds. */
  readonly settleMs: number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

interface Run {
  /** It runs, as far as was seen last. */
  up: boolean;
  since: number;
  /** It was told to end: what comes next is no crash. */
  told: boolean;
  /** When it came back by itself, in the last minute. */
  readonly returns: number[];
}

/** How far back it counts how often a container came back. */
const WINDOW_MS = 60_000;
/** The first time may be a slip. */
const FORGIVEN = 1;
const LONGEST_MS = 60_000;

/**
 * Keeps those back that end by themselves again and again: each time they come and go the proxy
 * reloads, for which the others' connections pay. From the second return within a minute on a
 * container has to stay up for `settleMs`, and for twice as long after each further one, a minute
 * at most. One that was told to stop, and was started again, is not meant.
 */
export class Steadiness {
  readonly #options: SteadinessOptions;
  readonly #runs = new Map<string, Run>();
  #dueAt: number | undefined;

  constructor(options: SteadinessOptions) {
    this.#options = options;
  }

  /** When the next one may be let in, by `monotonic`; `undefined` while none is kept back. */
  get dueAt(): number | undefined {
    return this.#dueAt;
  }

  /** The IDs of those that are to be kept back now. */
  look(containers: readonly RuntimeContainer[]): ReadonlySet<string> {
    const unsteady = new Set<string>();
    const { settleMs, monotonic } = this.#options;
    this.#dueAt = undefined;
    if (settleMs === 0) return unsteady;
    const now = monotonic();
    const running = new Map(
      containers.filter(isUp).map((container) => [container.ID, container] as const),
    );
    this.#noteEnds(running, now);
    for (const [id, { stopping }] of running) {
      const run = this.#runs.get(id) ?? { up: true, since: now, told: false, returns: [] };
      if (!run.up) {
        if (!run.told) run.returns.push(now);
        Object.assign(run, { up: true, since: now });
      }
      run.told = stopping;
      this.#runs.set(id, run);
      const until = run.since + this.#required(run, now);
      if (until <= now) continue;
      unsteady.add(id);
      this.#dueAt = Math.min(until, this.#dueAt ?? until);
    }
    return unsteady;
  }

  #noteEnds(running: ReadonlyMap<string, unknown>, now: number): void {
    for (const [id, run] of this.#runs) {
      if (running.has(id)) continue;
      if (run.up) Object.assign(run, { up: false, since: now });
      // It is gone, or stays away for so long that it is no loop.
      else if (now - run.since > WINDOW_MS) this.#runs.delete(id);
    }
  }

  /** How long it has to be up, in milliseconds. */
  #required(run: Run, now: number): number {
    const lately = run.returns.filter((at) => now - at <= WINDOW_MS);
    run.returns.splice(0, run.returns.length, ...lately);
    const excess = lately.length - FORGIVEN;
    if (excess <= 0) return 0;
    return Math.min(this.#options.settleMs * 2 ** (excess - 1), LONGEST_MS);
  }
}

function isUp({ State, status }: RuntimeContainer): boolean {
  return State.Running && status !== 'restarting';
}
