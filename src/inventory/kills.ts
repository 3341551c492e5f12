import type { Entry } from './entry.ts';
import { isStopping, SIGKILL } from './signals.ts';

interface Kill {
  /** tsgen's clock, monotonic milliseconds. */
  readonly at: number;
  /** The engine's clock, milliseconds since the epoch. */
  readonly timeMs: number;
}

export interface StoppingMark {
  /** Monotonic milliseconds: whoever is alive then was not stopping after all. */
  readonly until: number;
  /** The engine will not restart it by itself: it was stopped on purpose. */
  readonly final: boolean;
}

/** Beyond the stop timeout, for an engine that is slow to kill. */
const GRACE_MS = 5_000;

/**
 * The signals that containers were sent in their present run. It is tsgen's own knowledge: no
 * answer of the engine tells that a container is being stopped. Whether a signal means the end
 * depends on the container (its stop signal), which may be known only later.
 */
export class Kills {
  readonly #bySignal = new Map<string, Map<number, Kill>>();

  note(id: string, signal: number, kill: Kill): void {
    const kills = this.#bySignal.get(id) ?? new Map<number, Kill>();
    this.#bySignal.set(id, kills);
    const known = kills.get(signal);
    // The same event again, replayed after a reconnect.
    if (known && known.timeMs >= kill.timeMs) return;
    kills.set(signal, kill);
  }

  forget(id: string): void {
    this.#bySignal.delete(id);
  }

  /** Forgets those of containers that are not known and not asked about. */
  keepOnly(isKnown: (id: string) => boolean): void {
    for (const id of this.#bySignal.keys()) {
      if (!isKnown(id)) this.#bySignal.delete(id);
    }
  }

  /** The mark of a container, if it has one at `now`. */
  markOf(id: string, entry: Entry, now: number): StoppingMark | undefined {
    let mark: StoppingMark | undefined;
    for (const [signal, kill] of this.#bySignal.get(id) ?? []) {
      if (kill.timeMs < entry.startedAtMs || !isStopping(signal, entry.stopSignal)) continue;
      const until = kill.at + entry.stopTimeoutMs + GRACE_MS;
      if (until <= now) continue;
      const final = signal === SIGKILL || signal === entry.stopSignal;
      mark = {
        until: Math.max(until, mark?.until ?? 0),
        final: final || (mark?.final ?? false),
      };
    }
    return mark;
  }
}
