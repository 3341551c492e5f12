import { setTimeout as delay } from 'node:timers/promises';
import type { Progress, SharedFleet } from './bench.ts';
import { type Fleet, webName } from './fleet.ts';
import { comparison, type Generator } from './generator.ts';
import { median } from './stats.ts';
import type { WatchProcess } from './watch-process.ts';
import { withFolder } from './with-folder.ts';

const STORM = 50;
const BESIDE = 100;
/** The engine has to do with containers that have started or ended for a while. */
const AFTERWARDS_MS = 2_000;

interface Sample {
  /** From the first request to start one until the engine said that the last had started. */
  readonly startedMs: number;
  /** From then on, until the file had all. */
  readonly completeMs: number;
  readonly files: number;
  readonly ownCpuMs: number;
  readonly engineCpuMs: number;
}

/**
 * Fifty containers of the real engine started at once beside a hundred, while a generator follows and
 * while none does.
 *
 * @returns a table.
 */
export async function engineStorm(
  rounds: number,
  progress: Progress,
  shared: SharedFleet,
): Promise<string> {
  const fleet = await shared();
  await fleet.resize(BESIDE, progress);
  const compared = comparison(process.env);
  const generators = [undefined, ...compared.generators];
  const samples: Sample[][] = generators.map(() => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, generator] of generators.entries()) {
      progress(`storm ${round} of ${rounds}, ${generator?.name ?? 'nobody follows'}`);
      samples[index]?.push(await stormBefore(generator, fleet));
    }
  }
  const middle = (index: number, key: keyof Sample) =>
    median((samples[index] ?? []).map((sample) => sample[key]));
  const more = (index: number) =>
    middle(index, 'ownCpuMs') + middle(index, 'engineCpuMs') - middle(0, 'engineCpuMs');
  const rows = generators.map((generator, index) => {
    const started = middle(index, 'startedMs').toFixed(0);
    const engine = middle(index, 'engineCpuMs').toFixed(0);
    if (!generator) return ['none', started, '', '', '', engine, ''];
    return [
      generator.name,
      started,
      middle(index, 'completeMs').toFixed(0),
      String(middle(index, 'files')),
      middle(index, 'ownCpuMs').toFixed(0),
      engine,
      more(index).toFixed(0),
      ...(compared.isPaired ? [`${(more(index) / more(1)).toFixed(1)}×`] : []),
    ];
  });
  const headings = [
    ...['listener', 'all started, ms', 'file complete after, ms', 'files', 'own CPU, ms'],
    ...['engine, ms', 'more, ms', ...(compared.isPaired ? ['of tsgen'] : [])],
  ];
  return compared.table(headings, rows);
}

async function stormBefore(generator: Generator | undefined, fleet: Fleet): Promise<Sample> {
  return await withFolder(async (folder) => {
    const task = { endpoint: fleet.endpoint, folder, filter: fleet.filter };
    const watch = await generator?.watch(task);
    try {
      await watch?.written((text) => text.includes(webName(0)));
      return await storm(watch, fleet);
    } finally {
      await watch?.[Symbol.asyncDispose]();
    }
  });
}

let made = 0;

async function storm(watch: WatchProcess | undefined, fleet: Fleet): Promise<Sample> {
  // Each is started once: tsgen waits until one stays that comes again and again.
  const names = Array.from({ length: STORM }, (_, i) => `storm-${made + i}`);
  made += STORM;
  for (const [index, name] of names.entries()) await fleet.create(name, index);
  await delay(AFTERWARDS_MS);
  await watch?.quiet();
  const cpu = async () => ({
    own: (await watch?.costs())?.cpuMs ?? 0,
    engine: await fleet.engineCpuMs(),
  });

  const [before, files] = [await cpu(), watch?.generated ?? 0];
  const starts = await fleet.starts(names);
  const written = watch?.written((text) => names.every((name) => text.includes(name)));
  const begun = performance.now();
  await Promise.all(names.map((name) => fleet.start(name)));
  const last = await starts.last;
  const complete = (await written) ?? last;
  await delay(AFTERWARDS_MS);
  await watch?.quiet();
  const after = await cpu();

  await fleet.remove(names);
  return {
    startedMs: last - begun,
    completeMs: complete - last,
    files: (watch?.generated ?? 0) - files,
    ownCpuMs: after.own - before.own,
    engineCpuMs: after.engine - before.engine,
  };
}
