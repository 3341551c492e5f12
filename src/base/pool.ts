/** Runs tasks, at most `size` at a time. */
export class Pool {
  readonly #size: number;
  #running = 0;
  #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /**
   * Resolves or rejects as the task does. An urgent task goes before all that wait.
   */
  async run<Result>(
    task: () => Promise<Result>,
    options: { readonly urgent?: boolean } = {},
  ): Promise<Result> {
    if (this.#running >= this.#size) {
      await new Promise<void>((begin) => {
        if (options.urgent) this.#waiting.unshift(begin);
        else this.#waiting.push(begin);
      });
    } else {
      this.#running += 1;
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on, so the count stays as it is.
      if (next) next();
      else this.#running -= 1;
    }
  }
}
