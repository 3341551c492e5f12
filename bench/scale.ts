import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FakeEngine } from '../test/support/fake-engine.ts';
import { BuiltWatch } from './built-watch.ts';
import { median, summary } from './stats.ts';
import { renderTable } from './table.ts';

const SIZES = [10, 100, 1_000, 10_000];
const MOST_SITES = 1_000;
const CONTAINERS_A_SITE = 5;
const STORM = 50;
/** Longer than the spacing between two runs: each change finds a tsgen that has nothing to do. */
const QUIET_MS = 400;

/**
 * What a change costs the built command line beside so many containers of a fake engine: from the event
 * `start` to the file in its place, requests, processor time, memory; and what fifty starts at once cost.
 *
 * @returns a table.
 */
export async function scale(rounds: number, progress: (text: string) => void): Promise<string> {
  const rows: string[][] = [];
  let least: number | undefined;
  for (const size of SIZES) {
    progress(`scale, ${size} containers`);
    const seen = await measure(size, rounds);
    const middle = median(seen.changes);
    least ??= middle;
    rows.push([
      size.toLocaleString('en'),
      String(seen.sites),
      `${(seen.firstMs / 1_000).toFixed(2)}`,
      summary(seen.changes),
      `${(middle - least).toFixed(1)}`,
      String(seen.requests),
      seen.cpuMs.toFixed(0),
      seen.residentMiB.toFixed(0),
      seen.storm.ms.toFixed(0),
      String(seen.storm.generated),
      seen.storm.cpuMs.toFixed(0),
    ]);
  }
  return renderTable(
    [
      ...['containers', 'sites', 'first, s', 'change, ms', 'more, ms', 'requests', 'CPU, ms'],
      ...['MiB', `${STORM} at once, ms`, 'files', 'CPU, ms'],
    ],
    rows,
  );
}

async function measure(size: number, rounds: number) {
  const folder = await mkdtemp(join(tmpdir(), 'tsgen-bench-'));
  try {
    await using engine = await FakeEngine.create();
    const sites = Math.min(MOST_SITES, Math.ceil(size / CONTAINERS_A_SITE));
    const add = (name: string, site: number, running = true) =>
      engine.addContainer({ name, env: { VIRTUAL_HOST: `site-${site}.example` }, running });
    for (let i = 0; i < size; i += 1) add(`web-${i}`, i % sites);
    // Each is started once: one that comes again and again is waited for until it stays.
    const extras = Array.from({ length: rounds }, (_, i) => add(`extra-${i}`, 0, false));
    const many = Array.from({ length: STORM }, (_, i) => add(`storm-${i}`, i % sites, false));

    const begun = performance.now();
    await using tsgen = await BuiltWatch.start(engine.endpoint, folder);
    const firstMs = (await tsgen.written((text) => text.includes(`# web-${size - 1},`))) - begun;
    await delay(QUIET_MS);

    const changes: number[] = [];
    const requests: number[] = [];
    const before = await tsgen.costs();
    for (const [round, extra] of extras.entries()) {
      engine.resetRecord();
      const start = performance.now();
      engine.start(extra);
      const written = await tsgen.changed((text) => text.includes(`# extra-${round},`));
      changes.push(written - start);
      requests.push(engine.requests.length);
      await delay(QUIET_MS);
      engine.stop(extra);
      await tsgen.changed((text) => !text.includes(`# extra-${round},`));
      await delay(QUIET_MS);
    }
    const after = await tsgen.costs();

    const generated = tsgen.generated;
    const start = performance.now();
    for (const id of many) engine.start(id);
    const written = await tsgen.changed((text) =>
      many.every((_, i) => text.includes(`# storm-${i},`)),
    );
    const ms = written - start;
    await delay(QUIET_MS);
    const last = await tsgen.costs();
    return {
      sites,
      firstMs,
      changes,
      requests: median(requests),
      // Of a start and a stop.
      cpuMs: (after.cpuMs - before.cpuMs) / rounds,
      residentMiB: last.residentMiB,
      storm: { ms, generated: tsgen.generated - generated, cpuMs: last.cpuMs - after.cpuMs },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
