import { constants as osConstants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../base/errors.ts';

export type CommandResult =
  /** It ran to its end. A shell gives 127 for a command that it does not find, 126 for one it may not run. */
  | {
      readonly kind: 'exited';
      readonly exitCode: number;
      readonly output: string;
      readonly durationMs: number;
    }
  /** It was ended, and all that it had started with it. */
  | { readonly kind: 'timed-out'; readonly output: string; readonly afterMs: number }
  /** It could not be run: no shell, or an engine that refuses. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The proxy is not there, or does not run. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** The signal ended it. */
  | { readonly kind: 'aborted' };

export type Translation =
  | { readonly kind: 'ok'; readonly path: string }
  /** The commands cannot see it; the reason says which mount is missing. */
  | { readonly kind: 'unmapped'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface RunOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /**
   * Variables for this command alone, besides those that it has anyway: a secret is none of what
   * process lists, and the engine's events, show of a command.
   */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs shell lines where the proxy is. */
export interface CommandRunner {
  /** For messages: `here`, or `container web-proxy-1`. */
  readonly where: string;
  /** Why nothing can be run now, such as a container that does not run; else `undefined`. */
  unavailable(): string | undefined;
  /** Why the proxy need not be told now, such as one that has yet to start; absent: it always must. */
  needless?(): string | undefined;
  /** What the proxy has complained of since then (milliseconds since 1970); absent: nobody knows. */
  complaints?(sinceMs: number): Promise<readonly string[]>;
  /**
   * Standard output and error come back together, cut at 64 KiB. The command has no standard
   * input. Never rejects because of the command.
   */
  run(command: string, options: RunOptions): Promise<CommandResult>;
  /** A path of ours as the commands see it. */
  translate(path: string): Promise<Translation>;
}

export interface LocalRunnerDeps {
  readonly monotonic: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds from TERM to KILL; 1000 if absent. */
  readonly graceMs?: number;
}

const MAX_OUTPUT_BYTES = 64 * 1024;
/** A daemon that a command started may hold its output open: how long to read on after the end. */
const DRAIN_MS = 250;
const POLL_MS = 20;

/** Runs commands on this machine through `/bin/sh -c`, each in a process group of its own. */
export function localRunner(deps: LocalRunnerDeps): CommandRunner {
  return {
    where: 'here',
    unavailable: () => undefined,
    run: async (command, options) => await runLocally(command, options, deps),
    translate: async (path) => ({ kind: 'ok', path }),
  };
}

async function runLocally(
  command: string,
  options: RunOptions,
  deps: LocalRunnerDeps,
): Promise<CommandResult> {
  // Heavy, and many a run has no command.
  const { execa } = await import('execa');
  if (options.signal?.aborted) return { kind: 'aborted' };
  const started = deps.monotonic();
  // One pipe for both keeps their order; what the shell itself says before that comes by the other.
  const child = execa('/bin/sh', ['-c', `exec 2>&1; ${command}`], {
    all: true,
    buffer: false,
    detached: true,
    env: { ...deps.env, ...options.env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  const output = boundedText(MAX_OUTPUT_BYTES);
  child.all.on('data', output.add);

  let ended: 'timed-out' | 'aborted' | undefined;
  let groupGone: Promise<void> | undefined;
  const end = (why: 'timed-out' | 'aborted') => {
    ended = why;
    if (child.pid !== undefined) groupGone = endGroup(child.pid, deps.graceMs ?? 1000);
  };
  const limit = setTimeout(() => end('timed-out'), options.timeoutMs);
  const onAbort = () => end('aborted');
  options.signal?.addEventListener('abort', onAbort, { once: true });

  let drain: NodeJS.Timeout | undefined;
  child.once('exit', () => {
    clearTimeout(limit);
    options.signal?.removeEventListener('abort', onAbort);
    drain = setTimeout(() => child.all.destroy(), DRAIN_MS);
  });
  const result = await child;
  clearTimeout(limit);
  clearTimeout(drain);
  options.signal?.removeEventListener('abort', onAbort);
  await groupGone;

  if (ended === 'aborted') return { kind: 'aborted' };
  if (ended) return { kind: 'timed-out', output: output.text(), afterMs: options.timeoutMs };
  if (child.pid === undefined) {
    return { kind: 'failed', reason: `/bin/sh could not be started: ${messageOf(result)}` };
  }
  return {
    kind: 'exited',
    exitCode: child.exitCode ?? 128 + (osConstants.signals[child.signalCode ?? 'SIGKILL'] ?? 0),
    output: output.text(),
    durationMs: deps.monotonic() - started,
  };
}

/** TERM for the whole group, KILL for what is left of it after the grace. */
async function endGroup(pid: number, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  for (let waited = 0; waited < graceMs; waited += POLL_MS) {
    await delay(POLL_MS);
    if (!signalGroup(pid, 0)) return;
  }
  signalGroup(pid, 'SIGKILL');
}

/** Whether there was anybody to receive it. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function boundedText(limit: number) {
  const parts: Buffer[] = [];
  let size = 0;
  return {
    add: (data: Buffer) => {
      const part = data.subarray(0, limit - size);
      size += part.length;
      if (part.length > 0) parts.push(part);
    },
    text: () => Buffer.concat(parts, size).toString(),
  };
}
