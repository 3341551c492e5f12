import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FakeEngine } from '../test/support/fake-engine.ts';
import type { Progress } from './bench.ts';
import { BuiltWatch, imageFlags } from './built-watch.ts';
import { sizesOf } from './sizes.ts';
import { renderTable } from './table.ts';

const SIZES = [10, 200, 1_000, 10_000];
const CONTAINERS_A_SITE = 5;
const MOST_SITES = 1_000;
/** V8 tidies up some seconds after there was work. */
const SETTLING_MS = 20_000;
const IDLE_MS = 60_000;
const STARTING_MS = 2_000;
/** Each container's health check runs so often: as impatient people have it, and as engines do unless told. */
const CHECKED_EVERY_MS = [5_000, 30_000];
const CHECKS_EVERY_MS = 100;

/**
 * What a watch holds, and what processor time it takes, while nothing happens beside so many containers
 * of an engine of paper but the runs of their health checks.
 *
 * @returns a table.
 */
export async function idle(_: number, progress: Progress): Promise<string> {
  const rows: string[][] = [];
  const ways = [
    ['none', []],
    ["the images'", await imageFlags()],
  ] as const;
  for (const [as, flags] of ways) {
    for (const size of sizesOf(process.env, SIZES)) {
      progress(`idle, ${size} containers, flags: ${as}`);
      rows.push([`${process.versions.node.split('.')[0]}`, as, ...(await measure(size, flags))]);
    }
  }
  const cpu = CHECKED_EVERY_MS.map((ms) => `CPU at ${ms / 1_000} s, ms a minute`);
  return renderTable(
    [
      'Node.js',
      'flags',
      'containers',
      'at the start, MiB',
      'after a minute, MiB',
      'its own, MiB',
      ...cpu,
    ],
    rows,
  );
}

async function measure(size: number, flags: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tsgen-bench-'));
  try {
    await using engine = await FakeEngine.create();
    const sites = Math.min(MOST_SITES, Math.ceil(size / CONTAINERS_A_SITE));
    const ids = Array.from({ length: size }, (_, i) =>
      engine.addContainer({
        name: `web-${i}`,
        env: { VIRTUAL_HOST: `site-${i % sites}.example` },
        health: 'healthy',
      }),
    );
    await using tsgen = await BuiltWatch.start(engine.endpoint, folder, [], flags);
    await tsgen.written((text) => text.includes(`# web-${size - 1},`));
    const early = await tsgen.costs();
    await delay(SETTLING_MS);
    const minutes: Minute[] = [];
    for (const everyMs of CHECKED_EVERY_MS) {
      minutes.push(
        await minuteOf(tsgen, (turn) => engine.healthRun(ids[turn % size] ?? ''), {
          everyMs: everyMs / size,
        }),
      );
    }
    return [
      size.toLocaleString('en'),
      early.residentMiB.toFixed(0),
      (minutes[0]?.residentMiB ?? Number.NaN).toFixed(0),
      (minutes[0]?.ownMiB ?? Number.NaN).toFixed(0),
      ...minutes.map(({ cpuMs }) => String(cpuMs)),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Minute {
  readonly cpuMs: number;
  /** At its end. */
  readonly residentMiB: number;
  readonly ownMiB: number;
}

/** A minute in which one container after the other is checked. */
async function minuteOf(
  tsgen: BuiltWatch,
  check: (turn: number) => void,
  { everyMs }: { readonly everyMs: number },
): Promise<Minute> {
  let checked = 0;
  const begun = performance.now();
  const checks = setInterval(() => {
    const due = (performance.now() - begun) / everyMs;
    for (; checked < due; checked += 1) check(checked);
  }, CHECKS_EVERY_MS);
  try {
    // What comes with the first of them is none of an idle watch's.
    await delay(STARTING_MS);
    const before = await tsgen.costs();
    await delay(IDLE_MS);
    const { cpuMs, residentMiB } = await tsgen.costs();
    return { cpuMs: cpuMs - before.cpuMs, residentMiB, ownMiB: await ownMiB(tsgen.pid) };
  } finally {
    clearInterval(checks);
  }
}

/** Without what it shares with its file on disk, such as node's own code. */
async function ownMiB(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Anonymous:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}
