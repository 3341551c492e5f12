import { listChanges } from '../base/list-changes.ts';
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
  /** Of `#runs`, those that do not run, and those that came back by themselves lately. */
  readonly #down = new Set<string>();
  readonly #restless = new Set<string>();
  #before: readonly RuntimeContainer[] = [];
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
    this.#noteChanges(containers, now);
    for (const id of this.#restless) {
      const run = this.#runs.get(id);
      if (!run?.up) continue;
      const until = run.since + this.#required(run, now);
      if (run.returns.length === 0) this.#restless.delete(id);
      if (until <= now) continue;
      unsteady.add(id);
      this.#dueAt = Math.min(until, this.#dueAt ?? until);
    }
    return unsteady;
  }

  /** Of a container that did not change there is nothing new. */
  #noteChanges(containers: readonly RuntimeContainer[], now: number): void {
    const { removed, added } = listChanges(this.#before, containers);
    this.#before = containers;
    const up = new Map(added.filter(isUp).map((container) => [container.ID, container]));
    for (const { ID } of removed) if (!up.has(ID)) this.#noteEnd(ID, now);
    for (const container of up.values()) this.#noteUp(container, now);
    for (const id of this.#down) {
      const since = this.#runs.get(id)?.since ?? 0;
      if (now - since <= WINDOW_MS) continue;
      // It is gone, or stays away for so long that it is no loop.
      this.#runs.delete(id);
      this.#down.delete(id);
      this.#restless.delete(id);
    }
  }

  #noteEnd(id: string, now: number): void {
    const run = this.#runs.get(id);
    if (!run?.up) return;
    Object.assign(run, { up: false, since: now });
    this.#down.add(id);
  }

  #noteUp({ ID: id, stopping }: RuntimeContainer, now: number): void {
    const run = this.#runs.get(id) ?? { up: true, since: now, told: false, returns: [] };
    if (!run.up) {
      if (!run.told) {
        run.returns.push(now);
        this.#restless.add(id);
      }
      Object.assign(run, { up: true, since: now });
      this.#down.delete(id);
    }
    run.told = stopping;
    this.#runs.set(id, run);
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
