import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { isPrivateFolder, makePrivateFolder } from '../base/private-folder.ts';

/** Where to find the control socket of a watch. */
export interface WatchAddress {
  readonly destination: string;
  readonly socket: string;
}

/**
 * Notes that a watch leaves for its clients, so that `tsgen status` finds it without being told
 * the destination: a file for each, in a folder of the user's own. They are hints and no locks:
 * one that a crash left behind names a socket where nobody answers, and where the folder turns out
 * to be somebody else's there are none.
 */
export class WatchRegistry {
  readonly #folder: string;
  readonly #uid: number | undefined;

  /**
   * @param folder is created with the first note, for the user alone, as is the one that holds it.
   * @param uid the user that tsgen runs as; absent where the platform has none.
   */
  constructor(folder: string, uid: number | undefined) {
    this.#folder = folder;
    this.#uid = uid;
  }

  /** A note that cannot be left is no fault: it is warned about. */
  async add(address: WatchAddress, log: Logger): Promise<void> {
    try {
      await makePrivateFolder(fs, this.#folder, this.#uid);
      await this.#write(this.#note(address), JSON.stringify(address));
    } catch (error) {
      log.warn(
        `Cannot leave a note of this watch in '${this.#folder}' (${messageOf(error)}): 'tsgen status' finds it with --dest only. Remove what is in the way, or set TMPDIR to a directory of your own.`,
        { dest: address.destination },
      );
    }
  }

  async remove(address: WatchAddress): Promise<void> {
    if (!(await isPrivateFolder(fs, this.#folder, this.#uid))) return;
    await fs.rm(this.#note(address), { force: true });
  }

  /** By destination. */
  async list(): Promise<readonly WatchAddress[]> {
    if (!(await isPrivateFolder(fs, this.#folder, this.#uid))) return [];
    const names = await fs.readdir(this.#folder);
    const notes = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => this.#read(name)),
    );
    return notes
      .filter((note) => note !== undefined)
      .sort((a, b) => (a.destination < b.destination ? -1 : 1));
  }

  /** Follows no link, and a reader sees the old note or the new one. */
  async #write(path: string, text: string): Promise<void> {
    const temporary = `${path}.${randomBytes(6).toString('hex')}`;
    await fs.writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
    try {
      await fs.rename(temporary, path);
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw error;
    }
  }

  /** A note that is gone, half-written or not one of ours counts as absent. */
  async #read(name: string): Promise<WatchAddress | undefined> {
    try {
      const note: unknown = JSON.parse(await fs.readFile(join(this.#folder, name), 'utf8'));
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
