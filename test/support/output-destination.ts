import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '../../src/output/check.ts';
import { type FileSystem, systemFiles } from '../../src/output/files.ts';
import type { Notification } from '../../src/output/notify.ts';
import { createOutput, type OutputOptions } from '../../src/output/output.ts';
import type { Rendering } from '../../src/output/rendering.ts';
import { type CommandRunner, localRunner } from '../../src/output/runner.ts';
import { openState } from '../../src/output/state.ts';
import { aDockerApi } from './memory-docker-api.ts';
import { aLog } from './memory-log.ts';
import { aFolder } from './temporary-folder.ts';

/** Runs commands here. */
export const LOCAL = localRunner({
  env: { PATH: process.env.PATH },
  monotonic: () => performance.now(),
  graceMs: 200,
});
/** Of a proxy that does not run. */
export const ABSENT: CommandRunner = {
  where: 'container proxy',
  unavailable: () => 'the proxy is not running',
  run: async () => ({ kind: 'unavailable', reason: 'the proxy is not running' }),
  translate: async () => ({ kind: 'unavailable', reason: 'the proxy is not running' }),
};

/** What a run is to do, and what it does it with. */
export interface Wish {
  readonly before?: string;
  readonly check?: string;
  readonly checkRunner?: CommandRunner;
  readonly checkLimitMs?: number;
  /** A shell line; by default one that writes a line to the file `told`. */
  readonly notify?: string;
  readonly notifyRunner?: CommandRunner;
  readonly oneShot?: boolean;
  readonly files?: Partial<FileSystem>;
}

/** A destination in a folder of its own, and runs of tsgen that write there. */
export async function aDestination() {
  const folder = await aFolder();
  const temporaryFolder = join(folder, 'tmp');
  const conf = join(folder, 'conf');
  await mkdir(temporaryFolder);
  await mkdir(conf);
  const dest = join(conf, 'a.conf');
  const told = join(folder, 'told');

  /** A run of tsgen: what a killed one knew, the next one does not. */
  const run = async (wish: Wish = {}) => {
    const log = aLog();
    const files = { ...systemFiles, ...wish.files };
    const uid = process.getuid?.();
    const notification: Notification = {
      kind: 'command',
      command: wish.notify ?? `cat '${dest}' >>'${told}'; echo >>'${told}'`,
    };
    const check: Check | undefined =
      wish.check === undefined
        ? undefined
        : {
            command: wish.check,
            runner: wish.checkRunner ?? LOCAL,
            timeoutMs: wish.checkLimitMs ?? 20_000,
          };
    const options: OutputOptions = {
      dest,
      write: () => {},
      notifications: [notification],
      ...(check && { check }),
      ...(!wish.oneShot && { state: await openState(dest, { files, temporaryFolder, uid, log }) }),
    };
    const output = createOutput(options, {
      files,
      log,
      runner: wish.notifyRunner ?? LOCAL,
      api: aDockerApi(),
      monotonic: () => performance.now(),
      now: Date.now,
      temporaryFolder,
      uid,
      timeoutMs: 20_000,
    });
    await output.prepare();
    const apply = (text: string, signal = new AbortController().signal) =>
      output.apply(aRendering(dest, text), { signal });
    const applyWithEffect = (text: string, effect: string) =>
      output.apply({ ...aRendering(dest, text), effect }, { signal: new AbortController().signal });
    return { output, log, apply, applyWithEffect, notifyCommand: notification.command };
  };
  return {
    folder,
    conf,
    dest,
    told,
    run,
    live: () => readFile(dest, 'utf8').catch(() => undefined),
    tellings: async () => (await readFile(told, 'utf8').catch(() => '')).trim().split('\n'),
  };
}

/** A rendering of one file. */
export function aRendering(path: string, text: string): Rendering {
  // In several parts, as renderings are.
  const chunks = text.split(/(?<=\s)/);
  return { files: [{ path, chunks }], generation: 'g', containerCount: 3 };
}

/** Accepts a file that says `good` and none that says `bad`. */
export const LINT = 'cat {file}; if grep -q bad {file}; then echo "{file}:1: bad word"; exit 1; fi';
/** The same of what is live. */
export const LINT_LIVE = 'if grep -q bad {dest}; then echo "{dest}:1: bad word"; exit 1; fi';
