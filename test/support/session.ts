import { readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** On everything that a test makes in an engine: the id of the test's workspace. */
export const RUN_LABEL = 'org.tsgen.test';
/** Beside it: the run of the tests as a whole, so that the leftovers of a dead one can be told. */
export const OWNER_LABEL = 'org.tsgen.test.owner';
/** How names of whatever the tests make begin: containers, folders, control groups. */
export const NAME_PREFIX = 'tsgen-test-';

/** One run of the tests: its main process, on this machine. Plain data: it is handed to workers. */
export interface Session {
  /** `PID-START`, safe in names. The start tells a process id that was given to another program. */
  readonly key: string;
  /** Value of the owner label: the machine, then the key. */
  readonly owner: string;
  /** Folder of whatever the run keeps on disk. */
  readonly folder: string;
}

export function currentSession(): Session {
  const key = `${process.pid}-${startOf(process.pid) ?? 0}`;
  return {
    key,
    owner: `${hostname()}/${key}`,
    folder: join(tmpdir(), `${NAME_PREFIX}${key}`),
  };
}

/** Whether a run of this machine has ended. What others run, elsewhere on the same engine, is theirs. */
export function isStale(owner: string): boolean {
  const slash = owner.lastIndexOf('/');
  return owner.slice(0, slash) === hostname() && !isAliveKey(owner.slice(slash + 1));
}

/** Whether the run with this key lives. */
export function isAliveKey(key: string): boolean {
  const [pid = '', start = ''] = key.split('-');
  if (!/^\d+$/.test(pid)) return false;
  if (start !== '0') return startOf(Number(pid)) === start;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in clock ticks after boot; `undefined` without one, or without /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks; the start is field 22, the state after the name 3.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
