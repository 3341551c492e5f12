import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Workspace } from './workspace.ts';

/** What users run. */
const PROGRAM = resolve('dist/tsgen.js');

export interface Ended {
  /** 128 and the number of the signal where one ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built command line as a child process on this machine, with what it writes. */
export class TsgenProcess implements AsyncDisposable {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #out = '';
  #err = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#err += text;
    });
    this.ended = new Promise((done, failed) => {
      child.once('error', failed);
      child.once('close', (code, signal) => done({ code, signal }));
    });
  }

  /** Starts it against the workspace's engine; it is ended with the workspace at the latest. */
  static async start(
    workspace: Workspace,
    args: readonly string[],
    { env = {} }: { readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<TsgenProcess> {
    // Watches leave word of themselves in the temporary folder: not in the user's.
    const temporary = await workspace.folder('tmp');
    const cwd = await workspace.folder('cwd');
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: { ...ownEnvironment(), DOCKER_HOST: workspace.engine.host, TMPDIR: temporary, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new TsgenProcess(child);
    workspace.defer(() => started[Symbol.asyncDispose]());
    return started;
  }

  /** Runs it to its end. */
  static async run(
    workspace: Workspace,
    args: readonly string[],
    options: { readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
    const running = await TsgenProcess.start(workspace, args, options);
    const { code } = await running.ended;
    return { code, out: running.out, err: running.err };
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Standard output so far. */
  get out(): string {
    return this.#out;
  }

  /** Standard error so far: the log. */
  get err(): string {
    return this.#err;
  }

  /** The lines of its log that hold a text. */
  logged(part: string): readonly string[] {
    return this.#err.split('\n').filter((line) => line.includes(part));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM');
      const limit = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
      await this.ended;
      clearTimeout(limit);
    }
  }
}

/** Without what would change tsgen's behaviour, or say that a test runs it. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(TSGEN_|DOCKER_|VITEST|NODE_OPTIONS$|NODE_ENV$|TEST$|FORCE_COLOR$)/.test(name),
  );
  return Object.fromEntries(kept);
}
