import { once } from 'node:events';
import { type Duplex, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { ExecResult } from './api.ts';
import { withDeadline } from './deadline.ts';
import { reasonOf, statusOf } from './engine-error.ts';

export interface ExecCommand {
  readonly command: readonly string[];
  /** The limit inside the container. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** What is kept of a command's output. */
const OUTPUT_LIMIT = 64 * 1024;
/** How much longer than the limit in the container tsgen waits: KILL comes a second after TERM. */
const GRACE_MS = 3_000;
/** The exit code is known a moment after the output ended. */
const EXIT_CODE_WITHIN_MS = 5_000;

/**
 * Runs a command in a container to its end. The API cannot end an exec, and ending the stream
 * leaves the process running: so `timeout` inside the container ends it. A container without that
 * program gets the bare command, which then can outlive the limit; tsgen does not wait for it.
 */
export async function runExec(
  docker: Dockerode,
  id: string,
  options: ExecCommand,
): Promise<ExecResult> {
  const seconds = String(Math.max(1, Math.ceil(options.timeoutMs / 1000)));
  const wrapped = ['timeout', '-k', '1', seconds, ...options.command];
  const result = await runOnce(docker, id, { ...options, command: wrapped });
  if (!lacksTimeout(result)) return result;
  return await runOnce(docker, id, options);
}

function lacksTimeout({ exitCode, output }: ExecResult): boolean {
  return (
    (exitCode === 126 || exitCode === 127) &&
    /exec: "timeout": executable file not found|executable file [`'"]timeout[`'"] not found/.test(
      output,
    )
  );
}

async function runOnce(
  docker: Dockerode,
  id: string,
  { command, timeoutMs, signal, env }: ExecCommand,
): Promise<ExecResult> {
  const limitMs = Math.max(1, Math.ceil(timeoutMs / 1000)) * 1000;
  const output = new Output();
  const begun = performance.now();
  const exec = await docker.getContainer(encodeURIComponent(id)).exec({
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    ...(env ? { Env: Object.entries(env).map(([name, value]) => `${name}=${value}`) } : {}),
    ...(signal ? { abortSignal: signal } : {}),
  });
  try {
    await withDeadline((inner) => attach(docker, exec, output, inner), {
      timeoutMs: limitMs + GRACE_MS,
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (isNotFound(error)) {
      return { exitCode: 127, output: reasonOf(error), timedOut: false };
    }
    if (statusOf(error) !== undefined || performance.now() - begun < limitMs) throw error;
    return { exitCode: 124, output: output.text(), timedOut: true };
  }
  const exitCode = await exitCodeOf(exec, signal);
  const late = performance.now() - begun >= limitMs;
  // GNU timeout says 124, or 137 when it had to kill; that of busybox leaves 143.
  const timedOut = late && [124, 137, 143].includes(exitCode);
  return { exitCode, output: output.text(), timedOut };
}

/** Starts the exec and reads its output to the end. */
async function attach(
  docker: Dockerode,
  exec: Dockerode.Exec,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const stream: Duplex = await exec.start({ hijack: true, stdin: false, abortSignal: signal });
  signal.addEventListener('abort', () => stream.destroy(), { once: true });
  if (signal.aborted) stream.destroy();
  docker.modem.demuxStream(stream, output, output);
  try {
    await once(stream, 'close', { signal });
  } finally {
    stream.destroy();
  }
}

async function exitCodeOf(exec: Dockerode.Exec, signal?: AbortSignal): Promise<number> {
  const until = performance.now() + EXIT_CODE_WITHIN_MS;
  for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
    const { Running, ExitCode } = await exec.inspect(signal ? { abortSignal: signal } : {});
    if (!Running && typeof ExitCode === 'number') return ExitCode;
    if (performance.now() > until) {
      throw new Error('the command ended without an exit code: did the container stop?');
    }
    await delay(pause, undefined, signal ? { signal } : {});
  }
}

/** Newer engines, and Podman, refuse to start what does not exist instead of giving a 126 or 127. */
function isNotFound(error: unknown): boolean {
  return statusOf(error) !== undefined && /executable file .*not found/.test(reasonOf(error));
}

/** Keeps the first part of what is written, and swallows the rest. */
class Output extends Writable {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const room = OUTPUT_LIMIT - this.#length;
    if (room > 0) {
      // A copy: a slice would keep the whole chunk alive.
      this.#chunks.push(Buffer.from(chunk.subarray(0, room)));
      this.#length += Math.min(room, chunk.length);
    }
    done();
  }

  /** A character that the limit cut in two is left out. */
  text(): string {
    return new TextDecoder('utf-8').decode(Buffer.concat(this.#chunks), { stream: true });
  }
}
