import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, TsgenError } from '../base/errors.ts';
import { makeFolder } from '../base/private-folder.ts';
import { shellQuote } from '../base/shell-quote.ts';
import type { Chunks } from './bytes-of.ts';
import type { FileSystem } from './files.ts';
import { writeChunks } from './files.ts';
import type { CommandResult, CommandRunner } from './runner.ts';
import { keepOwnerAndMode } from './swap.ts';

export interface Check {
  /**
   * A shell line. With `{file}` it is asked about a candidate before the swap; without, it is run
   * after the swap, and a failure restores what was there. `{dest}` stands for the destination.
   */
  readonly command: string;
  readonly runner: CommandRunner;
  readonly timeoutMs: number;
}

export type CheckResult = { readonly kind: 'accepted'; readonly output: string } | NotAccepted;

export type NotAccepted =
  /** The proxy looked at it and said no; `reason` has its own words. */
  | { readonly kind: 'rejected'; readonly message: string; readonly reason: string }
  /** There is no verdict: the command is missing, crashed or hung, or cannot see the file. */
  | { readonly kind: 'failed'; readonly message: string }
  /** There is nobody to ask. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'aborted' };

/** Whether the check looks at a candidate before the swap. */
export function checksCandidate(check: Check): boolean {
  return check.command.includes('{file}');
}

export interface Candidate {
  readonly dest: string;
  readonly chunks: Chunks;
  /** Where it is written for the check; a folder of its own. Made if need be. */
  readonly folder: string;
  /** The user that tsgen runs as; absent where the platform has none. */
  readonly uid: number | undefined;
  /** The destination as it is, if it is there: who may read that may read the candidate. */
  readonly old: Stats | undefined;
}

/**
 * Has the proxy check a candidate. One that was not accepted stays in its folder for people to
 * look at. Throws a `TsgenError` of kind `output` when it cannot be written.
 */
export async function checkCandidate(
  check: Check,
  candidate: Candidate,
  deps: { readonly files: FileSystem; readonly signal: AbortSignal },
): Promise<CheckResult> {
  const file = await writeCandidate(candidate, deps.files);
  const result = await runCheck(check, { dest: candidate.dest, file, signal: deps.signal });
  if (result.kind === 'accepted') await deps.files.rm(file, { force: true });
  return result;
}

/** Has the proxy check what is live. It is not ended by a signal: a swap is to be finished. */
export async function checkLive(check: Check, dest: string): Promise<CheckResult> {
  return await runCheck(check, { dest });
}

async function writeCandidate(candidate: Candidate, files: FileSystem): Promise<string> {
  const file = join(candidate.folder, basename(candidate.dest));
  try {
    await makeCandidateFolder(candidate, files);
    await files.rm(file, { force: true });
    const handle = await files.open(file, 'wx', candidate.old ? 0o600 : 0o644);
    try {
      await writeChunks(handle, candidate.chunks);
      if (candidate.old) await keepOwnerAndMode(handle, candidate.old);
    } finally {
      await handle.close();
    }
    return file;
  } catch (error) {
    throw new TsgenError(
      'output',
      `Cannot write the candidate for '${candidate.dest}' to '${file}': ${messageOf(error)}. The old content stays; make that place writable for tsgen.`,
      { cause: error },
    );
  }
}

/** A link in its place would have files removed and written elsewhere. */
async function makeCandidateFolder({ folder, uid }: Candidate, files: FileSystem): Promise<void> {
  // Whether others may write beside the destination is for the state folder to judge.
  const trust = { ...(uid === undefined ? {} : { owners: [uid, 0] }), writable: 0o022 };
  const problem = await makeFolder(files, folder, { mode: 0o755, trust });
  if (problem) throw new Error(`'${folder}' ${problem}: look who made it, and remove it`);
}

async function runCheck(
  check: Check,
  paths: { readonly dest: string; readonly file?: string; readonly signal?: AbortSignal },
): Promise<CheckResult> {
  const { runner } = check;
  let command = check.command;
  const shownAs: [string, string][] = [];
  for (const [placeholder, path] of [
    ['{file}', paths.file],
    ['{dest}', paths.dest],
  ] as const) {
    if (path === undefined || !command.includes(placeholder)) continue;
    const seen = await runner.translate(path);
    if (seen.kind === 'unavailable') return seen;
    if (seen.kind === 'unmapped') {
      const reason = path === paths.file ? await whyUnseen(path, paths.dest, check) : seen.reason;
      return { kind: 'failed', message: `Cannot check '${paths.dest}': ${reason}` };
    }
    command = command.replaceAll(placeholder, () => shellQuote(seen.path));
    shownAs.push([seen.path, paths.dest]);
  }
  if (paths.file !== undefined) shownAs.push([paths.file, paths.dest]);
  const result = await runner.run(command, {
    timeoutMs: check.timeoutMs,
    ...(paths.signal && { signal: paths.signal }),
  });
  return verdict(result, check, paths.dest, shownAs);
}

/** Of a candidate that the proxy cannot see it is the destination's mount that is to be mended. */
async function whyUnseen(file: string, dest: string, check: Check): Promise<string> {
  const seen = await check.runner.translate(dest);
  if (seen.kind !== 'ok') return seen.reason;
  const folder = dirname(dest);
  return file.startsWith(`${folder}/`)
    ? `the proxy (${check.runner.where}) sees the file, but not the candidate beside it, '${file}'. Mount the directory '${folder}' at '${dirname(seen.path)}' instead of the file alone.`
    : `the proxy (${check.runner.where}) does not see the candidate, '${file}'. Make '${folder}' writable for tsgen, so that it can lie there.`;
}

const MAX_REASON = 2000;

function verdict(
  result: CommandResult,
  check: Check,
  dest: string,
  shownAs: readonly (readonly [string, string])[],
): CheckResult {
  const { where } = check.runner;
  switch (result.kind) {
    case 'aborted':
    case 'unavailable':
      return result;
    case 'failed':
      return {
        kind: 'failed',
        message: `The check of '${dest}' (${where}) could not be done: ${result.reason}`,
      };
    case 'timed-out':
      return {
        kind: 'failed',
        message: `The check of '${dest}' (${where}) did not end within ${result.afterMs / 1000} s and was ended: ${reason(result.output, shownAs)}`,
      };
    case 'exited': {
      if (result.exitCode === 0) return { kind: 'accepted', output: result.output.trim() };
      const said = reason(result.output, shownAs);
      // What a shell says of a command that is missing or was killed is no word of the proxy's.
      return result.exitCode >= 126
        ? {
            kind: 'failed',
            message: `The check of '${dest}' (${where}) could not be done, exit status ${result.exitCode}: ${said}`,
          }
        : {
            kind: 'rejected',
            message: `The proxy (${where}) rejected the new content of '${dest}', exit status ${result.exitCode}: ${said}`,
            reason: said,
          };
    }
  }
}

/** The command's words in one line, with the destination's name where they name the candidate. */
function reason(output: string, shownAs: readonly (readonly [string, string])[]): string {
  let text = output.trim();
  for (const [seen, shown] of shownAs) text = text.replaceAll(seen, () => shown);
  text = text.replaceAll(/\s*\n\s*/g, '; ');
  if (text === '') return 'it said nothing';
  return text.length > MAX_REASON ? `${text.slice(0, MAX_REASON)}…` : text;
}
