export interface BackoffOptions {
  /** The first pause, in milliseconds; each following one is twice as long. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** From 0 (inclusive) to 1 (exclusive), such as `Math.random`. */
  readonly random: () => number;
}

/**
 * Pauses between attempts. Each is drawn from the upper half of its range, so that many who lost
 * the same engine at the same moment do not come back at the same moment.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #attempts = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** How long to pause now, in milliseconds. */
  next(): number {
    const { firstMs, longestMs, random } = this.#options;
    // 2^30 is beyond any bound in use; without the limit a long outage would end in Infinity.
    const range = Math.min(longestMs, firstMs * 2 ** Math.min(this.#attempts, 30));
    this.#attempts += 1;
    return Math.round(range * (0.5 + random() / 2));
  }

  reset(): void {
    this.#attempts = 0;
  }
}
