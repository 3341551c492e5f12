import { messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { ContainerMark, HistorySet } from '../output/history-set.ts';
import type { RestoredSet } from '../output/history-store.ts';
import type { HeldReport } from '../status/history-report.ts';
import { changesOfMarks, changeText, type StaleServers, staleServers } from './container-marks.ts';
import type { History } from './history.ts';
import type { Outcome } from './outcome.ts';
import type { StateNote } from './state-note.ts';

export interface HoldOptions {
  readonly history: Pick<History, 'find' | 'restore' | 'protect'>;
  readonly note: StateNote;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** For messages. */
  readonly dest: string;
}

/** A set that stays live whatever the containers ask for. */
export interface HeldSet {
  readonly number: number;
  /** When it was first to go live, and since when it is held: milliseconds since 1970. */
  readonly at: number;
  readonly since: number;
  /** Absent when the history has lost it. */
  readonly set: RestoredSet | undefined;
}

const LISTED = 5;

/**
 * What a rollback brought back, or is about to: it is what goes live, in the place of what the
 * containers ask for, until it is released. It lasts over a restart of tsgen.
 */
export class Hold {
  readonly #options: HoldOptions;
  #held: HeldSet | undefined;
  /** Not known to be taken yet. */
  #trial: HeldSet | undefined;
  #wanted: readonly ContainerMark[] = [];
  #said: string = '';

  constructor(options: HoldOptions) {
    this.#options = options;
  }

  /** What is to go live. */
  get current(): HeldSet | undefined {
    return this.#trial ?? this.#held;
  }

  /** Learns what was kept. To be called once, when the history is there. */
  async load(): Promise<void> {
    const { note, log, dest } = this.#options;
    try {
      const kept = await note.read();
      this.#held = await this.#read(kept?.held);
      this.#trial = await this.#read(kept?.trial);
    } catch (error) {
      log.warn(`Cannot read whether a set of '${dest}' is held: ${messageOf(error)}`, { dest });
    }
    this.#protect();
    const { current } = this;
    if (current) log.warn(`${this.#describe(current)} is held ${this.#untilResume}`, { dest });
  }

  /**
   * From the next run on a set is what goes live; whether it stays so, `settle` says.
   *
   * @throws TsgenError `output` when that cannot be kept for the next start.
   */
  async begin({ number, at }: HistorySet, set: RestoredSet): Promise<void> {
    const { now, dest } = this.#options;
    const trial = { number, at, since: now(), set };
    try {
      await this.#keep(trial);
    } catch (error) {
      throw new TsgenError(
        'output',
        `Cannot keep that set ${number} of '${dest}' is held: ${messageOf(error)}. Nothing was changed.`,
        { cause: error },
      );
    }
    // Not before: a run that came meanwhile would bring it back, and who asked for it heard that nothing changed.
    this.#trial = trial;
    this.#said = '';
    this.#protect();
  }

  /** What came of a run with it. What was only tried, and is not live, is given up. */
  async settle(outcome: Outcome): Promise<void> {
    const { log, dest } = this.#options;
    const trial = this.#trial;
    if (!trial) return;
    switch (verdictOn(outcome)) {
      case 'live':
        this.#held = trial;
        this.#trial = undefined;
        log.warn(`${this.#describe(trial)} is live again and held ${this.#untilResume}`, { dest });
        await this.#keepIfPossible();
        break;
      case 'refused':
        await this.giveUp();
        break;
      case 'open':
        break;
    }
  }

  /** Nothing that was only tried is held any more. */
  async giveUp(): Promise<void> {
    const { log, dest } = this.#options;
    if (!this.#trial) return;
    log.warn(`${this.#describe(this.#trial)} is not brought back`, { dest });
    this.#trial = undefined;
    await this.#keepIfPossible();
    this.#protect();
  }

  /** From the next run on, what the containers ask for goes live. */
  async release(): Promise<void> {
    const { log, dest } = this.#options;
    const { current } = this;
    if (!current) return;
    this.#held = undefined;
    this.#trial = undefined;
    this.#said = '';
    log.info(`${this.#describe(current)} is not held any more`, { dest });
    await this.#keepIfPossible();
    this.#protect();
  }

  /** @param wanted who would get requests if nothing were held. */
  look(wanted: readonly ContainerMark[]): void {
    const { log, dest } = this.#options;
    this.#wanted = wanted;
    const { current } = this;
    if (!current?.set) return;
    const text = changeText(changesOfMarks(current.set.containers, wanted));
    if (text === this.#said) return;
    this.#said = text;
    if (text !== '') {
      log.info(`Set ${current.number} of '${dest}' is held, so this is not applied: ${text}`, {
        dest,
      });
    }
  }

  /** Servers of the held set that are not what they were. */
  get stale(): StaleServers {
    return staleServers(this.current?.set?.containers ?? [], this.#wanted);
  }

  get report(): HeldReport | undefined {
    const { current } = this;
    if (!current) return undefined;
    const { number, at, since, set } = current;
    return {
      ...{ number, at: iso(at), since: iso(since) },
      pending: changesOfMarks(set?.containers ?? [], this.#wanted),
      gone: this.stale.gone.slice(0, LISTED),
    };
  }

  get #untilResume(): string {
    return 'until tsgen resume: changes of the containers are not applied';
  }

  #describe({ number, at }: HeldSet): string {
    return `Set ${number} of '${this.#options.dest}', from ${iso(at)},`;
  }

  #protect(): void {
    const numbers = [this.#held, this.#trial].flatMap((one) => (one ? [one.number] : []));
    this.#options.history.protect(numbers);
  }

  async #read(kept: unknown): Promise<HeldSet | undefined> {
    const brief = briefOf(kept);
    if (!brief) return undefined;
    return { ...brief, set: await this.#setOf(brief) };
  }

  /** That it cannot be read is no reason to let something else go live. */
  async #setOf({ number }: Pick<HeldSet, 'number'>): Promise<RestoredSet | undefined> {
    const { history, log, dest } = this.#options;
    try {
      const found = history.find(number);
      return found && (await history.restore(found));
    } catch (error) {
      log.warn(`Cannot read set ${number} of '${dest}', which is held: ${messageOf(error)}`, {
        dest,
      });
      return undefined;
    }
  }

  async #keepIfPossible(): Promise<void> {
    const { log, dest } = this.#options;
    try {
      await this.#keep(this.#trial);
    } catch (error) {
      log.warn(
        `Cannot keep whether a set of '${dest}' is held (${messageOf(error)}): a restart of tsgen goes by what was kept before.`,
        { dest },
      );
    }
  }

  async #keep(trial: HeldSet | undefined): Promise<void> {
    const brief = ({ number, at, since }: HeldSet) => ({ number, at, since });
    await this.#options.note.write({
      ...(this.#held ? { held: brief(this.#held) } : {}),
      ...(trial ? { trial: brief(trial) } : {}),
    });
  }
}

/** What a watch that has ended left held, by what it kept; `undefined`: nothing. */
export function heldByNote(note: Readonly<Record<string, unknown>>): HeldReport | undefined {
  const brief = briefOf(note.trial) ?? briefOf(note.held);
  return (
    brief && {
      ...{ number: brief.number, at: iso(brief.at), since: iso(brief.since) },
      ...{ pending: changesOfMarks([], []), gone: [] },
    }
  );
}

function briefOf(kept: unknown): Omit<HeldSet, 'set'> | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const { number, at, since } = kept as Readonly<Record<string, unknown>>;
  return typeof number === 'number' && typeof at === 'number' && typeof since === 'number'
    ? { number, at, since }
    : undefined;
}

/** Whether what was tried is live; `open` when that is to be seen yet. */
function verdictOn(outcome: Outcome): 'live' | 'refused' | 'open' {
  switch (outcome.kind) {
    case 'applied':
    case 'unchanged':
      // Told or not, it was not seen to run it: it may refuse it yet.
      return outcome.owed || outcome.superseded ? 'open' : 'live';
    case 'failed':
      return outcome.stage === 'notify' || outcome.stage === 'confirm' ? 'open' : 'refused';
    case 'waiting':
      return 'open';
    case 'rejected':
    case 'aborted':
      return 'refused';
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
