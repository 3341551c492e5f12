import { TsgenError } from '../base/errors.ts';
import type { HistorySet } from '../output/history-set.ts';
import type { StaleServers } from './container-marks.ts';
import type { History } from './history.ts';
import type { HeldSet, Hold } from './hold.ts';
import type { Outcome } from './outcome.ts';

export interface RollbackOptions {
  readonly history: Pick<History, 'index' | 'find' | 'previous' | 'restore'>;
  readonly hold: Pick<Hold, 'current' | 'begin' | 'giveUp' | 'release' | 'stale'>;
  /** Applies what is to go live now, without waiting for the end of what is being applied. */
  readonly apply: () => Promise<Outcome>;
  /** For messages. */
  readonly dest: string;
}

export interface RolledBack {
  readonly set: HistorySet;
  readonly outcome: Outcome;
  /** It is live, or will be once the proxy can be told, and stays so. */
  readonly isHeld: boolean;
  readonly stale: StaleServers;
  /** Nobody asked the proxy whether it runs it, because it is asked in another way now. */
  readonly isUnaskable: boolean;
}

export interface Resumed {
  /** What was held; `undefined`: nothing was. */
  readonly held: HeldSet | undefined;
  /** Absent when there was nothing to do. */
  readonly outcome?: Outcome;
}

/** `tsgen rollback` and `resume`, on the side of the watch; one at a time. */
export class Rollback {
  readonly #options: RollbackOptions;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: RollbackOptions) {
    this.#options = options;
  }

  /**
   * Brings an earlier set back, and holds it if it goes live.
   *
   * @param number of the set; by default the one before what is live.
   * @throws TsgenError `usage` when there is no such set, `output` when it cannot be read or held.
   */
  async rollback(number: number | undefined): Promise<RolledBack> {
    return await this.#inTurn(async () => {
      const { history, hold, apply, dest } = this.#options;
      const set = this.#choose(number);
      const restored = await history.restore(set);
      if (!restored) {
        throw new TsgenError(
          'output',
          `Cannot bring set ${set.number} of '${dest}' back: what the history kept of it is gone or damaged. Choose another one: tsgen history lists them.`,
        );
      }
      await hold.begin(set, restored);
      const outcome = await apply();
      if (outcome.kind === 'waiting') await hold.giveUp();
      return {
        ...{ set, outcome, stale: hold.stale },
        isHeld: hold.current?.number === set.number,
        isUnaskable: restored.isUnaskable === true,
      };
    });
  }

  /** Has what the containers ask for applied again. */
  async resume(): Promise<Resumed> {
    return await this.#inTurn(async () => {
      const { hold, apply } = this.#options;
      const held = hold.current;
      if (!held) return { held };
      // At once, so that no other run comes before it, of which whoever asks for this would not hear.
      const [, outcome] = await Promise.all([hold.release(), apply()]);
      return { held, outcome };
    });
  }

  #choose(number: number | undefined): HistorySet {
    const { history, dest } = this.#options;
    const set = number === undefined ? history.previous : history.find(number);
    if (set) return set;
    const { sets } = history.index;
    const [first, last] = [sets[0], sets.at(-1)];
    const known =
      first && last
        ? `The history has sets ${first.number} to ${last.number}: tsgen history lists them.`
        : 'Its history is empty: there is one once something has gone live.';
    throw new TsgenError(
      'usage',
      number === undefined
        ? `There is no set of '${dest}' before the one that is live. ${known}`
        : `There is no set ${number} of '${dest}'. ${known}`,
    );
  }

  async #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const running = this.#running.then(task);
    this.#running = running.catch(() => undefined);
    return await running;
  }
}
