import { resolve } from 'node:path';
import { execa, type Options } from 'execa';
import { onTestFinished } from 'vitest';
import { aFolder } from './temporary-folder.ts';

const PROGRAM = resolve('dist/tsgen.js');

export interface Ran {
  readonly exitCode?: number | undefined;
  /** That ended it, if one did. */
  readonly signal?: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command; ended with the test at the latest. */
export interface Running {
  readonly pid: number;
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
  readonly #command: readonly [string, ...string[]];

  private constructor(
    folder: string,
    env: Readonly<Record<string, string>>,
    command: readonly [string, ...string[]] = [process.execPath, PROGRAM],
  ) {
    this.folder = folder;
    this.#env = env;
    this.#command = command;
  }

  static async create(env: Readonly<Record<string, string>> = {}): Promise<BuiltCli> {
    return new BuiltCli(await aFolder(), env);
  }

  /** The same, in the same folder, with more in its environment. */
  with(env: Readonly<Record<string, string>>): BuiltCli {
    return new BuiltCli(this.folder, { ...this.#env, ...env }, this.#command);
  }

  /** The same, run by a command that takes a command, such as `nsenter`. */
  by(command: readonly [string, ...string[]]): BuiltCli {
    return new BuiltCli(this.folder, this.#env, [...command, ...this.#command]);
  }

  async run(...args: string[]): Promise<Ran> {
    const [program, ...first] = this.#command;
    return await execa(program, [...first, ...args], this.#options());
  }

  start(...args: string[]): Running {
    const [program, ...first] = this.#command;
    const child = execa(program, [...first, ...args], this.#options());
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await child;
    });
    const { pid = 0 } = child;
    return { pid, log: () => log, signal: (name) => void child.kill(name), ended: child };
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
