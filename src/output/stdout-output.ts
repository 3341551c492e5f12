import { sameText } from './content.ts';
import type { ApplyOptions, ApplyResult, Output, OutputDeps, OutputOptions } from './output.ts';
import { failureOf, Owed, unchangedMessage } from './owed.ts';
import type { Rendering } from './rendering.ts';

/**
 * Prints each rendering that differs from the one before. There is nothing to check or restore, and
 * no file is written.
 */
export class StdoutOutput implements Output {
  readonly #options: OutputOptions;
  readonly #deps: OutputDeps;
  readonly #owed: Owed;
  #last: readonly string[] | undefined;

  constructor(options: OutputOptions, deps: OutputDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#owed = new Owed(options.notifications, deps);
  }

  async prepare(): Promise<void> {}

  async apply(rendering: Rendering, options: ApplyOptions): Promise<ApplyResult> {
    if (options.signal.aborted) return { kind: 'aborted' };
    const started = this.#deps.monotonic();
    const chunks = printed(rendering);
    if (options.alwaysNotify) this.#owed.oweAll();
    const changed = this.#last === undefined || !sameText(this.#last, chunks);
    if (changed) {
      for (const chunk of chunks) await this.#options.write(chunk);
      this.#last = chunks;
      this.#owed.oweAll();
    } else if (!this.#owed.any) {
      this.#deps.log.info(unchangedMessage('standard output', this.#options.notifications));
      return { kind: 'unchanged', notified: false, owed: false };
    }
    const notifications = await this.#owed.settle(options.signal);
    const failure = failureOf(notifications);
    if (failure) return { kind: 'failed', stage: 'notify', message: failure, retry: true };
    const owed = this.#owed.any;
    return changed
      ? {
          kind: 'applied',
          how: 'stdout',
          checked: false,
          durationMs: this.#deps.monotonic() - started,
          notifications,
          owed,
        }
      : { kind: 'unchanged', notified: !owed, owed };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The main file as it is; others follow, each under a line with its path, as `head` and `tail` do. */
function printed({ files: [main, ...sides] }: Rendering): readonly string[] {
  const lines = (chunks: readonly string[]) =>
    chunks.at(-1)?.endsWith('\n') === false ? [...chunks, '\n'] : chunks;
  if (sides.length === 0) return main.chunks;
  return [
    ...lines(main.chunks),
    ...sides.flatMap(({ path, chunks }) => [`==> ${path} <==\n`, ...lines(chunks)]),
  ];
}
