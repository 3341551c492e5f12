import { resolve } from 'node:path';
import { FileWatcher } from './watch.ts';

/** Tells of each path that is looked at, also of one where nothing is, before it is read. */
export type NotePath = (path: string) => void;

export interface InputFilesOptions {
  /** Absolute. What is written is no reason to render, though the template may look at it. */
  readonly destination: string;
  /** Called when a file changes that the last rendering looked at. */
  readonly onChange: (path: string) => void;
  /** Called when the system cannot watch. */
  readonly onError: (error: unknown) => void;
}

/**
 * The files that a rendering is made from: the template, its partials, and whatever its helpers
 * looked at. Until `follow` is called it is told of them and does nothing.
 */
export class InputFiles implements AsyncDisposable {
  #watcher: FileWatcher | undefined;
  #destination = '';
  #looked = new Set<string>();

  readonly note: NotePath = (path) => {
    if (!this.#watcher || path === '') return;
    this.#looked.add(resolve(path));
    this.#watcher.note(path);
  };

  /** From the next rendering on its files are watched. */
  follow({ destination, ...options }: InputFilesOptions): void {
    this.#destination = destination;
    this.#watcher = new FileWatcher(options);
  }

  /** To be called after each rendering: what it looked at is watched from now on, and nothing else. */
  rendered(): void {
    const looked = this.#looked;
    this.#looked = new Set();
    looked.delete(this.#destination);
    // It reports by itself what it cannot do.
    void this.#watcher?.set(looked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher?.[Symbol.asyncDispose]();
  }
}
