import type { Worker } from 'node:worker_threads';

export type CheckResult =
  | { readonly kind: 'checked'; readonly isPrime: boolean }
  /** Every thread is busy and the queue is at its limit. */
  | { readonly kind: 'full' }
  /** The signal was aborted while the request waited: nobody wants the answer any more. */
  | { readonly kind: 'dropped' }
  /** The pool was disposed before the answer was there. */
  | { readonly kind: 'closed' };

export interface PrimeChecker {
  /**
   * @param integer 0 to 2^53-1
   * @param signal takes the request out of the queue; a computation that runs is not interrupted
   * @throws when the thread that computed the answer ended
   */
  check(integer: number, signal: AbortSignal): Promise<CheckResult>;
}

export interface PrimePoolOptions {
  /** Starts one thread that answers each posted integer with a boolean, in order. */
  readonly startWorker: () => Worker;
  /** How many threads there are at most, at least 1. */
  readonly workers: number;
  /** How many requests wait at most while every thread is busy, at least 0. */
  readonly queueLimit: number;
}

interface Task {
  readonly integer: number;
  readonly settle: (result: CheckResult) => void;
  readonly fail: (error: Error) => void;
  /** Stops listening to the caller's signal. */
  readonly forget: () => void;
}

/**
 * A few worker threads and the line of requests before them, first come first served. A thread
 * is started when a request finds none idle and the pool has room, which is also how one that
 * crashed is replaced: a crash costs its own request and never turns into a loop of restarts.
 */
export class PrimePool implements PrimeChecker, AsyncDisposable {
  readonly #options: PrimePoolOptions;
  readonly #waiting = new Set<Task>();
  readonly #busy = new Map<Worker, Task>();
  readonly #idle = new Set<Worker>();
  #phase: 'open' | 'closed' = 'open';

  constructor(options: PrimePoolOptions) {
    this.#options = options;
  }

  check(integer: number, signal: AbortSignal): Promise<CheckResult> {
    if (this.#phase === 'closed') return Promise.resolve({ kind: 'closed' });
    if (signal.aborted) return Promise.resolve({ kind: 'dropped' });
    if (!this.#hasFreeThread() && this.#waiting.size >= this.#options.queueLimit) {
      return Promise.resolve({ kind: 'full' });
    }
    return new Promise((settle, fail) => {
      const drop = () => {
        this.#waiting.delete(task);
        settle({ kind: 'dropped' });
      };
      const forget = () => signal.removeEventListener('abort', drop);
      const task: Task = { integer, settle, fail, forget };
      signal.addEventListener('abort', drop, { once: true });
      this.#waiting.add(task);
      this.#startWaiting();
    });
  }

  /** Ends every thread at once; requests that wait or are being computed end as `closed`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#phase = 'closed';
    for (const task of [...this.#waiting, ...this.#busy.values()]) {
      task.forget();
      task.settle({ kind: 'closed' });
    }
    this.#waiting.clear();
    await Promise.all([...this.#busy.keys(), ...this.#idle].map((worker) => worker.terminate()));
  }

  #hasFreeThread(): boolean {
    return this.#idle.size > 0 || this.#busy.size < this.#options.workers;
  }

  #startWaiting(): void {
    for (const task of this.#waiting) {
      if (!this.#hasFreeThread()) return;
      this.#waiting.delete(task);
      task.forget();
      this.#start(task);
    }
  }

  #start(task: Task): void {
    try {
      const worker = this.#takeIdle() ?? this.#addWorker();
      this.#busy.set(worker, task);
      worker.postMessage(task.integer);
    } catch (cause) {
      task.fail(
        new Error(`Starting a worker thread for is_prime(${task.integer}) failed`, { cause }),
      );
    }
  }

  #takeIdle(): Worker | undefined {
    for (const worker of this.#idle) {
      this.#idle.delete(worker);
      return worker;
    }
    return undefined;
  }

  #addWorker(): Worker {
    const worker = this.#options.startWorker();
    let cause: unknown;
    worker.on('message', (isPrime: boolean) => {
      this.#busy.get(worker)?.settle({ kind: 'checked', isPrime });
      this.#busy.delete(worker);
      this.#idle.add(worker);
      this.#startWaiting();
    });
    worker.on('error', (error) => {
      cause = error;
    });
    // Follows 'error', and comes alone when the thread ends by itself.
    worker.on('exit', (code) => {
      const task = this.#busy.get(worker);
      this.#busy.delete(worker);
      this.#idle.delete(worker);
      task?.fail(
        new Error(
          `The worker thread that computed is_prime(${task.integer}) ended with code ${code}`,
          { cause },
        ),
      );
      this.#startWaiting();
    });
    return worker;
  }
}
