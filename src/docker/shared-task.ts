/**
 * A task whose result several callers share. Each may leave with a signal of its own; when the
 * last one has left before the end, the task itself is aborted, so that nothing goes on for nobody.
 */
export class SharedTask<Result> {
  readonly #ending = new AbortController();
  readonly #task: Promise<Result>;
  #state: 'running' | 'done' | 'failed' = 'running';
  #waiting = 0;

  constructor(task: (signal: AbortSignal) => Promise<Result>) {
    this.#task = task(this.#ending.signal).then(
      (result) => {
        this.#state = 'done';
        return result;
      },
      (error: unknown) => {
        this.#state = 'failed';
        throw error;
      },
    );
    // Of a task that was given up nobody wants to hear.
    this.#task.catch(() => undefined);
  }

  /** Whether joining may bring a result: it neither failed nor was given up. */
  get usable(): boolean {
    return this.#state !== 'failed';
  }

  /** Rejects as the task does, or with the signal's reason at once when that aborts. */
  async join(signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#state === 'done') return await this.#task;
    this.#waiting += 1;
    let leave: () => void = () => undefined;
    try {
      return await new Promise<Result>((resolve, reject) => {
        leave = () => reject(signal?.reason);
        signal?.addEventListener('abort', leave, { once: true });
        this.#task.then(resolve, reject);
      });
    } finally {
      signal?.removeEventListener('abort', leave);
      this.#waiting -= 1;
      if (this.#waiting === 0 && this.#state === 'running') {
        this.#state = 'failed';
        this.#ending.abort(signal?.reason);
      }
    }
  }
}
