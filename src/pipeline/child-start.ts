import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { ProxyChild } from '../proxies/child.ts';
import { describeOutcome, type Outcome } from './outcome.ts';

export interface ChildStartOptions {
  readonly child: Pick<ProxyChild, 'start' | 'state'>;
  /** The file that it reads. */
  readonly destination: string;
  readonly exists: () => Promise<boolean>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
  /** What is being waited for, while there is no outcome. */
  readonly whyLate: () => string;
}

/** How long the first rendering is waited for where there is a file from before, in milliseconds. */
const FIRST_MS = 3_000;

/**
 * Decides when a proxy that runs as a child process is started: once the first rendering is live,
 * so that it never serves what the containers were yesterday. Where that fails or takes more than
 * 3 s, as without an engine, with the file from before, if there is one.
 */
export class ChildStart {
  readonly #options: ChildStartOptions;
  #started: boolean = false;
  #said = '';

  constructor(options: ChildStartOptions) {
    this.#options = options;
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, whyLate } = this.#options;
    await clock.sleep(FIRST_MS, signal).catch(() => undefined);
    if (!signal.aborted) await this.#startAnyway(whyLate());
  }

  async after(outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'applied':
        this.#start();
        return;
      case 'unchanged':
        if (!this.#started) this.#start();
        return;
      case 'aborted':
        return;
      case 'failed':
        // By then the new content is live.
        if (outcome.stage === 'notify' || outcome.stage === 'confirm') this.#start();
        else await this.#startAnyway(describeOutcome(outcome));
        return;
      case 'rejected':
        // What comes back may be what it can be started with.
        if (outcome.restored) this.#start();
        else await this.#startAnyway(describeOutcome(outcome));
        return;
      case 'waiting':
        await this.#startAnyway(describeOutcome(outcome));
    }
  }

  #start(): void {
    this.#started = true;
    this.#options.child.start();
  }

  async #startAnyway(reason: string): Promise<void> {
    const { child, destination, exists, log } = this.#options;
    const { command, pid } = child.state;
    // A run before this one may have started it.
    if (this.#started || pid !== undefined) return;
    if (await exists()) {
      log.warn(`Starting '${command}' with '${destination}' as it was before: ${reason}`);
      this.#start();
    } else if (this.#said !== reason) {
      this.#said = reason;
      log.warn(`'${command}' is not started yet, there is no '${destination}': ${reason}`);
    }
  }
}
