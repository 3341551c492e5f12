import type { Clock } from '../base/clock.ts';
import { NO_FILES, type ProxyFiles } from '../routing/proxy-files.ts';
import { FileWatcher } from '../templates/watch.ts';
import type { ProxyFilesReader } from './proxy-files-reader.ts';

export interface ProxyFilesWatchOptions {
  readonly reader: ProxyFilesReader;
  readonly clock: Clock;
  /** Called with every snapshot that differs from the one before. */
  readonly onChange: (files: ProxyFiles) => void;
  /** Called when the system cannot watch, such as for want of inotify watches. */
  readonly onError: (error: unknown) => void;
}

/** A certificate and its key are two files, which nobody can replace at once. */
const RENEWAL_MS = 2000;
const RENEWAL_STEP_MS = 200;

/** Keeps a snapshot of a proxy's files as they change, so that nobody else touches the disk. */
export class ProxyFilesWatch implements AsyncDisposable {
  readonly #options: ProxyFilesWatchOptions;
  readonly #watcher: FileWatcher;
  readonly #closing = new AbortController();
  #current: ProxyFiles = NO_FILES;
  #started: boolean = false;
  #asked = 0;
  #refreshing: Promise<void> | undefined;

  constructor(options: ProxyFilesWatchOptions) {
    this.#options = options;
    this.#watcher = new FileWatcher({
      onChange: () => void this.refresh(),
      onError: options.onError,
    });
  }

  /** As of the last refresh; without files until the first one is done. */
  get current(): ProxyFiles {
    return this.#current;
  }

  /** Reads for the first time and watches from then on. Does not call back before it has ended. */
  async start(): Promise<ProxyFiles> {
    const { reader } = this.#options;
    // What links lead to is known once they were read.
    await reader.read();
    await this.#watch();
    // What changed before it was watched; what did not costs a look.
    this.#current = await reader.read();
    this.#started = true;
    return this.#current;
  }

  /**
   * Looks at the files again, also where no event told to: on some file systems (NFS, the shares of
   * a virtual machine) none does. Never rejects.
   */
  refresh(): Promise<void> {
    this.#asked += 1;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#refreshing;
    await this.#watcher[Symbol.asyncDispose]();
  }

  async #refresh(): Promise<void> {
    for (let seen = 0; seen !== this.#asked; ) {
      seen = this.#asked;
      const files = await this.#readWhole();
      if (this.#closing.signal.aborted) return;
      await this.#watch();
      if (files === this.#current) continue;
      this.#current = files;
      if (this.#started) this.#options.onChange(files);
    }
  }

  /**
   * Half of a renewal would take the site's certificate away, and half of an edit its users: what was
   * good is given a moment to become so again.
   */
  async #readWhole(): Promise<ProxyFiles> {
    const { clock, reader } = this.#options;
    const deadline = clock.monotonic() + RENEWAL_MS;
    let files = await reader.read();
    while (losesProtection(this.#current, files, reader.users) && clock.monotonic() < deadline) {
      await clock.sleep(RENEWAL_STEP_MS, this.#closing.signal).catch(() => undefined);
      if (this.#closing.signal.aborted) break;
      files = await reader.read();
    }
    return files;
  }

  async #watch(): Promise<void> {
    const { files, folders } = this.#options.reader.watchable;
    await this.#watcher.set(files, { folders });
  }
}

/** A good certificate is none any more, or a file of users is gone. */
function losesProtection(before: ProxyFiles, after: ProxyFiles, users: string): boolean {
  const losesCertificate = [...before.certificates].some(
    ([name, { kind }]) => kind === 'usable' && after.certificates.get(name)?.kind !== 'usable',
  );
  const losesUsers = [...before.hooks.keys()].some(
    (path) => path.startsWith(`${users}/`) && !after.hooks.has(path),
  );
  return losesCertificate || losesUsers;
}
