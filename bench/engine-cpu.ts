import { readdir, readFile, readlink } from 'node:fs/promises';
import { cpuOf } from './cpu-of.ts';

/** What answers clients, and what runs containers for it. */
const PROGRAMS: ReadonlySet<string> = new Set(['dockerd', 'containerd']);

/**
 * Processor time so far of an engine in a process namespace of its own, in ms: of its two main processes,
 * not of those that begin and end with a container.
 *
 * @param parent the process that made the namespace.
 */
export async function engineCpu(parent: number): Promise<number> {
  const namespace = await readlink(`/proc/${parent}/ns/pid_for_children`);
  let sum = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    try {
      if ((await readlink(`/proc/${pid}/ns/pid`)) !== namespace) continue;
      const name = await readFile(`/proc/${pid}/comm`, 'utf8');
      if (PROGRAMS.has(name.trim())) sum += await cpuOf(Number(pid));
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}
