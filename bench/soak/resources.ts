import { readdir, readFile } from 'node:fs/promises';
import type { Engine } from '../../test/support/engine.ts';

/** What all processes of a container hold together. */
export interface Held {
  readonly memoryMb: number;
  readonly descriptors: number;
}

/** @throws Error without the right to look into /proc of other users' processes. */
export async function heldBy(container: string, engine: Engine): Promise<Held> {
  const rows = (await engine.docker(['top', container, '-o', 'pid'])).split('\n').slice(1);
  const all = await Promise.all(rows.map((row) => heldByProcess(row.trim())));
  return {
    memoryMb: all.reduce((sum, { memoryMb }) => sum + memoryMb, 0),
    descriptors: all.reduce((sum, { descriptors }) => sum + descriptors, 0),
  };
}

async function heldByProcess(pid: string): Promise<Held> {
  try {
    // What is shared among a proxy's workers counts once.
    const memory = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = Number(/^Pss:\s+(\d+) kB$/m.exec(memory)?.[1] ?? 0);
    return {
      memoryMb: kilobytes / 1024,
      descriptors: (await readdir(`/proc/${pid}/fd`)).length,
    };
  } catch (error) {
    // An old worker that has ended since it was listed.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return { memoryMb: 0, descriptors: 0 };
    throw new Error(`Cannot see what process ${pid} holds: run this as root`, { cause: error });
  }
}
