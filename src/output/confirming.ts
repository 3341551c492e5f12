import type { Logger } from '../base/log.ts';
import {
  type AskOptions,
  type Confirmation,
  type Confirmed,
  confirm,
  questionOf,
} from './confirm.ts';
import { LastGood } from './last-good.ts';
import type { Rendering } from './rendering.ts';

export interface ConfirmingDeps {
  readonly log: Logger;
  readonly monotonic: () => number;
}

/** How long a container may take to say whether it runs, in milliseconds. */
const LOOK_MS = 5_000;

/** Asks the running proxy what it runs, and remembers the answers. */
export class Confirming {
  readonly lastGood: LastGood = new LastGood();
  readonly #confirmation: Confirmation | undefined;
  readonly #deps: ConfirmingDeps;
  readonly #over = new AbortController();
  #hasWarned: boolean = false;

  constructor(confirmation: Confirmation | undefined, deps: ConfirmingDeps) {
    this.#confirmation = confirmation;
    this.#deps = deps;
    confirmation?.onEnd?.(() => this.lastGood.ended(deps.monotonic()), this.#over.signal);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  /**
   * Whether the proxy can be asked for it: nobody can where the template spells no revision, or it is
   * one that only another way of asking would answer.
   */
  covers({ revision }: Rendering): boolean {
    if (this.#confirmation === undefined || revision === undefined) return false;
    return questionOf(this.#confirmation, revision) !== undefined;
  }

  async ask(rendering: Rendering, options: AskOptions): Promise<Confirmed> {
    const { revision } = rendering;
    if (!this.#confirmation || revision === undefined) {
      return { kind: 'unanswerable', reason: 'the template spells no revision' };
    }
    const answer = await confirm(this.#confirmation, revision, options);
    // A child that ended when it read this, and is to be started again: it would end again.
    if (
      answer.kind === 'unavailable' &&
      this.#confirmation.child &&
      this.lastGood.hasFailed(rendering)
    ) {
      return { kind: 'unconfirmed', reason: answer.reason, ended: true };
    }
    if (answer.kind === 'confirmed') this.lastGood.took(rendering, this.#deps.monotonic());
    if (answer.kind === 'unanswerable') this.#warn(answer.reason);
    return answer;
  }

  /** Whether the proxy has ended, as far as that can be told. */
  async isGone(): Promise<boolean> {
    const { runner, child } = this.#confirmation ?? {};
    if (child) return !child.isRunning();
    if (!runner || runner.unavailable() !== undefined) return true;
    // Word of it may still be on its way here.
    return (await runner.run(':', { timeoutMs: LOOK_MS })).kind === 'unavailable';
  }

  /** A reason, and what the proxy itself has complained of since then. */
  async withComplaints(reason: string, sinceMs: number): Promise<string> {
    const said = (await this.#confirmation?.runner.complaints?.(sinceMs)) ?? [];
    return said.length === 0 ? reason : `${reason}; it said: ${said.join('; ')}`;
  }

  #warn(reason: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#deps.log.warn(
      `The proxy (${this.#confirmation?.runner.where}) cannot be asked which configuration it runs: ${reason}. That it was told counts as done.`,
    );
  }
}
