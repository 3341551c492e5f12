import { dirname } from 'node:path';
import { codeOf } from '../base/errors.ts';
import { openState, type StateLog, type StateOptions, stateIfThere } from './state.ts';
import type { Manifest } from './state-folder.ts';

/** What is kept of the live file from one run to the next. */
export interface ManifestKeeper {
  readManifest(): Promise<Manifest | undefined>;
  writeManifest(manifest: Manifest): Promise<void>;
}

/**
 * What a one-shot keeps of its destination: that somebody is still to be told, and which side files
 * it wrote; nothing when all have been told and there are none. It lies where a watch has its
 * manifest, so that either settles what the other could not.
 */
export class OwedNote implements ManifestKeeper {
  readonly #dest: string;
  readonly #options: StateLog;

  constructor(dest: string, options: StateLog) {
    this.#dest = dest;
    this.#options = options;
  }

  async readManifest(): Promise<Manifest | undefined> {
    return await readManifestOf(this.#dest, this.#options);
  }

  /** One that has nothing to say takes the note away, and the folders that it leaves empty. */
  async writeManifest(manifest: Manifest): Promise<void> {
    if (!manifest.notified || manifest.files) {
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

/** What a watch or a one-shot has left word of at a destination; `undefined` when nothing. */
export async function readManifestOf(
  dest: string,
  options: StateOptions,
): Promise<Manifest | undefined> {
  for (const state of await stateIfThere(dest, options)) {
    const manifest = await state.readManifest();
    if (manifest) return manifest;
  }
  return undefined;
}
