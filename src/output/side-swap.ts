import type { Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Chunks } from './bytes-of.ts';
import { hashOf } from './content.ts';
import { type FileSystem, readIfThere, syncFolder, writeChunks } from './files.ts';
import type { OwnFile, SidePlan } from './side-plan.ts';
import type { StateFolder } from './state-folder.ts';
import { keepOwnerAndMode } from './swap.ts';

/** What is to come back unless it is known that the new files passed their check. */
export interface SidesPending {
  readonly before: readonly SideBefore[];
  /** SHA-256 of the main file that goes with the new ones; '' if it is the same as before. */
  readonly main: string;
}

/** What a side file was before it was changed. */
export interface SideBefore {
  readonly path: string;
  /** Absent when there was none. */
  readonly old?: { readonly content: Buffer } & Pick<Stats, 'uid' | 'gid' | 'mode'>;
}

export interface SideSwapDeps {
  readonly files: FileSystem;
  readonly replace: (path: string, chunks: Chunks) => Promise<unknown>;
  /** Keeps what is to come back, where a crash could prevent that. */
  readonly state?: StateFolder;
}

/** The side files of a rendering on their way in; until `finish` they can be taken back. */
export class SideSwap {
  readonly #plan: SidePlan;
  readonly #deps: SideSwapDeps;
  #before: readonly SideBefore[] = [];

  constructor(plan: SidePlan, deps: SideSwapDeps) {
    this.#plan = plan;
    this.#deps = deps;
  }

  /**
   * Writes what is new. Takes back what it did when it fails.
   *
   * @param forCheck a check is to see the whole: what is to go is removed already, and kept in case
   * that a crash prevents the verdict. But what the live main file names stays until that is
   * replaced: a proxy that is started in the meantime would not find it.
   */
  async begin(forCheck: boolean): Promise<void> {
    const { writes } = this.#plan;
    const gone = forCheck ? await this.#unnamed() : [];
    const { files, replace, state } = this.#deps;
    const paths = [...writes.map(({ path }) => path), ...gone];
    if (paths.length === 0) return;
    this.#before = await Promise.all(paths.map((path) => lookAt(path, files)));
    if (forCheck) await state?.beginSides({ before: this.#before, main: await this.#newMain() });
    try {
      for (const { path, chunks } of writes) await replace(path, chunks);
      for (const path of gone) await remove(path, files);
    } catch (error) {
      await this.undo();
      throw error;
    }
  }

  /** The main file is live: what nobody names any more goes. */
  async finish(): Promise<void> {
    const { files, state } = this.#deps;
    if (this.#before.length > 0) await state?.endSides();
    for (const path of this.#plan.removals) await remove(path, files);
  }

  /** Of what is to go, that whose name does not stand in the live main file. */
  async #unnamed(): Promise<readonly string[]> {
    const [{ path: main }] = this.#plan.rendering.files;
    const { removals } = this.#plan;
    if (removals.length === 0) return [];
    const live = await readIfThere(this.#deps.files, main);
    return removals.filter((path) => live?.includes(basename(path)) !== true);
  }

  async #newMain(): Promise<string> {
    const [{ path, chunks }] = this.#plan.rendering.files;
    const live = await readIfThere(this.#deps.files, path);
    const hash = hashOf(chunks);
    return live && hashOf([live]) === hash ? '' : hash;
  }

  async undo(): Promise<void> {
    await restoreSides(this.#before, this.#deps);
    if (this.#before.length > 0) await this.#deps.state?.endSides();
  }
}

/**
 * Puts side files back as they were, the last one first.
 *
 * @param own when given, only those that hold what tsgen wrote are touched.
 */
export async function restoreSides(
  before: readonly SideBefore[],
  { files, replace }: Pick<SideSwapDeps, 'files' | 'replace'>,
  own?: readonly OwnFile[],
): Promise<void> {
  const hashes = own && new Map(own.map((file) => [file.path, file.hashes]));
  for (const { path, old } of before.toReversed()) {
    if (hashes && (!hashes.has(path) || (await isElsewhere(path, files)))) continue;
    const now = await readIfThere(files, path);
    if (now && hashes && !hashes.get(path)?.includes(hashOf([now]))) continue;
    if (!old) await remove(path, files);
    else if (now) await replace(path, [old.content]);
    else await recreate(path, old, files);
  }
}

/** Somebody put a link in the place of its folder. */
async function isElsewhere(path: string, files: FileSystem): Promise<boolean> {
  return (await files.realpath(dirname(path)).catch(() => '')) !== dirname(path);
}

async function lookAt(path: string, files: FileSystem): Promise<SideBefore> {
  const content = await readIfThere(files, path);
  if (!content) return { path };
  const { uid, gid, mode } = await files.stat(path);
  return { path, old: { content, uid, gid, mode } };
}

async function remove(path: string, files: FileSystem): Promise<void> {
  await files.rm(path, { force: true });
  await syncFolder(files, dirname(path));
}

async function recreate(
  path: string,
  old: NonNullable<SideBefore['old']>,
  files: FileSystem,
): Promise<void> {
  const handle = await files.open(path, 'wx', 0o600);
  try {
    await writeChunks(handle, [old.content]);
    await keepOwnerAndMode(handle, old);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
