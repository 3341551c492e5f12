import { type ChildProcess, spawn } from 'node:child_process';
import { watch as watchFolder } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { resourcesOf } from '../test/support/process-resources.ts';

const PROGRAM = resolve('dist/tsgen.js');
/** What `/proc` counts processor time in. */
const TICKS_A_SECOND = 100;
const PATIENCE_MS = 120_000;

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

  /** @param folder for the destination, and for what else it writes. */
  static async start(endpoint: string, folder: string): Promise<BuiltWatch> {
    const [out, temporary] = [join(folder, 'out'), join(folder, 'tmp')];
    await mkdir(out);
    await mkdir(temporary);
    const dest = join(out, 'default.conf');
    const args = ['--template', resolve('templates/nginx.conf.hbs'), '--dest', dest, '--watch'];
    const child = spawn(process.execPath, [PROGRAM, ...args, '--endpoint', endpoint], {
      env: { PATH: process.env.PATH, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return new BuiltWatch(child, dest);
  }

  /** How often its log says that a file was generated. */
  get generated(): number {
    return this.#log.split("Generated '").length - 1;
  }

  /**
   * Resolves once the file is as wanted, with the moment in which it became so, by `performance.now()`:
   * to read it, which takes the longer the larger it is, is no part of what is measured.
   */
  async written(isWanted: (text: string) => boolean): Promise<number> {
    const end = AbortSignal.timeout(PATIENCE_MS);
    return await new Promise<number>((done, failed) => {
      const look = () => {
        const at = performance.now();
        readFile(this.#dest, 'utf8').then(
          (text) => (isWanted(text) ? finish(at) : undefined),
          // Not written yet.
          () => undefined,
        );
      };
      const watcher = watchFolder(dirname(this.#dest), (_, name) => {
        if (name === basename(this.#dest)) look();
      });
      const finish = (at: number) => {
        watcher.close();
        done(at);
      };
      end.addEventListener('abort', () => {
        watcher.close();
        failed(
          new Error(
            `tsgen did not write what was expected in ${PATIENCE_MS / 1_000} s:\n${this.#log}`,
          ),
        );
      });
      look();
    });
  }

  async costs(): Promise<ProcessCosts> {
    const stat = await readFile(`/proc/${this.#child.pid}/stat`, 'utf8');
    // After the name, which may hold anything: utime and stime are the 14th and 15th of all fields.
    const [user = '', system = ''] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11);
    return {
      cpuMs: ((Number(user) + Number(system)) * 1_000) / TICKS_A_SECOND,
      residentMiB: (await resourcesOf(this.#child.pid ?? 0)).residentMiB,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }
}
