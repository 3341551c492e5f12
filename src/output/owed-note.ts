import { dirname } from 'node:path';
import { codeOf } from '../base/errors.ts';
import { openState, type StateLog, stateIfThere } from './state.ts';
import type { Manifest } from './state-folder.ts';

/** What is kept of the live file from one run to the next. */
export interface ManifestKeeper {
  readManifest(): Promise<Manifest | undefined>;
  writeManifest(manifest: Manifest): Promise<void>;
}

/**
 * What a one-shot keeps of its destination: that somebody is still to be told, and nothing when
 * all have been. It lies where a watch has its manifest, so that either settles what the other
 * could not.
 */
export class OwedNote implements ManifestKeeper {
  readonly #dest: string;
  readonly #options: StateLog;

  constructor(dest: string, options: StateLog) {
    this.#dest = dest;
    this.#options = options;
  }

  async readManifest(): Promise<Manifest | undefined> {
    for (const state of await stateIfThere(this.#dest, this.#options)) {
      const manifest = await state.readManifest();
      if (manifest) return manifest;
    }
    return undefined;
  }

  /** One that says that all have been told takes the note away, and the folders that it leaves empty. */
  async writeManifest(manifest: Manifest): Promise<void> {
    if (!manifest.notified) {
      const state = await openState(this.#dest, this.#options);
      await state.writeManifest(manifest);
      return;
    }
    for (const state of await stateIfThere(this.#dest, this.#options)) {
      if (!(await state.removeManifest())) continue;
      await this.#removeIfEmpty(state.path);
      await this.#removeIfEmpty(dirname(state.path));
    }
  }

  async #removeIfEmpty(folder: string): Promise<void> {
    try {
      await this.#options.files.rmdir(folder);
    } catch (error) {
      // EEXIST is how some systems say that it is not empty.
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error) ?? '')) throw error;
    }
  }
}
