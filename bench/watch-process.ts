import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { resourcesOf } from '../test/support/process-resources.ts';
import { cpuOf } from './cpu-of.ts';
import { written } from './written.ts';

/** Two amounts of processor time are taken from one another. */
export interface ProcessCosts {
  /** Processor time so far, in ms, to 10 ms. */
  readonly cpuMs: number;
  readonly residentMiB: number;
}

/** Who used no processor time for so long has nothing to do: longer than the spacing between two runs. */
const QUIET_MS = 400;

/** A program that follows an engine and writes a file, seen from outside. It ends with this process. */
export class WatchProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #dest: string;
  readonly #ended: Promise<unknown>;
  #log = '';

  constructor(about: {
    readonly program: string;
    readonly args: readonly string[];
    readonly env: NodeJS.ProcessEnv;
    /** What it writes. */
    readonly dest: string;
  }) {
    const { program, args, env, dest } = about;
    this.#dest = dest;
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
    const kill = () => void child.kill('SIGKILL');
    process.once('exit', kill);
    this.#ended = new Promise<void>((done) => {
      child.once('error', ({ message }) => {
        this.#log += message;
        done();
      });
      child.once('close', () => done());
    }).then(() => process.off('exit', kill));
  }

  /** How often its log says that a file was generated. */
  get generated(): number {
    return this.#log.split("Generated '").length - 1;
  }

  /** See `written`. */
  async written(isWanted: (text: string) => boolean): Promise<number> {
    return await written(this.#dest, isWanted, { log: () => this.#log });
  }

  /** The same of what is not so yet. */
  async changed(isWanted: (text: string) => boolean): Promise<number> {
    return await written(this.#dest, isWanted, { log: () => this.#log, mayBe: false });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async costs(): Promise<ProcessCosts> {
    const { pid } = this;
    return { cpuMs: await cpuOf(pid), residentMiB: (await resourcesOf(pid)).residentMiB };
  }

  /** Until it has nothing to do any more. */
  async quiet(): Promise<void> {
    for (let before = -1; ; ) {
      const { cpuMs } = await this.costs();
      if (cpuMs === before) return;
      before = cpuMs;
      await delay(QUIET_MS);
    }
  }

  /** Whatever happens waits for `resume`. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Until it has caught up. */
  async resume(): Promise<void> {
    this.#child.kill('SIGCONT');
    await this.quiet();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    this.#child.kill('SIGCONT');
    await this.#ended;
  }
}
