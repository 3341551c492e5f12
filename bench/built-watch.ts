import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { resourcesOf } from '../test/support/process-resources.ts';
import { cpuOf } from './cpu-of.ts';
import { written } from './written.ts';

const PROGRAM = resolve('dist/tsgen.js');

/** Two amounts of processor time are taken from one another. */
export interface ProcessCosts {
  /** Processor time so far, in ms, to 10 ms. */
  readonly cpuMs: number;
  readonly residentMiB: number;
}

/**
 * The built command line as users run it, watching: nginx's template, no check, no notification. What it
 * writes is seen as it comes.
 */
export class BuiltWatch implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #dest: string;
  readonly #ended: Promise<unknown>;
  #log = '';

  private constructor(child: ChildProcess, dest: string) {
    this.#child = child;
    this.#dest = dest;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
    this.#ended = new Promise((done) => child.once('close', done));
  }

  /**
   * @param folder for the destination, and for what else it writes.
   * @param more further arguments.
   */
  static async start(
    endpoint: string,
    folder: string,
    more: readonly string[] = [],
  ): Promise<BuiltWatch> {
    const [out, temporary] = [join(folder, 'out'), join(folder, 'tmp')];
    await mkdir(out);
    await mkdir(temporary);
    const dest = join(out, 'default.conf');
    const args = ['--template', resolve('templates/nginx.conf.hbs'), '--dest', dest, '--watch'];
    const child = spawn(process.execPath, [PROGRAM, ...args, '--endpoint', endpoint, ...more], {
      env: { PATH: process.env.PATH, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return new BuiltWatch(child, dest);
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }
}
