import { contentOf } from './content-of.ts';
import type { Rendering } from './rendering.ts';

/** After so many reloads that the proxy did not take, what it took last comes back. */
const ATTEMPTS = 3;
/** The same, of reloads of which it has ended: one may be by chance. */
const DEATHS = 2;
/** Who runs for so long after a reload does not end of it; in milliseconds. */
const STEADY_MS = 10_000;

/** A rendering that the proxy did not take, by its content. */
export interface Refused {
  /** See `contentOf`. */
  readonly content: string;
  /** Why, for people. */
  readonly message: string;
}

interface Attempts {
  readonly content: string;
  readonly times: number;
  /** How many of them it ended of. */
  readonly deaths: number;
}

/**
 * What the running proxy took last, how often it did not take the newest rendering, and which one is
 * not to be tried again.
 */
export class LastGood {
  #good: Rendering | undefined;
  /** What it was seen to run a moment ago, and may end of yet. */
  #young:
    | {
        readonly content: string;
        /** What it ran until then. */
        readonly before: Rendering | undefined;
        /** Absent when it has ended since then. */
        readonly since: number | undefined;
      }
    | undefined;
  #failed: Attempts | undefined;
  #refused: Refused | undefined;

  /** What the proxy was last seen to run, and outlived; or was live when this run began. */
  get good(): Rendering | undefined {
    return this.#good;
  }

  /** Whether that is the last good one. */
  is(rendering: Rendering): boolean {
    return this.#good !== undefined && contentOf(this.#good) === contentOf(rendering);
  }

  get refused(): Refused | undefined {
    return this.#refused;
  }

  /** What a run before this one knew; what this one has learned since then goes before it. */
  recall({
    good,
    refused,
  }: {
    readonly good?: Rendering | undefined;
    readonly refused?: Refused | undefined;
  }): void {
    this.#good ??= good;
    this.#refused ??= refused;
  }

  /** It runs this. @param at milliseconds by a clock that only grows. */
  took(rendering: Rendering, at: number): void {
    const content = contentOf(rendering);
    // That what it took last is back is no reason to try again.
    if (this.#refused && contentOf(this.#good ?? rendering) !== content) this.#refused = undefined;
    if (this.#young?.content !== content) {
      this.#young = { content, before: this.#good, since: at };
      this.#failed = undefined;
    } else if (this.#young.since === undefined) {
      this.#young = { ...this.#young, since: at };
    }
    if (this.#failed) this.#failed = { ...this.#failed, times: this.#failed.deaths };
    this.#good = rendering;
  }

  /** It is told to run this: what it ends of from now on is not what it ran until then. */
  told(rendering: Rendering): void {
    if (this.#young?.content !== contentOf(rendering)) this.#young = undefined;
  }

  /** It has ended by itself. Soon after it took something, that is what it ended of. */
  ended(at: number): void {
    const young = this.#young;
    if (young?.since === undefined) return;
    if (at - young.since >= STEADY_MS) {
      this.#young = undefined;
      this.#failed = undefined;
      return;
    }
    this.#count(young.content, true);
    this.#young = { ...young, since: undefined };
    this.#good = young.before ?? this.#good;
  }

  /** It has ended of this too often to be started with it again. */
  isDeadly(rendering: Rendering): boolean {
    const failed = this.#attemptsOf(contentOf(rendering));
    return failed !== undefined && failed.deaths >= DEATHS && this.#before(failed) !== undefined;
  }

  /**
   * Another reload was in vain.
   *
   * @param died the proxy has ended of it.
   * @returns what to go back to, and whether for good; nothing as long as it may be tried as it is.
   */
  failed(
    rendering: Rendering,
    died: boolean,
  ): { readonly good: Rendering; readonly isLast: boolean } | undefined {
    const failed = this.#count(contentOf(rendering), died);
    const good = this.#before(failed);
    const isLast = failed.times >= ATTEMPTS || failed.deaths >= DEATHS;
    return good && (isLast || died) ? { good, isLast } : undefined;
  }

  hasFailed(rendering: Rendering): boolean {
    return this.#attemptsOf(contentOf(rendering)) !== undefined;
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

  /** It is tried again, such as when somebody asks for it by hand. */
  pardon(): void {
    this.#refused = undefined;
  }

  #count(content: string, died: boolean): Attempts {
    const { times, deaths } = this.#attemptsOf(content) ?? { times: 0, deaths: 0 };
    this.#failed = { content, times: times + 1, deaths: deaths + (died ? 1 : 0) };
    return this.#failed;
  }

  #attemptsOf(content: string): Attempts | undefined {
    return this.#failed?.content === content ? this.#failed : undefined;
  }

  /** What it took before this, if anything. */
  #before({ content }: Attempts): Rendering | undefined {
    return this.#good && contentOf(this.#good) !== content ? this.#good : undefined;
  }
}
