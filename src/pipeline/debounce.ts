import type { Clock } from '../base/clock.ts';

export interface DebounceOptions {
  readonly clock: Clock;
  /** No note came for so long, in milliseconds. */
  readonly minMs: number;
  /** At the latest so long after the first note of a burst, in milliseconds. */
  readonly maxMs: number;
  readonly fire: () => void;
}

/** docker-gen's `--wait`: a burst of notes fires once, when it has calmed down or lasts too long. */
export class Debounce {
  readonly #options: DebounceOptions;
  #firstAt: number | undefined;
  #lastAt = 0;

  constructor(options: DebounceOptions) {
    this.#options = options;
  }

  /**
   * @param signal ends a wait that goes on, without firing.
   * @param options.prolongs false: a wait that goes on stays as long as it is. True if absent.
   */
  note(signal: AbortSignal, { prolongs = true }: { readonly prolongs?: boolean } = {}): void {
    if (prolongs || this.#firstAt === undefined) this.#lastAt = this.#options.clock.monotonic();
    if (this.#firstAt !== undefined) return;
    this.#firstAt = this.#lastAt;
    void this.#wait(this.#firstAt, signal);
  }

  async #wait(firstAt: number, signal: AbortSignal): Promise<void> {
    const { clock, minMs, maxMs, fire } = this.#options;
    for (;;) {
      const due = Math.min(this.#lastAt + minMs, firstAt + maxMs);
      const left = due - clock.monotonic();
      if (left <= 0) break;
      try {
        await clock.sleep(left, signal);
      } catch {
        return;
      }
    }
    this.#firstAt = undefined;
    fire();
  }
}
