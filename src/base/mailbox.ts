import type { Clock } from './clock.ts';

/** Beyond this many milliseconds Node.js's timers fire at once. */
const LONGEST_SLEEP = 2 ** 31 - 1;

/**
 * Messages from many senders for one reader, in the order in which they came. State that only
 * the reader touches needs no lock and sees no half-done change.
 */
export class Mailbox<Message> {
  readonly #clock: Clock;
  #messages: Message[] = [];
  #wake: () => void = () => undefined;
  /** Of those that go on, the one that ends first. */
  #timer: { readonly until: number } | undefined;
  #signal: AbortSignal | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  post(message: Message): void {
    this.#messages.push(message);
    this.#wake();
  }

  /**
   * All messages that are there; if there are none, waits for some. Resolves with none when the
   * clock reaches `until` (monotonic milliseconds, `Infinity` for never) first, or when the signal
   * aborts; now and then also without a reason. The signal is the same each time.
   */
  async take(options: {
    readonly until: number;
    readonly signal: AbortSignal;
  }): Promise<readonly Message[]> {
    if (this.#messages.length === 0) await this.#wait(options.until, options.signal);
    const taken = this.#messages;
    this.#messages = [];
    return taken;
  }

  async #wait(until: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || until <= this.#clock.monotonic()) return;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#listen(signal);
    this.#setTimer(until, signal);
    await woken;
    // What came in one piece is read in one piece: the senders get this turn of the event loop.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }

  #listen(signal: AbortSignal): void {
    if (this.#signal === signal) return;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** One that goes on is left as it is: to end it for each message costs more than to wake too early. */
  #setTimer(until: number, signal: AbortSignal): void {
    if (until === Number.POSITIVE_INFINITY || (this.#timer && this.#timer.until <= until)) return;
    const timer = { until };
    this.#timer = timer;
    const over = () => {
      if (this.#timer === timer) this.#timer = undefined;
      this.#wake();
    };
    const pause = Math.min(until - this.#clock.monotonic(), LONGEST_SLEEP);
    // It rejects when it is the end.
    this.#clock.sleep(pause, signal).then(over, over);
  }
}
