import type { Engine } from '../../test/support/engine.ts';

/** A proxy's processes but for its master, as this machine numbers them. */
export async function workersOf(proxy: string, engine: Engine): Promise<readonly string[]> {
  const rows = (await engine.docker(['top', proxy, '-o', 'pid,ppid'])).split('\n').slice(1);
  const all = rows.map((row) => row.trim().split(/\s+/));
  const pids = new Set(all.map(([pid]) => pid));
  return all.flatMap(([pid = '', parent]) => (pids.has(parent) ? [pid] : []));
}
