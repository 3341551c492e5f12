import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FSWatcher, watch } from 'chokidar';
import { entriesOf, looksOf } from './looks.ts';

export interface FileWatcherOptions {
  /** Called with the absolute path of a file that came, changed or went. */
  readonly onChange: (path: string) => void;
  /** Called when the system cannot watch, such as for want of inotify watches. */
  readonly onError: (error: unknown) => void;
}

/** An editor's several steps count as one change, but a folder that is never still is looked at. */
const SETTLE_MS = 100;
const MOST_SETTLES = 10;

const READY_MS = 5_000;

/**
 * Watches files by way of their folders, so that one that is replaced, or does not exist yet, is
 * noticed like one that is written to; of a folder that does not exist yet the nearest one above
 * is watched. A path that is a folder changes when an entry of it comes or goes.
 *
 * The library leaves out events that come close upon one another. So whatever the system tells is
 * just the reason to look at the files again, once the telling has stopped for a moment.
 */
export class FileWatcher implements AsyncDisposable {
  readonly #options: FileWatcherOptions;
  readonly #closing = new AbortController();
  /** Files → what they looked like last. */
  #files: Map<string, string> = new Map();
  /** Whole folders → their entries → what these looked like last. */
  #folders: Map<string, ReadonlyMap<string, string>> = new Map();
  readonly #noted = new Map<string, string>();
  /** Folders → the library's watcher, and which folder it was that it watches. */
  readonly #watched = new Map<string, { id: string; readonly watcher: FSWatcher }>();
  #attaching: Promise<void> = Promise.resolve();
  #heard = 0;
  #looking: Promise<void> | undefined;

  constructor(options: FileWatcherOptions) {
    this.#options = options;
  }

  /** To be called before a file is read that `set` names later: a change in between counts too. */
  note(path: string): void {
    const file = resolve(path);
    if (!this.#files.has(file) && !this.#noted.has(file)) this.#noted.set(file, looksOf(file));
  }

  /**
   * Watches these files and whole folders, and no others any more; resolves once it does. Of a
   * whole folder each entry counts that comes, changes or goes, but nothing in folders within it.
   */
  async set(
    paths: Iterable<string>,
    { folders = [] }: { readonly folders?: Iterable<string> } = {},
  ): Promise<void> {
    const known = { files: this.#files, folders: this.#folders };
    this.#files = keyed(paths, (path) => {
      return known.files.get(path) ?? this.#noted.get(path) ?? looksOf(path);
    });
    this.#folders = keyed(folders, (folder) => known.folders.get(folder) ?? entriesOf(folder));
    this.#noted.clear();
    // As after most renderings.
    const isSame =
      hasSameKeys(known.files, this.#files) && hasSameKeys(known.folders, this.#folders);
    await (isSame ? this.#attaching : this.#attach());
    // What the system told of before it came to be one of these was not looked at.
    if (!isSame) this.#hear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#looking;
    await this.#attaching;
    for (const { watcher } of this.#watched.values()) await watcher.close();
    this.#watched.clear();
  }

  readonly #hear = (): void => {
    this.#heard += 1;
    this.#looking ??= this.#look();
  };

  async #look(): Promise<void> {
    let seen = -1;
    while (seen !== this.#heard) {
      seen = await this.#settle();
      if (this.#closing.signal.aborted) return;
      for (const path of this.#changes()) this.#options.onChange(path);
      // Folders may have come, gone or been replaced.
      await this.#attach();
    }
    this.#looking = undefined;
  }

  /** @returns what was heard until then. */
  async #settle(): Promise<number> {
    let seen = -1;
    for (let times = 0; times < MOST_SETTLES && seen !== this.#heard; times += 1) {
      seen = this.#heard;
      await delay(SETTLE_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
    return this.#heard;
  }

  #changes(): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const [path, before] of this.#files) {
      const now = looksOf(path);
      if (now !== before) changed.add(path);
      this.#files.set(path, now);
    }
    for (const [folder, before] of this.#folders) {
      const now = entriesOf(folder);
      for (const path of [...before.keys(), ...now.keys()]) {
        if (before.get(path) !== now.get(path)) changed.add(path);
      }
      this.#folders.set(folder, now);
    }
    return changed;
  }

  /** Has the library watch the folders that matter now. */
  #attach(): Promise<void> {
    this.#attaching = this.#attaching
      .then(() => this.#attachNow())
      .catch((error: unknown) => this.#options.onError(error));
    return this.#attaching;
  }

  async #attachNow(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const wanted = this.#wanted();
    for (const [folder, { id, watcher }] of this.#watched) {
      if (wanted.get(folder) === id) continue;
      this.#watched.delete(folder);
      await watcher.close();
    }
    const fresh = [...wanted].filter(([folder]) => !this.#watched.has(folder));
    await Promise.all(fresh.map(([folder, id]) => this.#open(folder, id)));
    // What happened before they were watched nobody told.
    if (fresh.length > 0) this.#hear();
  }

  async #open(folder: string, id: string): Promise<void> {
    const watcher = watch(folder, {
      ignoreInitial: true,
      depth: 0,
      ignored: (path) => resolve(path) !== folder,
      atomic: false,
      // The library has its persistent watchers in common by path: one that is opened for the
      // folder that took another's place would listen to the old one as long as anybody does.
      persistent: false,
    });
    const watched = { id, watcher };
    this.#watched.set(folder, watched);
    watcher.on('raw', (_event, name) => {
      // Of the folder itself, which goes or has gone; the next one may get its identity.
      if (name === basename(folder)) watched.id = '';
      this.#hear();
    });
    watcher.on('all', this.#hear);
    await new Promise<void>((done) => {
      watcher.once('ready', done);
      watcher.on('error', (error) => {
        this.#options.onError(error);
        done();
      });
      // The library may never get ready for a folder that goes while it is read.
      const limit = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(READY_MS)]);
      limit.addEventListener('abort', () => done());
    });
  }

  /** The folders to be watched, each with its identity. */
  #wanted(): ReadonlyMap<string, string> {
    const wanted = new Map<string, string>();
    const add = (folder: string): void => {
      const id = identityOf(folder);
      if (id !== undefined) wanted.set(folder, id);
      else if (dirname(folder) !== folder) add(dirname(folder));
    };
    for (const path of this.#files.keys()) {
      add(dirname(path));
      const real = realPathOf(path);
      if (real === undefined) continue;
      add(dirname(real));
      if (identityOf(real) !== undefined) add(path);
    }
    for (const folder of this.#folders.keys()) {
      add(folder);
      add(dirname(folder));
    }
    return wanted;
  }
}

function keyed<T>(paths: Iterable<string>, make: (path: string) => T): Map<string, T> {
  const absolute = new Set([...paths].map((path) => resolve(path)));
  return new Map([...absolute].map((path) => [path, make(path)]));
}

function hasSameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key));
}

/** Of a folder; `undefined` for whatever else. */
function identityOf(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isDirectory() ? `${stat.dev}:${stat.ino}` : undefined;
  } catch {
    return undefined;
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
