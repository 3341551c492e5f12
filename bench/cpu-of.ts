import { readFile } from 'node:fs/promises';

/** What `/proc` counts processor time in. */
const TICKS_A_SECOND = 100;

/** Processor time of a process so far, in ms, to 10 ms. */
export async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // After the name, which may hold anything: utime and stime are the 14th and 15th of all fields.
  const [user = '', system = ''] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11);
  return ((Number(user) + Number(system)) * 1_000) / TICKS_A_SECOND;
}
