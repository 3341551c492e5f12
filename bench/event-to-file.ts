import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { createLogger } from '../src/base/log.ts';
import { connectDocker } from '../src/docker/client.ts';
import { parseEndpoint } from '../src/docker/endpoint.ts';
import type { Snapshot } from '../src/inventory/runtime-container.ts';
import { Inventory, takeSnapshot } from '../src/inventory/sync.ts';
import { systemFiles } from '../src/output/files.ts';
import { createOutput } from '../src/output/output.ts';
import { localRunner } from '../src/output/runner.ts';
import { Job } from '../src/pipeline/job.ts';
import { World } from '../src/pipeline/world.ts';
import { NGINX_PLACES } from '../src/proxies/nginx-file-places.ts';
import { NO_FILES } from '../src/routing/proxy-files.ts';
import { readProxySettings } from '../src/routing/read-proxy-settings.ts';
import { createEngine } from '../src/templates/engine.ts';
import { loadTemplate } from '../src/templates/load.ts';
import { FakeEngine } from '../test/support/fake-engine.ts';
import { median, summary } from './stats.ts';
import { renderTable } from './table.ts';

interface Sample {
  readonly ms: number;
  readonly requests: number;
  readonly bytes: number;
}

const SIZES = [10, 100, 200, 1_000];
const CONTAINERS_A_SITE = 5;

/**
 * From the engine's start event to the file written, without check and notification: tsgen's way
 * (one inspect, one site rendered) beside looking at everything again at each event and rendering
 * it from nothing, both in this process, against the same fake engine, in turns.
 */
export async function eventToFile(
  rounds: number,
  progress: (text: string) => void,
): Promise<string> {
  const rows: string[][] = [];
  for (const size of SIZES) {
    progress(`event to file, ${size} containers`);
    const { incremental, everything } = await measure(size, rounds);
    const ratio = median(everything.map(({ ms }) => ms)) / median(incremental.map(({ ms }) => ms));
    rows.push([
      String(size),
      summary(incremental.map(({ ms }) => ms)),
      summary(everything.map(({ ms }) => ms)),
      `${ratio.toFixed(1)}×`,
      ...[incremental, everything].map((samples) => String(median(samples.map((s) => s.requests)))),
      ...[incremental, everything].map((samples) =>
        (median(samples.map((s) => s.bytes)) / 1_000).toFixed(1),
      ),
    ]);
  }
  return renderTable(
    ['containers', 'tsgen, ms', 'all, ms', 'ratio', 'requests', 'all', 'kB read', 'all'],
    rows,
  );
}

async function measure(size: number, rounds: number) {
  const folder = await mkdtemp(join(tmpdir(), 'tsgen-bench-'));
  await using engine = await FakeEngine.create();
  for (let i = 0; i < size; i += 1) {
    const site = Math.floor(i / CONTAINERS_A_SITE);
    engine.addContainer({ name: `web-${i}`, env: { VIRTUAL_HOST: `site-${site}.example` } });
  }
  const extra = engine.addContainer({
    name: 'extra',
    env: { VIRTUAL_HOST: 'site-0.example' },
    running: false,
  });
  const log = createLogger({
    format: 'text',
    level: 'error',
    write: () => undefined,
    now: () => new Date(),
  });
  const connect = () =>
    connectDocker(parseEndpoint({ endpoint: engine.endpoint, env: {}, exists: () => false }));
  const newJob = async (name: string) => {
    const world = new World();
    const api = await connect();
    const { monotonic, now } = systemClock;
    const output = createOutput(
      { dest: join(folder, name), write: () => undefined, notifications: [] },
      {
        runner: localRunner({ monotonic, env: {} }),
        api,
        log,
        monotonic,
        now,
        timeoutMs: 1_000,
        files: systemFiles,
        temporaryFolder: folder,
        uid: process.getuid?.(),
      },
    );
    await output.prepare();
    const job = new Job({
      log,
      world,
      engine: createEngine({
        exists: () => false,
        read: () => undefined,
        list: () => undefined,
      }),
      loadTemplate: () =>
        loadTemplate('templates/nginx.conf.hbs', { partialDirs: ['templates/partials'] }),
      spellsModel: true,
      output,
      destination: join(folder, name),
      env: {},
      keepBlankLines: false,
      routing: {
        ...readProxySettings({}),
        places: NGINX_PLACES,
        readFiles: async () => NO_FILES,
        now,
      },
    });
    return {
      api,
      apply: async (snapshot: Snapshot) => {
        world.snapshot = snapshot;
        const { kind } = await job.run({ signal: new AbortController().signal });
        if (kind !== 'applied') throw new Error(`the run was ${kind}, not applied`);
      },
    };
  };

  const sample = async (act: () => Promise<void>): Promise<Sample> => {
    engine.resetRecord();
    const begun = performance.now();
    await act();
    const ms = performance.now() - begun;
    return { ms, requests: engine.requests.length, bytes: engine.bytesSent };
  };

  const incremental: Sample[] = [];
  const everything: Sample[] = [];
  const stop = new AbortController();
  try {
    const following = await newJob('incremental.conf');
    let changed: (snapshot: Snapshot) => void = () => undefined;
    const nextChange = () =>
      new Promise<Snapshot>((resolve) => {
        changed = resolve;
      });
    await using inventory = new Inventory({ api: following.api, log, clock: systemClock });
    const first = nextChange();
    const followed = inventory.run((snapshot) => changed(snapshot), { signal: stop.signal });
    await following.apply(await first);

    for (let round = 0; round < rounds; round += 1) {
      const started = await sample(async () => {
        const change = nextChange();
        engine.start(extra);
        await following.apply(await change);
      });
      incremental.push(started);

      // A process that keeps nothing between events: a new job for each, as from a new process.
      const forgetful = await newJob(`everything-${round}.conf`);
      const again = await sample(async () => {
        const options = { api: forgetful.api, log, clock: systemClock };
        await forgetful.apply(await takeSnapshot(options, { signal: stop.signal }));
      });
      everything.push(again);

      const left = nextChange();
      engine.stop(extra);
      let snapshot = await left;
      // A stop is first seen as its signal, then as its end.
      if (snapshot.containers.some(({ Name }) => Name === 'extra')) snapshot = await nextChange();
      await following.apply(snapshot);
    }
    stop.abort();
    await followed;
  } finally {
    stop.abort();
    await rm(folder, { recursive: true });
  }
  return { incremental, everything };
}
