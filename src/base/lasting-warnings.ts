import type { Logger } from './log.ts';

/** Warns of what is wrong once, for as long as it lasts. */
export class LastingWarnings {
  readonly #log: Logger;
  #known: ReadonlySet<string> = new Set();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** All that is wrong now: what was not the last time is logged. */
  report(messages: Iterable<string>): void {
    const now = new Set(messages);
    for (const message of now) {
      if (!this.#known.has(message)) this.#log.warn(message);
    }
    this.#known = now;
  }
}
