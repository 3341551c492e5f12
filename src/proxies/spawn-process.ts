import { type ChildProcess, spawn } from 'node:child_process';
import { constants as osConstants } from 'node:os';
import { makeErrorPipe } from './error-pipe.ts';

export type Exit =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals };

/** A program that runs, with whatever it has started in its process group. */
export interface SpawnedProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  signal(name: NodeJS.Signals): void;
  signalGroup(name: NodeJS.Signals): void;
  /** Whether anything of the group is left. What nobody reaps counts. */
  groupLives(): boolean;
}

export type SpawnProcess = (
  argv: readonly [string, ...string[]],
  /** Is told what it writes to standard error. */
  onError?: (text: string) => void,
) => Promise<SpawnedProcess>;

/**
 * Starts programs with tsgen's own standard input and output, and hands on what they write to standard
 * error, where proxies say why they did not do what they were told. They run in a session and process group
 * of their own: so a Ctrl-C at a terminal reaches tsgen alone, which then stops the program
 * gracefully, and what a program that died has left can be told to end. When this process ends
 * without having stopped them, they are sent TERM.
 *
 * The promise rejects with the system's error when the program cannot be started.
 */
export function processSpawner(env: Readonly<Record<string, string | undefined>>): SpawnProcess {
  return async ([program, ...args], onError = () => undefined) => {
    // Without one it has tsgen's own, and what it says there is not known.
    const pipe = await makeErrorPipe(env.TMPDIR || '/tmp').catch(() => undefined);
    try {
      const child = await started(program, args, env, pipe?.writeEnd ?? 'inherit');
      const decoder = new TextDecoder();
      pipe?.read((data) => {
        process.stderr.write(data);
        onError(decoder.decode(data, { stream: true }));
      });
      return supervised(child);
    } catch (error) {
      pipe?.discard();
      throw error;
    } finally {
      pipe?.closeWriteEnd();
    }
  };
}

async function started(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  stderr: number | 'inherit',
): Promise<ChildProcess> {
  const child = spawn(program, args, {
    detached: true,
    stdio: ['inherit', 'inherit', stderr],
    env: { ...env },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  return child;
}

function supervised(child: ChildProcess): SpawnedProcess {
  const pid = child.pid ?? 0;
  const signalGroup = (name: NodeJS.Signals | 0) => send(-pid, name);
  const leaveNothing = () => void signalGroup('SIGTERM');
  process.once('exit', leaveNothing);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      process.off('exit', leaveNothing);
      resolve(signal === null ? { kind: 'code', code: code ?? 0 } : { kind: 'signal', signal });
    });
  });
  return {
    pid,
    exited,
    // Once it has been waited for, its number may be somebody else's.
    signal: (name) => void child.kill(name),
    signalGroup: (name) => void signalGroup(name),
    groupLives: () => signalGroup(0),
  };
}

/** Whether there was anybody to receive it. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** As a shell would give it. */
export function describeExit(exit: Exit): string {
  return exit.kind === 'code'
    ? `exit code ${exit.code}`
    : `signal ${exit.signal} (${osConstants.signals[exit.signal]})`;
}
