import { constants, type Stats } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import type { Chunks } from './bytes-of.ts';
import { hashOf } from './content.ts';
import { type FileSystem, followLinks } from './files.ts';
import type { RenderedFile, Rendering } from './rendering.ts';

/** A side file that tsgen wrote. */
export interface OwnFile {
  /** Absolute, without links on the way. */
  readonly path: string;
  /** SHA-256 of what tsgen wrote to it, in hexadecimal: more than one while it is being changed. */
  readonly hashes: readonly string[];
}

/** What has to be done to the side files for a rendering to be live. */
export interface SidePlan {
  /** The rendering without what is left out, each side file at its real path. */
  readonly rendering: Rendering;
  readonly writes: readonly RenderedFile[];
  /** Paths of files that tsgen wrote and the rendering has no more. */
  readonly removals: readonly string[];
  /** Whose tsgen may be the author once the plan was begun, whatever becomes of it. */
  readonly begun: readonly OwnFile[];
  /** The same once it is done. */
  readonly done: readonly OwnFile[];
  /** What is left out, or left where it is, and why. */
  readonly warnings: readonly string[];
}

export interface PlanDeps {
  readonly files: Pick<FileSystem, 'access' | 'lstat' | 'readFile' | 'readlink' | 'realpath'>;
  /** Whether a file holds these bytes. */
  readonly holds: (path: string, chunks: Chunks) => Promise<boolean>;
}

/**
 * Looks what stands where side files are to go. Nothing is overwritten or removed that tsgen did
 * not write, or that somebody has changed since.
 *
 * @param own what tsgen wrote for this destination before.
 * @throws TsgenError `output` for a file that cannot be written and may not be left out.
 */
export async function planSides(
  rendering: Rendering,
  own: readonly OwnFile[],
  deps: PlanDeps,
): Promise<SidePlan> {
  const [main, ...sides] = rendering.files;
  const before = new Map(own.map(({ path, hashes }) => [path, hashes]));
  if (sides.length === 0 && own.length === 0) {
    return { rendering, writes: [], removals: [], begun: [], done: [], warnings: [] };
  }
  const accepted: RenderedFile[] = [];
  const writes: RenderedFile[] = [];
  const after = new Map<string, readonly string[]>();
  const warnings: string[] = [];
  const folder = await realFolder(main.path, deps).catch(() => dirname(main.path));
  const taken = new Set([
    join(folder, basename(main.path)),
    await followLinks(deps.files, main.path),
  ]);
  // Those that must be go first: no container may get at their place by way of a link.
  const byNeed = sides.toSorted(
    (a, b) => Number(a.optional ?? false) - Number(b.optional ?? false),
  );
  for (const side of byNeed) {
    const place = await placeOf(side, { folder, before, taken }, deps);
    taken.add(place.path);
    if (place.kind === 'refused') {
      if (!side.optional) {
        const message = `Cannot write '${side.path}': ${place.reason} The old content stays.`;
        throw new TsgenError('output', message);
      }
      warnings.push(`The file '${side.path}' is left out: ${place.reason}`);
      const hashes = before.get(place.path);
      if (hashes && !after.has(place.path)) after.set(place.path, hashes);
      continue;
    }
    const file = { ...side, path: place.path };
    accepted.push(file);
    if (place.kind === 'write') writes.push(file);
    // One that held these bytes before tsgen came is still somebody else's.
    if (place.kind === 'write' || before.has(place.path)) {
      after.set(place.path, [hashOf(side.chunks)]);
    }
  }
  const removals: string[] = [];
  for (const [path, hashes] of before) {
    if (taken.has(path)) continue;
    const left = await whyLeft(path, hashes, deps);
    if (left === undefined) removals.push(path);
    else if (left !== 'gone')
      warnings.push(`'${path}' is not rendered any more, but stays: ${left}`);
  }
  const begun = new Map(before);
  for (const [path, hashes] of after) {
    begun.set(path, [...new Set([...(before.get(path) ?? []), ...hashes])]);
  }
  return {
    rendering: { ...rendering, files: [main, ...accepted] },
    writes,
    removals,
    begun: sorted(begun),
    done: sorted(after),
    warnings,
  };
}

type Place =
  | { readonly kind: 'write' | 'held'; readonly path: string }
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string };

interface Surroundings {
  /** The destination's folder, without links. */
  readonly folder: string;
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** Paths that are somebody's already. */
  readonly taken: ReadonlySet<string>;
}

async function placeOf(
  { path: wanted, chunks, confined, optional }: RenderedFile,
  { folder, before, taken }: Surroundings,
  deps: PlanDeps,
): Promise<Place> {
  const refused = (path: string, reason: string): Place => ({ kind: 'refused', path, reason });
  try {
    const parent = await realFolder(wanted, deps);
    const path = join(parent, basename(wanted));
    const within = relative(folder, parent).split(sep);
    if (confined && (within[0] === '..' || within.includes('.tsgen'))) {
      return refused(path, `a link on the way leads out of '${folder}'.`);
    }
    if (taken.has(path)) return refused(path, 'by way of a link it is another file of these.');
    // Who chose the folder, a container maybe, is not to have the whole run fail.
    if (optional) await deps.files.access(parent, constants.W_OK | constants.X_OK);
    const stat = await lstatIfThere(path, deps);
    if (!stat) return { kind: 'write', path };
    if (!stat.isFile()) {
      return refused(
        path,
        stat.isSymbolicLink() ? 'it is a symbolic link.' : 'it is not a regular file.',
      );
    }
    if (await deps.holds(path, chunks)) return { kind: 'held', path };
    const hashes = before.get(path);
    if (hashes?.includes(await hashOfFile(path, deps))) return { kind: 'write', path };
    return refused(
      path,
      hashes
        ? 'somebody has changed it since tsgen wrote it. Move the change into the template, and remove the file.'
        : 'it is there already, and tsgen did not write it for this destination. Move it away, or choose another name.',
    );
  } catch (error) {
    const reason =
      codeOf(error) === 'ENOENT'
        ? `there is no folder '${dirname(wanted)}'. Create it.`
        : `${messageOf(error)}.`;
    return refused(wanted, reason);
  }
}

/** Why a file is not removed; `gone` when there is none, `undefined` when it can be. */
async function whyLeft(
  path: string,
  hashes: readonly string[],
  deps: PlanDeps,
): Promise<string | undefined> {
  try {
    const stat = await lstatIfThere(path, deps);
    if (!stat) return 'gone';
    if ((await realFolder(path, deps)) !== dirname(path)) return 'its folder is another one now';
    if (!stat.isFile()) return 'it is no regular file any more';
    const isOurs = hashes.includes(await hashOfFile(path, deps));
    return isOurs ? undefined : 'somebody has changed it since tsgen wrote it';
  } catch (error) {
    return messageOf(error);
  }
}

async function hashOfFile(path: string, { files }: PlanDeps): Promise<string> {
  return hashOf([await files.readFile(path)]);
}

/** Rejects when there is none. */
async function realFolder(path: string, { files }: PlanDeps): Promise<string> {
  return await files.realpath(dirname(path));
}

async function lstatIfThere(path: string, { files }: PlanDeps): Promise<Stats | undefined> {
  try {
    return await files.lstat(path);
  } catch (error) {
    // ENOTDIR: a part of the path is a file now.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function sorted(own: ReadonlyMap<string, readonly string[]>): readonly OwnFile[] {
  return [...own]
    .map(([path, hashes]) => ({ path, hashes }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
