import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FSWatcher, watch } from 'chokidar';

export interface FileWatcherOptions {
  /** Called with the absolute path of a file that came, changed or went. */
  readonly onChange: (path: string) => void;
  /** Called when the system cannot watch, such as for want of inotify watches. */
  readonly onError: (error: unknown) => void;
}

/** An editor's several steps count as one change. */
const SETTLE_MS = 100;

/**
 * Watches files by way of their folders, so that one that is replaced, or does not exist yet, is
 * noticed like one that is written to.
 *
 * The library leaves out events that come close upon one another. So whatever the system tells is
 * just the reason to look at the files again, once the telling has stopped for a moment.
 */
export class FileWatcher implements AsyncDisposable {
  readonly #options: FileWatcherOptions;
  readonly #watcher: FSWatcher;
  readonly #closing = new AbortController();
  /** Files → what they looked like last. */
  #files = new Map<string, string>();
  #folders: ReadonlySet<string> = new Set();
  /** The library says so just once. */
  #ready: Promise<void> | undefined;
  #heard = 0;
  #looking: Promise<void> | undefined;

  constructor(options: FileWatcherOptions) {
    this.#options = options;
    this.#watcher = watch([], {
      ignoreInitial: true,
      depth: 0,
      ignored: (path) => !this.#folders.has(resolve(path)) && !this.#files.has(resolve(path)),
    });
    const hear = () => {
      this.#heard += 1;
      this.#looking ??= this.#look();
    };
    this.#watcher.on('raw', hear);
    this.#watcher.on('all', hear);
    this.#watcher.on('error', (error) => this.#options.onError(error));
  }

  /** Watches these files, and no others any more. The first call resolves once it does. */
  async set(paths: Iterable<string>): Promise<void> {
    const files = new Map<string, string>();
    for (const path of new Set([...paths].map((one) => resolve(one)))) {
      files.set(path, this.#files.get(path) ?? (await looksOf(path)));
    }
    const folders = new Set([...files.keys()].map((path) => dirname(path)));
    const gone = [...this.#folders].filter((folder) => !folders.has(folder));
    const fresh = [
      ...[...folders].filter((folder) => !this.#folders.has(folder)),
      // In a folder that is watched already it was left out until now.
      ...[...files.keys()].filter((file) => !this.#files.has(file)),
    ];
    this.#files = files;
    this.#folders = folders;
    if (gone.length > 0) this.#watcher.unwatch(gone);
    if (fresh.length === 0) return;
    this.#ready ??= new Promise((done) => {
      this.#watcher.once('ready', () => done());
    });
    this.#watcher.add(fresh);
    await this.#ready;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#looking;
    await this.#watcher.close();
  }

  async #look(): Promise<void> {
    let seen = -1;
    while (seen !== this.#heard) {
      seen = this.#heard;
      await delay(SETTLE_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      if (this.#closing.signal.aborted) return;
    }
    this.#looking = undefined;
    for (const [path, before] of this.#files) {
      const now = await looksOf(path);
      if (now === before || this.#closing.signal.aborted) continue;
      this.#files.set(path, now);
      this.#options.onChange(path);
    }
  }
}

/** Differs whenever the file was written to or replaced; '' when there is none. */
async function looksOf(path: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, ino, size } = await stat(path, { bigint: true });
    return [mtimeNs, ctimeNs, ino, size].join(' ');
  } catch {
    return '';
  }
}
