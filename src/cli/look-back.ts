import type { Clock } from '../base/clock.ts';
import { TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { HistoryStore } from '../output/history-store.ts';
import type { StateFolder } from '../output/state-folder.ts';
import { History } from '../pipeline/history.ts';
import { Hold } from '../pipeline/hold.ts';
import { describeOutcome } from '../pipeline/outcome.ts';
import { Rollback } from '../pipeline/rollback.ts';
import type { StateNote } from '../pipeline/state-note.ts';
import type { Watch } from '../pipeline/watch.ts';
import type {
  ControlHandlers,
  RefreshReport,
  ResumeReport,
  RollbackReport,
} from '../status/control-server.ts';
import { historyReport, setDetails } from '../status/history-report.ts';
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts';

export interface LookBackOptions {
  readonly state: StateFolder;
  /** Keeps what is held. */
  readonly note: StateNote;
  readonly destination: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** See `HistoryOptions`. */
  readonly asking: string | undefined;
}

const NOT_ASKED =
  '; nobody asked the proxy whether it runs it, for the set was made for another way of asking';

/** The history of a watch's destination, and what of it is held. */
export class LookBack {
  readonly history: History;
  readonly hold: Hold;
  readonly #store: HistoryStore;
  readonly #destination: string;
  /** Who asks before it is known what was kept waits for it. */
  readonly #loaded: Promise<void>;
  #isLoaded: () => void = () => undefined;

  constructor({ state, note, destination, log, clock, asking }: LookBackOptions) {
    const now = () => clock.now();
    this.#store = new HistoryStore(state);
    this.#destination = destination;
    this.#loaded = new Promise((resolve) => {
      this.#isLoaded = resolve;
    });
    this.history = new History({ store: this.#store, log, now, dest: destination, asking });
    this.hold = new Hold({ history: this.history, note, log, now, dest: destination });
  }

  /** What was kept. To be called once, before the first run. */
  async load(): Promise<void> {
    await this.history.load();
    await this.hold.load();
    this.#isLoaded();
  }

  /** What the control socket answers. */
  handlers(
    watching: Pick<Watch, 'applyInstead'>,
  ): Pick<ControlHandlers, 'history' | 'set' | 'rollback' | 'resume'> {
    const { history, hold } = this;
    const dest = this.#destination;
    const rollback = new Rollback({
      ...{ history, hold, dest },
      apply: () => watching.applyInstead(),
    });
    return {
      history: async () => {
        await this.#loaded;
        return historyReport(history.index, dest);
      },
      set: async (number) => {
        await this.#loaded;
        return await setDetails(history.index, number, { store: this.#store, dest });
      },
      rollback: async (number): Promise<RollbackReport> => {
        await this.#loaded;
        const { set, outcome, isHeld, stale, isUnaskable } = await rollback.rollback(number);
        return {
          ...{ number: set.number, at: new Date(set.at).toISOString(), isHeld },
          ...{ gone: stale.gone, taken: stale.taken, servers: stale.total },
          kind: outcome.kind,
          message: `${describeOutcome(outcome)}${isHeld && isUnaskable ? NOT_ASKED : ''}`,
          exitCode: exitCodeOf(outcome),
        };
      },
      resume: async (): Promise<ResumeReport> => {
        await this.#loaded;
        const { held, outcome } = await rollback.resume();
        if (!held || !outcome) {
          const message = `nothing is held of '${dest}': what the containers ask for is applied`;
          return { kind: 'unchanged', message, exitCode: 0 };
        }
        return {
          number: held.number,
          kind: outcome.kind,
          message: describeOutcome(outcome),
          exitCode: exitCodeOf(outcome),
        };
      },
    };
  }

  /** What came of it that somebody asked for what is not applied now. */
  unlessHeld(report: RefreshReport): RefreshReport {
    const held = this.hold.report;
    if (!held) return report;
    return {
      kind: 'held',
      message: `not applied: set ${held.number} is held since ${held.since} (${report.message}). Run tsgen resume first.`,
      exitCode: report.exitCode === 0 ? EXIT_CODES.held.code : report.exitCode,
    };
  }

  /** @throws TsgenError `held` while something is. @param what was to be done. */
  async refuseWhileHeld(what: string): Promise<void> {
    await this.#loaded;
    const held = this.hold.report;
    if (!held) return;
    throw new TsgenError(
      'held',
      `Cannot ${what}: set ${held.number} of '${this.#destination}' is held since ${held.since}, and nothing is taken out of it or put in. Run tsgen resume first.`,
    );
  }
}
