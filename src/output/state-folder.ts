import { join } from 'node:path';
import { codeOf, TsgenError } from '../base/errors.ts';
import { distrust, makeFolder } from '../base/private-folder.ts';
import { type FileSystem, syncFolder } from './files.ts';
import { packGood, unpackGood } from './kept-good.ts';
import type { Refused } from './last-good.ts';
import type { Rendering } from './rendering.ts';
import type { OwnFile } from './side-plan.ts';
import type { SideBefore, SidesPending } from './side-swap.ts';
import { StateFiles } from './state-files.ts';

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
const HISTORY = 'history';

/** What other parts of tsgen keep here, each in a file of its own. */
export type NoteName = 'quarantine' | 'drains' | 'hold';

const TEMPORARY =
  /^(manifest\.json|pending\.json|sides\.json|quarantine\.json|drains\.json|hold\.json|last-good|confirmed|\.probe)\.[0-9a-f]{12}\.new$/;

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
  readonly #own: StateFiles;

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
    this.#own = new StateFiles(files, about);
  }

  /**
   * The folder of the history, for this user alone: it holds files whose own mode may be stricter
   * than that of this folder.
   *
   * @param makes for who writes it; else it is `undefined` when there is none.
   * @throws TsgenError `output` for one that others could have put there.
   */
  async history({ makes }: { readonly makes: boolean }): Promise<StateFiles | undefined> {
    const path = join(this.path, HISTORY);
    const uid = this.#uid;
    // Whoever may write here may write there.
    const writable = (await this.#files.lstat(this.path)).mode & 0o022;
    const trust = { ...(uid === undefined ? {} : { owners: [uid, 0] }), writable };
    let problem: string | undefined;
    if (makes) problem = await makeFolder(this.#files, path, { mode: 0o700, trust });
    else {
      const stat = await this.#files.lstat(path).catch(() => undefined);
      if (!stat) return undefined;
      problem = distrust(stat, trust);
    }
    if (problem) {
      throw new TsgenError(
        'output',
        `Cannot trust the history in '${path}': it ${problem}. Look who made it, and remove it; tsgen makes it anew.`,
      );
    }
    return new StateFiles(this.#files, { path, uid });
  }

  /** Where candidates are written for the proxy's check. */
  get candidateFolder(): string {
    return join(this.path, 'candidate');
  }

  /** `undefined` when there is none or it is not ours to read: then nothing is known. */
  async readManifest(): Promise<Manifest | undefined> {
    const value = await this.#own.readJson(MANIFEST);
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
    await this.#own.write(MANIFEST, [JSON.stringify(manifest)]);
  }

  /** Keeps what the proxy took, in the place of what it took before. */
  async writeGood(rendering: Rendering): Promise<void> {
    await this.#own.write(CONFIRMED, packGood(rendering));
  }

  /** What it took last; `undefined` when there is none, or none that is whole. */
  async readGood(): Promise<Rendering | undefined> {
    const packed = await this.#own.read(CONFIRMED);
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
    const value = await this.#own.readJson(PENDING);
    return value && { version: 1, hadFile: value.hadFile === true };
  }

  /** Keeps the old content and marks that a swap is under way; in this order on disk. */
  async begin(before: Buffer | undefined): Promise<void> {
    if (before) await this.#own.write(LAST_GOOD, [before]);
    await this.#own.write(PENDING, [JSON.stringify({ version: 1, hadFile: before !== undefined })]);
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
    await this.#own.write(SIDES, [JSON.stringify({ version: 1, main, files })]);
  }

  async endSides(): Promise<void> {
    await this.#files.rm(join(this.path, SIDES), { force: true });
    await syncFolder(this.#files, this.path);
  }

  /** What a crash kept from coming back; `undefined` when there was none. */
  async readSides(): Promise<SidesPending | undefined> {
    const value = await this.#own.readJson(SIDES);
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
    return await this.#own.readJson(`${name}.json`);
  }

  async writeNote(name: NoteName, note: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#own.write(`${name}.json`, [JSON.stringify({ version: 1, ...note })]);
  }

  async readLastGood(): Promise<Buffer | undefined> {
    return await this.#own.read(LAST_GOOD);
  }
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
