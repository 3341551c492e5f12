import type { Clock } from './clock.ts';

/** Beyond this many milliseconds Node.js's timers fire at once. A reader that wakes for nothing
 * just waits again. */
const LONGEST_SLEEP = 2 ** 31 - 1;

/**
 * Messages from many senders for one reader, in the order in which they came. State that only
 * the reader touches needs no lock and sees no half-done change.
 */
export class Mailbox<Message> {
  readonly #clock: Clock;
  #messages: Message[] = [];
  #wake: () => void = () => undefined;

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
   * aborts; now and then also without a reason.
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
    const pause = until - this.#clock.monotonic();
    if (signal.aborted || pause <= 0) return;
    const done = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => resolve(), { signal: done.signal });
    });
    // A rejection only says that the sleep was cut short, here, by `done`.
    const timer = this.#clock.sleep(Math.min(pause, LONGEST_SLEEP), done.signal);
    await Promise.race([woken, timer.catch(() => undefined)]);
    done.abort();
    // What came in one piece is read in one piece: the senders get this turn of the event loop.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
