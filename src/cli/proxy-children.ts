import { systemClock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { ProxyChild } from '../proxies/child.ts';
import type { SpawnProcess } from '../proxies/spawn-process.ts';
import type { Settings } from './settings.ts';

export interface ProxyChildrenOptions {
  readonly spawn: SpawnProcess;
  /** Stops all of them. */
  readonly stop: AbortSignal;
}

/**
 * The proxies that run as child processes, by their command line: a changed configuration file does
 * not restart a proxy that it still names, and jobs that name the same have one together.
 */
export class ProxyChildren implements AsyncDisposable {
  readonly #options: ProxyChildrenOptions;
  readonly #children = new Map<string, ProxyChild>();

  constructor(options: ProxyChildrenOptions) {
    this.#options = options;
    options.stop.addEventListener('abort', () => this.#stopAll(), { once: true });
  }

  /** Stops those that no job names any more, and waits for their end. */
  async keepOnly(jobs: readonly Settings[]): Promise<void> {
    const named = new Set(jobs.map(({ exec }) => exec?.text));
    const others = [...this.#children].filter(([text]) => !named.has(text));
    for (const [text] of others) this.#children.delete(text);
    await Promise.all(others.map(([, child]) => child[Symbol.asyncDispose]()));
  }

  /** The job's; it waits to be started. */
  of({ exec, stopTimeoutMs }: Settings, log: Logger): ProxyChild | undefined {
    if (!exec) return undefined;
    let child = this.#children.get(exec.text);
    if (!child) {
      const { spawn, stop } = this.#options;
      const { random } = Math;
      child = new ProxyChild({
        command: exec,
        spawn,
        clock: systemClock,
        log,
        random,
        stopTimeoutMs,
      });
      if (stop.aborted) child.stop();
      this.#children.set(exec.text, child);
    }
    return child;
  }

  /** Rejects when one of those that there are now cannot be started at all; resolves at the abort. */
  async untilOneFails(signal: AbortSignal): Promise<void> {
    const over = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    // One that was stopped has not failed: that it has ended is not of interest here.
    const failures = [...this.#children.values()].map(async ({ ended }) => {
      await ended;
      await over;
    });
    await Promise.race([over, ...failures]);
  }

  /** Hands on a signal that tsgen got and that means something to a proxy alone. */
  signal(name: NodeJS.Signals): void {
    for (const child of this.#children.values()) child.signal(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child[Symbol.asyncDispose]()));
  }

  #stopAll(): void {
    for (const child of this.#children.values()) child.stop();
  }
}
