import { TsgenError } from '../base/errors.ts';
import type { FileSystem } from '../output/files.ts';
import { StateFiles } from '../output/state-files.ts';
import { type Deployment, isFinished } from './deployment.ts';

/** A deployment with what is nobody's business but the deployer's. */
export interface Entry {
  readonly deployment: Deployment;
  /** Of the push that asked for it; absent where that had none. */
  readonly key?: string;
  /** Whom to tell what came of it; it may hold a secret. Absent also once that was done. */
  readonly callbackUrl?: string;
}

/** Whether it has still to be rolled out, or to be told of. */
export function isOpen({ deployment, callbackUrl }: Entry): boolean {
  return !isFinished(deployment) || callbackUrl !== undefined;
}

/** How many that are over are kept. */
const KEPT = 100;
const NAME = 'deployments.json';

/** What the deployer has been told and how far it is, in a file: it goes on where it was cut off. */
export class Journal {
  readonly #files: StateFiles;
  #entries: readonly Entry[];
  /** Writes come one after the other. */
  #written: Promise<void> = Promise.resolve();

  private constructor(files: StateFiles, entries: readonly Entry[]) {
    this.#files = files;
    this.#entries = entries;
  }

  /**
   * @param options.folder is made if it is not there.
   * @throws TsgenError `output` when it cannot be made, or holds what tsgen has not written; the
   *   system's error when it cannot be read.
   */
  static async open(options: {
    readonly files: FileSystem;
    readonly folder: string;
    readonly uid: number | undefined;
  }): Promise<Journal> {
    const { files, folder, uid } = options;
    try {
      await files.mkdir(folder, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new TsgenError(
        'output',
        `Cannot make the folder ${folder} for what the deployer has to remember: name one that tsgen may write with --state.`,
        { cause },
      );
    }
    const state = new StateFiles(files, { path: folder, uid });
    const read = await state.readJson(NAME);
    const entries = Array.isArray(read?.entries) ? (read.entries as readonly Entry[]) : [];
    const journal = new Journal(state, entries);
    // Better now than in the middle of a roll-out.
    await journal.#write();
    return journal;
  }

  /** Oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get nextId(): number {
    return (this.#entries.at(-1)?.deployment.id ?? 0) + 1;
  }

  byKey(key: string): Entry | undefined {
    return this.#entries.findLast((entry) => entry.key === key);
  }

  /** Adds one, or puts it in the place of the one with its number. Resolves once it is on the disk. */
  async keep(entry: Entry): Promise<void> {
    const { id } = entry.deployment;
    const isKnown = this.#entries.some(({ deployment }) => deployment.id === id);
    const all = isKnown
      ? this.#entries.map((one) => (one.deployment.id === id ? entry : one))
      : [...this.#entries, entry];
    const surplus = all.length - KEPT;
    // One that is not over stays, however old.
    this.#entries = all.filter((one, index) => index >= surplus || isOpen(one));
    await this.#write();
  }

  async #write(): Promise<void> {
    const write = async () => {
      const text = JSON.stringify({ version: 1, entries: this.#entries });
      await this.#files.write(NAME, [`${text}\n`]);
    };
    const next = this.#written.then(write);
    this.#written = next.catch(() => undefined);
    await next;
  }
}
