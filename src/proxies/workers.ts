/** A process of a proxy that handles connections, started by its master. */
export interface Worker {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since the machine's start: a pid may be given again. */
  readonly startedAt: number;
}

/**
 * A POSIX shell line that prints `PID PARENT START` for each process of a name. `stat` of proc(5):
 * the name is in parentheses, the parent's pid is the fourth field, the time of the start the 22nd.
 */
export function listCommand(names: readonly string[]): string {
  const known = names.map((name) => `"(${name})"`).join(' | ');
  return `
for process in /proc/[0-9]*; do
  { read -r pid name _ parent rest <"$process/stat"; } 2>/dev/null || continue
  case $name in ${known}) ;; *) continue ;; esac
  set -- $rest
  echo "$pid $parent \${18}"
done`.trim();
}

/** What it printed → those that another one of them has started. */
export function parseWorkers(output: string): readonly Worker[] {
  const all = output.split('\n').flatMap((line): Worker[] => {
    // In a container the first process has the parent 0.
    const [, pid, parent, startedAt] = /^(\d+) (\d+) (\d+)$/.exec(line.trim()) ?? [];
    return pid === undefined
      ? []
      : [{ pid: Number(pid), parent: Number(parent), startedAt: Number(startedAt) }];
  });
  const pids = new Set(all.map(({ pid }) => pid));
  return all.filter(({ parent }) => pids.has(parent));
}

/**
 * How many of the workers from before a reload still run: they may still give requests to whoever
 * was a server then. `undefined` as long as no master has started a new one, so that the reload has
 * not come that far.
 */
export function oldWorkers(before: readonly Worker[], now: readonly Worker[]): number | undefined {
  const old = new Set(before.map(idOf));
  const reloaded = new Set(now.filter((one) => !old.has(idOf(one))).map(({ parent }) => parent));
  if (reloaded.size === 0) return undefined;
  // Workers of another master, such as one in a container of its own, are none of this.
  return now.filter((one) => old.has(idOf(one)) && reloaded.has(one.parent)).length;
}

/** Those of before that still run. */
export function workersLeft(before: readonly Worker[], now: readonly Worker[]): readonly Worker[] {
  const ids = new Set(now.map(idOf));
  return before.filter((worker) => ids.has(idOf(worker)));
}

function idOf({ pid, startedAt }: Worker): string {
  return `${pid} ${startedAt}`;
}
