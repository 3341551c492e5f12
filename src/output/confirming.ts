import type { Logger } from '../base/log.ts';
import { type Confirmation, type Confirmed, confirm } from './confirm.ts';
import { hashOf } from './content.ts';
import type { Rendering } from './rendering.ts';

/** After so many reloads that the proxy did not take, what it took last comes back. */
const ATTEMPTS = 3;

/**
 * What is known of the running proxy: which rendering it took last, how often it did not take the
 * newest one, and which one is not to be tried again.
 */
export class Confirming {
  readonly #confirmation: Confirmation | undefined;
  readonly #log: Logger;
  #good: Rendering | undefined;
  #failed: { readonly content: string; readonly times: number } | undefined;
  #refused: { readonly content: string; readonly message: string } | undefined;
  #hasWarned: boolean = false;

  constructor(confirmation: Confirmation | undefined, log: Logger) {
    this.#confirmation = confirmation;
    this.#log = log;
  }

  /** What the proxy was last seen to run, or was live when this run began. */
  get good(): Rendering | undefined {
    return this.#good;
  }

  /** Whether the proxy can be asked for it: nobody can where the template spells no revision. */
  covers({ revision }: Rendering): boolean {
    return this.#confirmation !== undefined && revision !== undefined;
  }

  async ask(
    rendering: Rendering,
    options: { readonly patient: boolean; readonly signal: AbortSignal },
  ): Promise<Confirmed> {
    const { revision } = rendering;
    if (!this.#confirmation || revision === undefined) {
      return { kind: 'unanswerable', reason: 'the template spells no revision' };
    }
    const answer = await confirm(this.#confirmation, revision, options);
    // A child that ended when it read this, and is to be started again: it would end again.
    if (answer.kind === 'unavailable' && this.#confirmation.child && this.#hasFailed(rendering)) {
      return { kind: 'unconfirmed', reason: answer.reason, ended: true };
    }
    if (answer.kind === 'confirmed') this.took(rendering);
    if (answer.kind === 'unanswerable') this.#warn(answer.reason);
    return answer;
  }

  /** The proxy was seen to run it. */
  took(rendering: Rendering): void {
    // That what it took last is back is no reason to try again.
    if (this.#refused && contentOf(this.#good ?? rendering) !== contentOf(rendering)) {
      this.#refused = undefined;
    }
    this.#good = rendering;
    this.#failed = undefined;
  }

  /** What is live before the first change: nobody has seen the proxy refuse it. */
  presume(good: Rendering): void {
    this.#good ??= good;
  }

  /** Another reload was in vain. What to go back to, if it was the last. */
  failed(rendering: Rendering): Rendering | undefined {
    const content = contentOf(rendering);
    const times = (this.#hasFailed(rendering) ? (this.#failed?.times ?? 0) : 0) + 1;
    this.#failed = { content, times };
    const isLast = times >= ATTEMPTS && this.#good && contentOf(this.#good) !== content;
    return isLast ? this.#good : undefined;
  }

  /** It is not tried again until something changes. */
  refuse(rendering: Rendering, message: string): void {
    this.#refused = { content: contentOf(rendering), message };
    this.#failed = undefined;
  }

  /** Why a rendering is not tried; `undefined`: it is. */
  whyRefused(rendering: Rendering): string | undefined {
    if (this.#refused === undefined) return undefined;
    if (this.#refused.content !== contentOf(rendering)) return undefined;
    return this.#refused.message;
  }

  /** Somebody asks for it by hand. */
  pardon(): void {
    this.#refused = undefined;
  }

  /** A reason, and what the proxy itself has complained of since then. */
  async withComplaints(reason: string, sinceMs: number): Promise<string> {
    const said = (await this.#confirmation?.runner.complaints?.(sinceMs)) ?? [];
    return said.length === 0 ? reason : `${reason}; it said: ${said.join('; ')}`;
  }

  #hasFailed(rendering: Rendering): boolean {
    return this.#failed !== undefined && this.#failed.content === contentOf(rendering);
  }

  #warn(reason: string): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#log.warn(
      `The proxy (${this.#confirmation?.runner.where}) cannot be asked which configuration it runs: ${reason}. That it was told counts as done.`,
    );
  }
}

/** SHA-256 of the bytes of all files, and their paths, in hexadecimal. */
export function contentOf({ files }: Pick<Rendering, 'files'>): string {
  return hashOf(files.flatMap(({ path, chunks }) => [path, '\0', ...chunks, '\0']));
}
