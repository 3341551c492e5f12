import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { codeOf, TsgenError } from '../base/errors.ts';
import type { Chunks } from './bytes-of.ts';
import { type FileSystem, syncFolder, writeChunks } from './files.ts';

/** A name that nobody can have taken before; who owns the folder removes those that a crash left. */
export function temporaryFor(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.new`;
}

export interface StateFilesAbout {
  /** Of the folder. */
  readonly path: string;
  /** The user that tsgen runs as; absent where the platform has none. */
  readonly uid: number | undefined;
}

/**
 * Files of tsgen's own in one folder. Each is replaced as a whole, so that a crash leaves old or
 * new. No link is followed and nothing of another user's believed.
 */
export class StateFiles {
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #uid: number | undefined;

  constructor(files: FileSystem, { path, uid }: StateFilesAbout) {
    this.#files = files;
    this.#path = path;
    this.#uid = uid;
  }

  /** By name, each with its size in bytes. */
  async list(): Promise<ReadonlyMap<string, number>> {
    const names = await this.#files.readdir(this.#path);
    const sizes = new Map<string, number>();
    for (const name of names.toSorted()) {
      const stat = await this.#files.lstat(join(this.#path, name)).catch(() => undefined);
      if (stat?.isFile()) sizes.set(name, stat.size);
    }
    return sizes;
  }

  async remove(name: string): Promise<void> {
    await this.#files.rm(join(this.#path, name), { force: true });
  }

  /** `undefined` when there is none, or none that is whole. */
  async readJson(name: string): Promise<Record<string, unknown> | undefined> {
    const text = await this.read(name);
    if (!text) return undefined;
    try {
      const value: unknown = JSON.parse(text.toString());
      return isRecord(value) && value.version === 1 ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** `undefined` when there is none. */
  async read(name: string): Promise<Buffer | undefined> {
    const path = join(this.#path, name);
    // Without waiting: of a named pipe that was planted nobody may write the other end.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    let handle: Awaited<ReturnType<FileSystem['open']>>;
    try {
      handle = await this.#files.open(path, flags);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (codeOf(error) === 'ELOOP') throw planted(path, 'is a symbolic link', error);
      throw error;
    }
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw planted(path, 'is not a regular file');
      if (this.#uid !== undefined && stat.uid !== this.#uid && stat.uid !== 0) {
        throw planted(path, `belongs to user ${stat.uid}, not to ${this.#uid}`);
      }
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  /**
   * @param options.isNamedLater another file that names this one is written after it: that this one
   *   outlasts a power cut counts from then on.
   */
  async write(
    name: string,
    content: Chunks,
    { isNamedLater = false }: { readonly isNamedLater?: boolean } = {},
  ): Promise<void> {
    const path = join(this.#path, name);
    const temporary = temporaryFor(path);
    // Exclusively: that follows no link either.
    const handle = await this.#files.open(temporary, 'wx', 0o600);
    try {
      try {
        await writeChunks(handle, content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await this.#files.rename(temporary, path);
    } catch (error) {
      await this.#files.rm(temporary, { force: true });
      throw error;
    }
    if (!isNamedLater) await syncFolder(this.#files, this.#path);
  }
}

function planted(path: string, problem: string, cause?: unknown): TsgenError {
  return new TsgenError(
    'output',
    `Cannot trust the state in '${path}': it ${problem}, and tsgen made no such thing. Look who did, and remove it.`,
    { cause },
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
