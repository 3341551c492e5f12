/**
 * Docker kills ten seconds after it asked to stop, and TERM, KILL and the end of tsgen take a
 * second or two of these.
 */
const GRACE_MS = 5_000;

/** Aborts its signal a while after another one aborted; to be ended by whoever made it. */
export class Grace {
  readonly #lengthMs: number;
  readonly #over = new AbortController();
  readonly #outer: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal, lengthMs: number = GRACE_MS) {
    this.#outer = outer;
    this.#lengthMs = lengthMs;
    if (outer.aborted) this.#begin();
    else outer.addEventListener('abort', this.#begin, { once: true });
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** For messages, once it has aborted. */
  get whyGivenUp(): string {
    return `not done ${this.#lengthMs / 1000} s after tsgen was told to stop, given up; it is owed`;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#begin);
  }

  readonly #begin = (): void => {
    this.#timer = setTimeout(() => this.#over.abort(), this.#lengthMs);
  };
}
