import { join } from 'node:path';
import { type FileSystem, readIfThere, syncFolder, writeChunks } from './files.ts';

/** What is known of the file that is live. */
export interface Manifest {
  readonly version: 1;
  /** SHA-256 of all files' bytes, in hexadecimal. */
  readonly content: string;
  readonly generation: string;
  /** The proxy was told about this content. */
  readonly notified: boolean;
}

/** A swap whose check is still to come: a start that finds it restores what was there before. */
export interface Pending {
  readonly version: 1;
  /** Whether `last-good` holds the old content; else there was no file. */
  readonly hadFile: boolean;
}

const MANIFEST = 'manifest.json';
const PENDING = 'pending.json';
const LAST_GOOD = 'last-good';

/** The files in a state folder. Each is replaced as a whole, so that a crash leaves old or new. */
export class StateFolder {
  readonly path: string;
  readonly controlSocket: string;
  readonly #files: FileSystem;

  constructor(files: FileSystem, path: string, controlSocket: string) {
    this.#files = files;
    this.path = path;
    this.controlSocket = controlSocket;
  }

  /** Where candidates are written for the proxy's check. */
  get candidateFolder(): string {
    return join(this.path, 'candidate');
  }

  /** `undefined` when there is none or it is not ours to read: then nothing is known. */
  async readManifest(): Promise<Manifest | undefined> {
    const value = await this.#readJson(MANIFEST);
    const { content, generation, notified } = value ?? {};
    if (typeof content !== 'string' || typeof generation !== 'string') return undefined;
    return { version: 1, content, generation, notified: notified === true };
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    await this.#write(MANIFEST, JSON.stringify(manifest));
  }

  async readPending(): Promise<Pending | undefined> {
    const value = await this.#readJson(PENDING);
    return value && { version: 1, hadFile: value.hadFile === true };
  }

  /** Keeps the old content and marks that a swap is under way; in this order on disk. */
  async begin(before: Buffer | undefined): Promise<void> {
    if (before) await this.#write(LAST_GOOD, before);
    await this.#write(PENDING, JSON.stringify({ version: 1, hadFile: before !== undefined }));
  }

  async end(): Promise<void> {
    await this.#files.rm(join(this.path, PENDING), { force: true });
    await syncFolder(this.#files, this.path);
  }

  async readLastGood(): Promise<Buffer | undefined> {
    return await readIfThere(this.#files, join(this.path, LAST_GOOD));
  }

  async #readJson(name: string): Promise<Record<string, unknown> | undefined> {
    const text = await readIfThere(this.#files, join(this.path, name));
    if (!text) return undefined;
    try {
      const value: unknown = JSON.parse(text.toString());
      return isRecord(value) && value.version === 1 ? value : undefined;
    } catch {
      return undefined;
    }
  }

  async #write(name: string, content: string | Buffer): Promise<void> {
    const path = join(this.path, name);
    const temporary = `${path}.new`;
    const handle = await this.#files.open(temporary, 'w', 0o600);
    try {
      await writeChunks(handle, [content]);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.#files.rename(temporary, path);
    await syncFolder(this.#files, this.path);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
