import { messageOf, TsgenError } from '../../base/errors.ts';
import { processSpawner } from '../../proxies/spawn-process.ts';
import { FileWatcher } from '../../templates/watch.ts';
import type { Io } from '../io.ts';
import { ProxyChildren } from '../proxy-children.ts';
import type { RunSettings } from '../run-settings.ts';
import { tidyMemoryLater } from '../tidy-memory.ts';
import { followRun, type PreparedRun, prepareRun } from '../watch-run.ts';

export interface WatchCommandOptions {
  readonly io: Io;
  /** Reads the configuration files again. */
  readonly reload: () => Promise<RunSettings>;
}

/** Follows the containers until it is told to stop, each time with the newest sound settings. */
export async function watch(settings: RunSettings, options: WatchCommandOptions): Promise<number> {
  const { io, reload } = options;
  // Each run listens for it too; this one keeps a HUP before, after or between them from being fatal.
  io.onHangup(() => undefined, io.stop);
  let prepared = await prepareRun(settings, io);
  for (const warning of settings.warnings) prepared.shared.log.warn(warning);
  let proven: PreparedRun | undefined;
  await using children = new ProxyChildren({ spawn: processSpawner(io.env), stop: io.stop });
  if (prepared.jobs.some(({ settings: { exec } }) => exec)) {
    io.onProxySignal((name) => children.signal(name), io.stop);
  }
  using _memory = tidyMemoryLater();
  await using changes = await ConfigChanges.watch(settings.configFiles, () => prepared.shared.log);
  while (!io.stop.aborted) {
    const replaced = new AbortController();
    const ended = AbortSignal.any([io.stop, replaced.signal]);
    let next: PreparedRun | undefined;
    const looking = changes.each(ended, async () => {
      next = await prepareChanged(prepared, { io, reload });
      if (next) replaced.abort();
    });
    const { log } = prepared.shared;
    try {
      const current = prepared;
      const onStarted = () => {
        proven = current;
      };
      await followRun(current, { io, signal: ended, onStarted, children });
    } catch (error) {
      replaced.abort();
      const isStart = proven !== prepared;
      if (!proven || !isStart || !(error instanceof TsgenError)) throw error;
      log.error(
        `The changed configuration cannot be used: ${messageOf(error)} The one before stays.`,
      );
      next = await prepareRun(proven.settings, io);
    }
    await looking;
    if (next) prepared = next;
  }
  return 0;
}

/** @returns `undefined` when nothing has changed, or the change is none that can be used. */
async function prepareChanged(
  { settings, shared }: PreparedRun,
  { io, reload }: WatchCommandOptions,
): Promise<PreparedRun | undefined> {
  const files = settings.configFiles.join(', ');
  try {
    const changed = await reload();
    if (JSON.stringify(changed) === JSON.stringify(settings)) return undefined;
    const next = await prepareRun(changed, io);
    shared.log.info(`The configuration in ${files} has changed and is used from now on`);
    return next;
  } catch (error) {
    shared.log.error(
      `The changed configuration cannot be used: ${messageOf(error)} The one before stays.`,
    );
    return undefined;
  }
}

type Log = PreparedRun['shared']['log'];

/** Tells that configuration files have changed; an editor's several writes count as one change. */
class ConfigChanges implements AsyncDisposable {
  readonly #watcher: FileWatcher | undefined;
  #pending: boolean = false;
  #wake: () => void = () => undefined;

  private constructor(files: readonly string[], log: () => Log) {
    if (files.length === 0) return;
    this.#watcher = new FileWatcher({
      onChange: () => {
        this.#pending = true;
        this.#wake();
      },
      onError: (error) => {
        log().warn(
          `Cannot watch ${files.join(', ')} for changes: ${messageOf(error)}. Restart tsgen after an edit.`,
        );
      },
    });
  }

  static async watch(files: readonly string[], log: () => Log): Promise<ConfigChanges> {
    const changes = new ConfigChanges(files, log);
    await changes.#watcher?.set(files);
    return changes;
  }

  /** Calls back after changes, one call at a time, until the signal aborts. */
  async each(signal: AbortSignal, callback: () => Promise<void>): Promise<void> {
    signal.addEventListener('abort', () => this.#wake(), { once: true });
    while (!signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#pending || signal.aborted) resolve();
      });
      if (signal.aborted) return;
      this.#pending = false;
      await callback();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher?.[Symbol.asyncDispose]();
  }
}
