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
/** Each container's health check runs so often. */
const CHECK_EVERY_MS = 5_000;
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
    ['the command', undefined],
    ['the images', await imageFlags()],
  ] as const;
  for (const [as, flags] of ways) {
    for (const size of sizesOf(process.env, SIZES)) {
      progress(`idle, ${size} containers, as ${as}`);
      rows.push([`${process.versions.node.split('.')[0]}`, as, ...(await measure(size, flags))]);
    }
  }
  return renderTable(
    [
      'Node.js',
      'flags of',
      'containers',
      'at the start, MiB',
      'after a minute, MiB',
      'its own, MiB',
      'CPU, ms a minute',
    ],
    rows,
  );
}

async function measure(size: number, flags?: readonly string[]): Promise<string[]> {
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
    let checked = 0;
    const begun = performance.now();
    const checks = setInterval(() => {
      const due = ((performance.now() - begun) / CHECK_EVERY_MS) * size;
      for (; checked < due; checked += 1) engine.healthRun(ids[checked % size] ?? '');
    }, CHECKS_EVERY_MS);
    try {
      await delay(SETTLING_MS);
      const before = await tsgen.costs();
      await delay(IDLE_MS);
      const after = await tsgen.costs();
      return [
        size.toLocaleString('en'),
        early.residentMiB.toFixed(0),
        after.residentMiB.toFixed(0),
        (await ownMiB(tsgen.pid)).toFixed(0),
        String(after.cpuMs - before.cpuMs),
      ];
    } finally {
      clearInterval(checks);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Without what it shares with its file on disk, such as node's own code. */
async function ownMiB(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Anonymous:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}
