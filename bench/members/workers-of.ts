import type { Engine } from '../../test/support/engine.ts';

const PROXIES: ReadonlySet<string> = new Set(['haproxy', 'httpd', 'apache2', 'nginx']);

/** A proxy's processes but for its master, as this machine numbers them. */
export async function workersOf(proxy: string, engine: Engine): Promise<readonly string[]> {
  const rows = (await engine.docker(['top', proxy, '-o', 'pid,ppid,comm'])).split('\n').slice(1);
  const all = rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , program = '']) => PROXIES.has(program));
  const pids = new Set(all.map(([pid]) => pid));
  return all.flatMap(([pid = '', parent]) => (pids.has(parent) ? [pid] : []));
}
