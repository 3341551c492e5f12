import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../base/errors.ts';

/** Where to find the control socket of a watch. */
export interface WatchAddress {
  readonly destination: string;
  readonly socket: string;
}

/**
 * Notes that a watch leaves for its clients, so that `tsgen status` finds it without being told
 * the destination: a file for each, in a folder of the user's own. They are hints and no locks:
 * one that a crash left behind names a socket where nobody answers.
 */
export class WatchRegistry {
  readonly #folder: string;

  /** @param folder is created, for the user alone, with the first note. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(address: WatchAddress): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#note(address), JSON.stringify(address), { mode: 0o600 });
  }

  async remove(address: WatchAddress): Promise<void> {
    await rm(this.#note(address), { force: true });
  }

  /** By destination. */
  async list(): Promise<readonly WatchAddress[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    const notes = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => this.#read(name)),
    );
    return notes
      .filter((note) => note !== undefined)
      .sort((a, b) => (a.destination < b.destination ? -1 : 1));
  }

  /** A note that is gone, half-written or not one of ours counts as absent. */
  async #read(name: string): Promise<WatchAddress | undefined> {
    try {
      const note: unknown = JSON.parse(await readFile(join(this.#folder, name), 'utf8'));
      return isAddress(note) ? note : undefined;
    } catch {
      return undefined;
    }
  }

  #note({ destination }: WatchAddress): string {
    const name = createHash('sha256').update(destination).digest('hex').slice(0, 16);
    return join(this.#folder, `${name}.json`);
  }
}

function isAddress(value: unknown): value is WatchAddress {
  return (
    typeof value === 'object' &&
    value !== null &&
    'destination' in value &&
    typeof value.destination === 'string' &&
    'socket' in value &&
    typeof value.socket === 'string'
  );
}
