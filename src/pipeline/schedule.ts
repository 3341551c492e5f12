import type { Clock } from '../base/clock.ts';

export interface ScheduleOptions<Result> {
  readonly clock: Clock;
  /** One run. It is never called while another one goes on, and must not reject. */
  readonly run: () => Promise<Result>;
  /** Whether to run again, without being asked, after this result. */
  readonly retry: (result: Result) => boolean;
  /** How much of what a run took was work, in milliseconds; all of it if absent. */
  readonly effort?: (result: Result, tookMs: number) => number;
  /**
   * How long to gather changes after a run, in milliseconds: twice what the run took to work, within
   * these bounds. The same number twice is a fixed spacing.
   */
  readonly spacing: { readonly min: number; readonly max: number };
  /** First and longest pause before a retry, in milliseconds; each doubles the one before. */
  readonly backoff?: { readonly first: number; readonly longest: number };
}

const BACKOFF = { first: 1_000, longest: 30_000 } as const;

/**
 * Decides when to run: at once after a quiet spell; and for what comes while a run goes on, or
 * within the spacing that follows it, once for all of it. So a lone change is live without delay,
 * and a storm costs few runs.
 */
export class Schedule<Result> {
  readonly #options: ScheduleOptions<Result>;
  /** Who asked for the next run. */
  #asked: ((result: Result) => void)[] = [];
  #wake: () => void = () => undefined;
  /** What is asked for is not to wait for the end of the spacing. */
  #isUrgent: boolean = false;
  #hurry: () => void = () => undefined;

  constructor(options: ScheduleOptions<Result>) {
    this.#options = options;
  }

  /** Asks for a run that begins after this call; resolves with its result. */
  trigger(): Promise<Result> {
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#wake();
    });
  }

  /** What is asked for next waits no longer than the shortest spacing. */
  hurry(): void {
    this.#isUrgent = true;
    this.#hurry();
  }

  /** Runs whatever is asked for until the signal aborts; a run that has begun is finished. */
  async follow(signal: AbortSignal): Promise<void> {
    const { clock, spacing, run, retry } = this.#options;
    const backoff = this.#options.backoff ?? BACKOFF;
    let retryIn: number | undefined;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    for (;;) {
      await this.#untilAsked(retryIn, signal);
      if (signal.aborted) return;
      const asked = this.#asked;
      this.#asked = [];
      this.#isUrgent = false;
      const begun = clock.monotonic();
      const result = await run();
      const lasted = clock.monotonic() - begun;
      const took = this.#options.effort?.(result, lasted) ?? lasted;
      for (const resolve of asked) resolve(result);
      retryIn = retry(result)
        ? Math.min((retryIn ?? backoff.first / 2) * 2, backoff.longest)
        : undefined;
      const quiet = Math.min(spacing.max, Math.max(spacing.min, 2 * took));
      await clock.sleep(spacing.min, signal).catch(() => undefined);
      await this.#rest(quiet - spacing.min, signal);
    }
  }

  /** For so long, or until there is something urgent. */
  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || this.#isUrgent) return;
    const over = new AbortController();
    this.#hurry = () => over.abort();
    const until = AbortSignal.any([signal, over.signal]);
    await this.#options.clock.sleep(ms, until).catch(() => undefined);
    this.#hurry = () => undefined;
  }

  /** Until somebody asks, `retryIn` milliseconds are over (`undefined`: never) or it is the end. */
  async #untilAsked(retryIn: number | undefined, signal: AbortSignal): Promise<void> {
    if (this.#asked.length > 0 || signal.aborted) return;
    const asked = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (retryIn === undefined) return await asked;
    const done = new AbortController();
    const timer = this.#options.clock.sleep(retryIn, done.signal).catch(() => undefined);
    await Promise.race([asked, timer]);
    done.abort();
  }
}
