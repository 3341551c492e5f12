import { createHash } from 'node:crypto';
import { messageOf, TsgenError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Trial } from '../output/output.ts';
import type { Problem } from '../routing/model.ts';
import { byAge } from '../routing/order.ts';
import { outsideProblem } from '../routing/problem.ts';
import { type Answer, type Budget, findCulprit } from './find-culprit.ts';
import type { Outcome } from './outcome.ts';
import type { StateNote } from './state-note.ts';

type Rejection = Extract<Outcome, { kind: 'rejected' }>;
type Containers = ReadonlySet<RuntimeContainer>;

/** One run's renderings, each without some of its containers. */
export interface Trials {
  /** Makes it live. */
  apply(without: Containers): Promise<Outcome>;
  /** Whether a container has a part in the last one that was applied. */
  readonly hasPart: (container: RuntimeContainer) => boolean;
  /** Asks about it. Absent where the proxy cannot be asked about what does not go live. */
  readonly tryOut?: (without: Containers) => Promise<Trial>;
}

export interface QuarantineOptions {
  readonly log: Logger;
  /** Keeps who is set aside; without it a start begins with nobody. */
  readonly note?: StateNote;
  /** How often a proxy may be asked in one run to find out who is at fault; default 200. */
  readonly maxChecks?: number;
}

interface SetAside {
  readonly container: RuntimeContainer;
  /** In the proxy's words. */
  readonly reason: string;
}

type Chosen =
  | { readonly kind: 'suspects'; readonly suspects: readonly RuntimeContainer[] }
  | { readonly kind: 'settled'; readonly outcome: Outcome };

interface Search {
  /** Those that have a part in what was rejected. */
  readonly parts: readonly RuntimeContainer[];
  readonly trials: Required<Trials>;
  readonly budget: Budget;
}

const MAX_CHECKS = 200;
const MAX_REASON = 500;
const NOBODY: Containers = new Set();

/**
 * Keeps the containers apart whose part of the configuration the proxy rejects, so that the others
 * go live. Each is tried again when it is another object than before, that is, when it changed; and
 * all of them when their surroundings change or `reconsider` is called. A run without a rejection
 * costs nothing more than it would without a quarantine.
 */
export class Quarantine {
  readonly #options: QuarantineOptions;
  /** By ID. */
  #aside: ReadonlyMap<string, SetAside> = new Map();
  /** Those of which it could not be found out who is at fault: as long as they stay, nobody asks. */
  #hopeless: { readonly among: Containers; readonly outcome: Outcome } | undefined;
  /** What the last configuration that went live was made of. */
  #accepted: readonly RuntimeContainer[] | undefined;
  #surroundings: string | undefined;
  #kept = '[]';

  constructor(options: QuarantineOptions) {
    this.#options = options;
  }

  /** Whose part is left out now, and why. */
  get problems(): readonly Problem[] {
    return [...this.#aside.values()].map(problemOf);
  }

  /** Those whose part is left out now. */
  get left(): Containers {
    if (this.#aside.size === 0) return NOBODY;
    return new Set([...this.#aside.values()].map(({ container }) => container));
  }

  /** The next run tries all of them again. */
  reconsider(): void {
    this.#aside = new Map();
    this.#hopeless = undefined;
  }

  /**
   * Makes live what can be.
   *
   * @param containers all that the configuration may be made from
   * @param surroundings what else it is made from, as a hash
   */
  async run(
    containers: readonly RuntimeContainer[],
    surroundings: string,
    trials: Trials,
  ): Promise<Outcome> {
    await this.#recall(containers, surroundings);
    const outcome = await trials.apply(this.left);
    const { tryOut } = trials;
    // What passed the check and was not taken all the same says nothing of any one container.
    const settled =
      outcome.kind === 'rejected' && !outcome.restored && tryOut
        ? await this.#siftOrNot(outcome, containers, { ...trials, tryOut })
        : outcome;
    if (wentLive(settled)) {
      const left = this.left;
      this.#accepted =
        left.size === 0 ? containers : containers.filter((container) => !left.has(container));
      await this.#keep();
    }
    return settled;
  }

  /** Forgets who has changed or is gone; the first time, learns who was set aside before. */
  async #recall(containers: readonly RuntimeContainer[], surroundings: string): Promise<void> {
    if (this.#surroundings === undefined) {
      this.#aside = await this.#read(containers, surroundings);
    } else if (this.#surroundings !== surroundings) {
      this.reconsider();
    } else if (this.#aside.size > 0) {
      const present = new Set(containers);
      this.#aside = new Map([...this.#aside].filter(([, one]) => present.has(one.container)));
    }
    this.#surroundings = surroundings;
  }

  /** A template may not be able to do without some containers: then there is nothing to find out. */
  async #siftOrNot(
    rejection: Rejection,
    containers: readonly RuntimeContainer[],
    trials: Required<Trials>,
  ): Promise<Outcome> {
    const before = this.#aside;
    try {
      return await this.#sift(rejection, containers, trials);
    } catch (error) {
      this.#aside = before;
      if (error instanceof TsgenError && error.kind === 'template') return rejection;
      throw error;
    }
  }

  /** Sets aside as many as it takes. Where the proxy cannot be asked, nobody. */
  async #sift(
    rejection: Rejection,
    containers: readonly RuntimeContainer[],
    trials: Required<Trials>,
  ): Promise<Outcome> {
    const before = this.#aside;
    const known = this.#hopeless;
    if (known && isSameSet(known.among, containers)) return known.outcome;
    const parts = containers.filter(trials.hasPart);
    const budget: Budget = { left: this.#options.maxChecks ?? MAX_CHECKS };
    const chosen = await this.#suspects(containers, rejection, trials);
    if (chosen.kind === 'settled') return chosen.outcome;
    const outcome = await this.#setAside(chosen.suspects, rejection, { parts, trials, budget });
    if (wentLive(outcome)) return outcome;
    this.#aside = before;
    if (outcome.kind === 'rejected') this.#hopeless = { among: new Set(containers), outcome };
    return outcome;
  }

  /**
   * Those that changed since the last good configuration, if the proxy still accepts one without
   * them. It may have changed its mind, by a file that it reads: then all, if it accepts one
   * without any. Else it is nobody's fault. What is live is not asked about by `apply`.
   */
  async #suspects(
    containers: readonly RuntimeContainer[],
    rejection: Rejection,
    trials: Required<Trials>,
  ): Promise<Chosen> {
    const left = this.left;
    // A file or a setting has changed, and nothing else: what is live serves them all, so it stays.
    const accepted = this.#accepted && new Set(this.#accepted);
    if (accepted && isSameSet(accepted, containers)) {
      return { kind: 'settled', outcome: surroundingsFault(rejection) };
    }
    const all = containers.filter((container) => !left.has(container)).toSorted(byAge);
    const changed = all.filter((container) => !accepted?.has(container));
    if (changed.length > 0 && changed.length < all.length) {
      const others = await trials.tryOut(new Set([...left, ...changed]));
      if (others.kind === 'no-verdict') return { kind: 'settled', outcome: others.result };
      if (others.kind === 'accepted') return { kind: 'suspects', suspects: changed };
    }
    const none = await trials.tryOut(new Set(containers));
    if (none.kind === 'no-verdict') return { kind: 'settled', outcome: none.result };
    return none.kind === 'rejected'
      ? { kind: 'settled', outcome: nobodysFault(rejection, none.reason) }
      : { kind: 'suspects', suspects: all };
  }

  async #setAside(
    all: readonly RuntimeContainer[],
    rejection: Rejection,
    { parts, trials, budget }: Search,
  ): Promise<Outcome> {
    let outcome: Outcome = rejection;
    let suspects = all;
    while (outcome.kind === 'rejected' && suspects.length > 0) {
      const rest = suspects;
      const ask = async (count: number) =>
        answerOf(await trials.tryOut(new Set([...this.left, ...rest.slice(count)])));
      const found = await findCulprit(rest, outcome.reason ?? outcome.message, ask, budget);
      if (found.kind === 'stopped') return found.stop;
      if (found.kind === 'undecided') return tooMany(rejection, this.#aside);
      const { culprit, reason, index } = found;
      this.#aside = new Map(this.#aside).set(culprit.ID, { container: culprit, reason });
      suspects = rest.slice(index + 1);
      budget.left = Math.max(0, budget.left - 1);
      if (this.#isAllOf(parts)) return everybody(rejection, this.#aside);
      outcome = await trials.apply(this.left);
    }
    return outcome;
  }

  /** To empty what works would be worse than to keep it, and so many are hardly wrong at once. */
  #isAllOf(parts: readonly RuntimeContainer[]): boolean {
    return parts.length > 1 && parts.every(({ ID }) => this.#aside.has(ID));
  }

  async #read(
    containers: readonly RuntimeContainer[],
    surroundings: string,
  ): Promise<ReadonlyMap<string, SetAside>> {
    const note = await this.#options.note?.read().catch((error: unknown) => {
      this.#options.log.warn(`Cannot read who was set aside: ${messageOf(error)}`);
    });
    if (!note || !Array.isArray(note.aside)) return new Map();
    this.#kept = JSON.stringify(note.aside);
    if (note.surroundings !== surroundings) return new Map();
    const byPrint = new Map(note.aside.filter(isKept).map(({ print, reason }) => [print, reason]));
    if (byPrint.size === 0) return new Map();
    return new Map(
      containers.flatMap((container) => {
        const reason = byPrint.get(printOf(container));
        return reason === undefined ? [] : [[container.ID, { container, reason }] as const];
      }),
    );
  }

  async #keep(): Promise<void> {
    const { note, log } = this.#options;
    const aside = [...this.#aside.values()].map(({ container, reason }) => ({
      print: printOf(container),
      reason,
    }));
    const text = JSON.stringify(aside);
    if (!note || text === this.#kept) return;
    try {
      await note.write({ surroundings: this.#surroundings, aside });
      this.#kept = text;
    } catch (error) {
      log.warn(
        `Cannot keep who is set aside (${messageOf(error)}): after a restart it is found out anew.`,
      );
    }
  }
}

/** What is live now is what was asked for, whoever has been told of it yet. */
function wentLive(outcome: Outcome): boolean {
  return (
    outcome.kind === 'applied' ||
    outcome.kind === 'unchanged' ||
    (outcome.kind === 'failed' && outcome.stage === 'notify')
  );
}

function surroundingsFault(rejection: Rejection): Outcome {
  return withNobody(
    rejection,
    'No container has changed since what is live, so it is a file or a setting that has',
  );
}

function nobodysFault(rejection: Rejection, reason: string): Outcome {
  const why = reason === rejection.reason ? '' : ` (${reason})`;
  return withNobody(
    rejection,
    `It rejects one without any container too${why}, so that is no container's fault`,
  );
}

function everybody(rejection: Rejection, aside: ReadonlyMap<string, SetAside>): Outcome {
  return withNobody(
    rejection,
    `It rejects each of the ${aside.size} containers that have a part in it, which is hardly their fault`,
  );
}

function tooMany(rejection: Rejection, aside: ReadonlyMap<string, SetAside>): Outcome {
  const names = [...aside.values()].map(({ container }) => container.Name);
  return withNobody(
    rejection,
    `More containers are at fault than can be found out in one run: ${names.slice(0, 10).join(', ')} and others`,
  );
}

function withNobody({ message, ...rejection }: Rejection, why: string): Outcome {
  return {
    ...rejection,
    message: `${message}. ${why}: nobody is set aside, and what was live stays. Look at the template, at tsgen's settings, and at what else the proxy reads.`,
  };
}

function isSameSet(known: Containers, containers: readonly RuntimeContainer[]): boolean {
  return known.size === containers.length && containers.every((container) => known.has(container));
}

function answerOf(trial: Trial): Answer<Outcome> {
  return trial.kind === 'no-verdict' ? { kind: 'stopped', stop: trial.result } : trial;
}

function problemOf({ container: { ID, Name }, reason: said }: SetAside): Problem {
  return outsideProblem({
    container: { id: ID, name: Name },
    variable: 'check',
    value: said.length > MAX_REASON ? `${said.slice(0, MAX_REASON)}…` : said,
    reason:
      'the proxy rejects the configuration with this container in it: it is set aside, and the others go on without it, until it or what its part is made from changes (or tsgen refresh)',
  });
}

/** The same for the same container in the same state, also in another process. */
function printOf(container: RuntimeContainer): string {
  return createHash('sha256').update(JSON.stringify(container)).digest('hex');
}

function isKept(value: unknown): value is { readonly print: string; readonly reason: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'print' in value &&
    typeof value.print === 'string' &&
    'reason' in value &&
    typeof value.reason === 'string'
  );
}
