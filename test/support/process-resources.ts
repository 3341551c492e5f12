import { readdir, readFile, readlink } from 'node:fs/promises';

/** What a process holds of its system: Linux tells it. */
export interface ProcessResources {
  /** Open files that are no connections. */
  readonly files: number;
  /** Connections, and sockets that listen. */
  readonly sockets: number;
  readonly residentMiB: number;
  /** Children that have ended, and that it has not asked about. */
  readonly zombies: readonly number[];
  /** Children that run. */
  readonly children: readonly number[];
}

export async function resourcesOf(pid: number): Promise<ProcessResources> {
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    // One that was closed in the meantime is none.
    (await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => undefined)),
  );
  const open = links.filter((link) => link !== undefined);
  const sockets = open.filter((link) => link.startsWith('socket:')).length;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const children = await childrenOf(pid);
  return {
    files: open.length - sockets,
    sockets,
    residentMiB: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024,
    zombies: children.filter(({ state }) => state === 'Z').map((child) => child.pid),
    children: children.filter(({ state }) => state !== 'Z').map((child) => child.pid),
  };
}

async function childrenOf(
  parent: number,
): Promise<readonly { readonly pid: number; readonly state: string }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // The name, in brackets, may hold anything.
      const [state = '', ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(ppid) === parent ? [{ pid: Number(pid), state }] : [];
    }),
  );
  return found.flat();
}
