import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { codeOf, TsgenError } from '../base/errors.ts';
import { type Chunks, type FileSystem, syncFolder, writeChunks } from './files.ts';
import { packGood, unpackGood } from './kept-good.ts';
import type { Refused } from './last-good.ts';
import type { Rendering } from './rendering.ts';
import type { OwnFile } from './side-plan.ts';
import type { SideBefore, SidesPending } from './side-swap.ts';

/** What is known of the file that is live. */
export interface Manifest {
  readonly version: 1;
  /** SHA-256 of all files' bytes, in hexadecimal. */
  readonly content: string;
  readonly generation: string;
  readonly revision?: string;
  /** The proxy was told about this content. */
  readonly notified: boolean;
  /** The side files that tsgen wrote; none if absent. */
  readonly files?: readonly OwnFile[];
  /** The content that the proxy took last: `readGood` has it. */
  readonly good?: string;
  /** What it did not take, and is not tried again. */
  readonly refused?: Refused;
}

/** A swap whose check is still to come: a start that finds it restores what was there before. */
export interface Pending {
  readonly version: 1;
  /** Whether `last-good` holds the old content; else there was no file. */
  readonly hadFile: boolean;
}

const MANIFEST = 'manifest.json';
const PENDING = 'pending.json';
const SIDES = 'sides.json';
const LAST_GOOD = 'last-good';
const CONFIRMED = 'confirmed';

/** What other parts of tsgen keep here, each in a file of its own. */
export type NoteName = 'quarantine' | 'drains' | 'members';

/** A name that nobody can have taken before; `removeLeftovers` knows it. */
export function temporaryFor(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.new`;
}

const TEMPORARY =
  /^(manifest\.json|pending\.json|sides\.json|quarantine\.json|drains\.json|members\.json|last-good|confirmed|\.probe)\.[0-9a-f]{12}\.new$/;

/**
 * The files in a state folder. Each is replaced as a whole, so that a crash leaves old or new. No
 * link is followed and nothing of another user's believed: who may write beside the destination is
 * not to read or write elsewhere with tsgen's rights.
 */
export class StateFolder {
  readonly path: string;
  readonly controlSocket: string;
  readonly #files: FileSystem;
  readonly #uid: number | undefined;

  constructor(
    files: FileSystem,
    about: {
      readonly path: string;
      readonly controlSocket: string;
      /** The user that tsgen runs as; absent where the platform has none. */
      readonly uid: number | undefined;
    },
  ) {
    this.#files = files;
    this.path = about.path;
    this.controlSocket = about.controlSocket;
    this.#uid = about.uid;
  }

  /** Where candidates are written for the proxy's check. */
  get candidateFolder(): string {
    return join(this.path, 'candidate');
  }

  /** `undefined` when there is none or it is not ours to read: then nothing is known. */
  async readManifest(): Promise<Manifest | undefined> {
    const value = await this.#readJson(MANIFEST);
    const { content, generation, revision, notified, good } = value ?? {};
    if (typeof content !== 'string' || typeof generation !== 'string') return undefined;
    const files = readOwnFiles(value?.files);
    const refused = readRefused(value?.refused);
    return {
      version: 1,
      content,
      generation,
      ...(typeof revision === 'string' ? { revision } : {}),
      notified: notified === true,
      ...(files.length > 0 ? { files } : {}),
      ...(typeof good === 'string' ? { good } : {}),
      ...(refused ? { refused } : {}),
    };
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    await this.#write(MANIFEST, [JSON.stringify(manifest)]);
  }

  /** Keeps what the proxy took, in the place of what it took before. */
  async writeGood(rendering: Rendering): Promise<void> {
    await this.#write(CONFIRMED, packGood(rendering));
  }

  /** What it took last; `undefined` when there is none, or none that is whole. */
  async readGood(): Promise<Rendering | undefined> {
    const packed = await this.#read(CONFIRMED);
    return packed && unpackGood(packed);
  }

  /** Whether there was one. */
  async removeManifest(): Promise<boolean> {
    try {
      await this.#files.rm(join(this.path, MANIFEST));
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /** Takes away what a killed run was about to write. For the owner of the destination. */
  async removeLeftovers(): Promise<void> {
    const names = await this.#files.readdir(this.path);
    for (const name of names.filter((name) => TEMPORARY.test(name))) {
      await this.#files.rm(join(this.path, name), { force: true });
    }
  }

  async readPending(): Promise<Pending | undefined> {
    const value = await this.#readJson(PENDING);
    return value && { version: 1, hadFile: value.hadFile === true };
  }

  /** Keeps the old content and marks that a swap is under way; in this order on disk. */
  async begin(before: Buffer | undefined): Promise<void> {
    if (before) await this.#write(LAST_GOOD, [before]);
    await this.#write(PENDING, [JSON.stringify({ version: 1, hadFile: before !== undefined })]);
  }

  async end(): Promise<void> {
    await this.#files.rm(join(this.path, PENDING), { force: true });
    await syncFolder(this.#files, this.path);
  }

  /** Keeps what side files were before they are changed, until `endSides`. */
  async beginSides({ before, main }: SidesPending): Promise<void> {
    const files = before.map(({ path, old }) => ({
      path,
      ...(old ? { old: { ...old, content: old.content.toString('base64') } } : {}),
    }));
    await this.#write(SIDES, [JSON.stringify({ version: 1, main, files })]);
  }

  async endSides(): Promise<void> {
    await this.#files.rm(join(this.path, SIDES), { force: true });
    await syncFolder(this.#files, this.path);
  }

  /** What a crash kept from coming back; `undefined` when there was none. */
  async readSides(): Promise<SidesPending | undefined> {
    const value = await this.#readJson(SIDES);
    if (!value || !Array.isArray(value.files)) return undefined;
    const before = value.files.filter(isRecord).flatMap(({ path, old }): SideBefore[] => {
      if (typeof path !== 'string') return [];
      if (!isRecord(old)) return [{ path }];
      const { content, uid, gid, mode } = old;
      return typeof content === 'string'
        ? [
            {
              path,
              old: {
                content: Buffer.from(content, 'base64'),
                uid: Number(uid),
                gid: Number(gid),
                mode: Number(mode),
              },
            },
          ]
        : [];
    });
    return { before, main: String(value.main) };
  }

  /** `undefined` when there is none, or none that can be read. */
  async readNote(name: NoteName): Promise<Readonly<Record<string, unknown>> | undefined> {
    return await this.#readJson(`${name}.json`);
  }

  async writeNote(name: NoteName, note: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#write(`${name}.json`, [JSON.stringify({ version: 1, ...note })]);
  }

  async readLastGood(): Promise<Buffer | undefined> {
    return await this.#read(LAST_GOOD);
  }

  async #readJson(name: string): Promise<Record<string, unknown> | undefined> {
    const text = await this.#read(name);
    if (!text) return undefined;
    try {
      const value: unknown = JSON.parse(text.toString());
      return isRecord(value) && value.version === 1 ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** `undefined` when there is none. */
  async #read(name: string): Promise<Buffer | undefined> {
    const path = join(this.path, name);
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

  async #write(name: string, content: Chunks): Promise<void> {
    const path = join(this.path, name);
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
    await syncFolder(this.#files, this.path);
  }
}

function planted(path: string, problem: string, cause?: unknown): TsgenError {
  return new TsgenError(
    'output',
    `Cannot trust the state in '${path}': it ${problem}, and tsgen made no such thing. Look who did, and remove it.`,
    { cause },
  );
}

function readOwnFiles(value: unknown): readonly OwnFile[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).flatMap(({ path, hashes }) => {
    if (typeof path !== 'string' || !Array.isArray(hashes)) return [];
    return [{ path, hashes: hashes.filter((hash) => typeof hash === 'string') }];
  });
}

function readRefused(value: unknown): Refused | undefined {
  if (!isRecord(value)) return undefined;
  const { content, message } = value;
  if (typeof content !== 'string' || typeof message !== 'string') return undefined;
  return { content, message };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
