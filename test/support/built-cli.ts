import { resolve } from 'node:path';
import { execa, type Options } from 'execa';
import { onTestFinished } from 'vitest';
import { aFolder } from './temporary-folder.ts';

const PROGRAM = resolve('dist/tsgen.js');

export interface Ran {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command; ended with the test at the latest. */
export interface Running {
  /** Standard error so far. */
  log(): string;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Ran>;
}

/**
 * The built command line, run in a folder of the test's own that is its working and temporary
 * folder, against the engine at an endpoint, with nothing of the user's environment.
 */
export class BuiltCli {
  readonly folder: string;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#env = env;
  }

  static async create(env: Readonly<Record<string, string>> = {}): Promise<BuiltCli> {
    return new BuiltCli(await aFolder(), env);
  }

  async run(...args: string[]): Promise<Ran> {
    return await execa(process.execPath, [PROGRAM, ...args], this.#options());
  }

  start(...args: string[]): Running {
    const child = execa(process.execPath, [PROGRAM, ...args], this.#options());
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await child;
    });
    return { log: () => log, signal: (name) => void child.kill(name), ended: child };
  }

  #options() {
    return {
      cwd: this.folder,
      env: { PATH: process.env.PATH ?? '', TMPDIR: this.folder, ...this.#env },
      extendEnv: false,
      // Else a TERM would be followed by a KILL, whatever the program still has to do.
      forceKillAfterDelay: false,
      reject: false,
    } as const satisfies Options;
  }
}
