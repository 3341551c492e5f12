import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RecordingProxy } from '../test/support/recording-proxy.ts';
import type { Progress } from './bench.ts';
import { cpuOf } from './cpu-of.ts';
import { Fleet } from './fleet.ts';
import { type Listener, type ListenerKind, listenerKinds } from './listener.ts';
import { median, summary } from './stats.ts';
import { renderTable } from './table.ts';

const SIZES = [10, 50, 100, 200];
/** Longer than any spacing between two runs: each change finds a listener that has nothing to do. */
const QUIET_MS = 700;
const STORM = 50;
const STORM_BESIDE = 100;

/**
 * From a container's start event of the real engine until the file has it, without check and
 * notification, and what was asked of the engine for it.
 *
 * @returns a table.
 */
export async function engineEvents(rounds: number, progress: Progress): Promise<string> {
  await using fleet = await Fleet.create();
  const rows: string[][] = [];
  for (const size of SIZES) {
    await fleet.grow(size);
    for (const kind of listenerKinds(process.env)) {
      progress(`${kind.name}, real engine, ${size} containers`);
      const part = `${size}-${kind.name}`;
      const samples = await listening(fleet, kind, (listener, engine) =>
        changes(fleet, { listener, engine, part, rounds }),
      );
      rows.push([
        String(size),
        kind.name,
        summary(samples.map(({ ms }) => ms)),
        String(median(samples.map(({ requests }) => requests))),
        (median(samples.map(({ bytes }) => bytes)) / 1_000).toFixed(1),
      ]);
    }
  }
  return renderTable(['containers', 'listener', 'event to file, ms', 'requests', 'kB read'], rows);
}

/** Runs something with a listener that has written its first file, behind a proxy that counts. */
async function listening<T>(
  fleet: Fleet,
  kind: ListenerKind,
  act: (listener: Listener, engine: RecordingProxy) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tsgen-bench-'));
  try {
    const socket = join(folder, 'docker.sock');
    await using engine = await RecordingProxy.listen(socket, fleet.engine.socketPath);
    const { filter } = fleet;
    await using listener = await kind.start({ endpoint: engine.host, folder, filter });
    await listener.written((text) => text.includes(fleet.nameOf('web-0')));
    await delay(QUIET_MS);
    return await act(listener, engine);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function changes(
  fleet: Fleet,
  about: {
    readonly listener: Listener;
    readonly engine: RecordingProxy;
    readonly part: string;
    readonly rounds: number;
  },
) {
  const { listener, engine, part, rounds } = about;
  const samples: { ms: number; requests: number; bytes: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Each is started once: one that comes again and again is waited for until it stays.
    const name = await fleet.create(`extra-${part}-${round}`, 0);
    await delay(QUIET_MS);
    const before = engine.requests.length;
    const started = await fleet.started(name);
    await fleet.start([name]);
    const written = await listener.written((text) => text.includes(name));
    // The event comes here and there by ways of their own: what is before it is as good as at once.
    const ms = Math.max(0, written - (await started.at));
    await delay(QUIET_MS);
    const asked = engine.requests.slice(before).filter(({ path }) => path !== '/_ping');
    const bytes = asked.reduce((sum, { answered }) => sum + answered, 0);
    samples.push({ ms, requests: asked.length, bytes });
    await fleet.stop([name]);
    await listener.written((text) => !text.includes(name));
  }
  return samples;
}

/**
 * Fifty containers of the real engine started at once beside a hundred: with each listener, and with
 * none. The engine's processor time is that of its main process.
 *
 * @returns a table.
 */
export async function storm(rounds: number, progress: Progress): Promise<string> {
  await using fleet = await Fleet.create();
  await fleet.grow(STORM_BESIDE);
  const names: string[] = [];
  for (let i = 0; i < STORM; i += 1) names.push(await fleet.create(`storm-${i}`, i));
  const enginePid = Number(await readFile('/var/run/docker.pid', 'utf8'));
  /** One storm, and what it took. @param complete resolves once all is done. */
  const one = async (own: () => Promise<number>, complete: () => Promise<number>) => {
    const before = { own: await own(), engine: await cpuOf(enginePid) };
    const begun = performance.now();
    const done = complete();
    await fleet.storm(names);
    const started = performance.now();
    const ms = (await done) - begun;
    await delay(2_000);
    const sample = {
      started: started - begun,
      ms,
      own: (await own()) - before.own,
      engine: (await cpuOf(enginePid)) - before.engine,
    };
    await fleet.stop(names);
    await delay(3_000);
    return sample;
  };
  const samples = new Map<string, Awaited<ReturnType<typeof one>>[]>();
  for (let round = 1; round <= rounds; round += 1) {
    progress(`storm ${round} of ${rounds}`);
    const none = await one(
      async () => 0,
      async () => 0,
    );
    samples.set('none', [...(samples.get('none') ?? []), { ...none, ms: none.started }]);
    for (const kind of listenerKinds(process.env)) {
      const sample = await listening(fleet, kind, (listener) =>
        one(
          () => listener.cpuMs(),
          () => listener.written((text) => names.every((name) => text.includes(name))),
        ),
      );
      samples.set(kind.name, [...(samples.get(kind.name) ?? []), sample]);
    }
  }
  const middle = (name: string, key: 'started' | 'ms' | 'own' | 'engine') =>
    median((samples.get(name) ?? []).map((sample) => sample[key]));
  return renderTable(
    [
      'listener',
      'all started, ms',
      'file complete, ms',
      'own CPU, ms',
      'engine, ms',
      'more than none, ms',
    ],
    [...samples.keys()].map((name) => [
      name,
      middle(name, 'started').toFixed(0),
      name === 'none' ? '' : middle(name, 'ms').toFixed(0),
      middle(name, 'own').toFixed(0),
      middle(name, 'engine').toFixed(0),
      name === 'none'
        ? ''
        : (middle(name, 'own') + middle(name, 'engine') - middle('none', 'engine')).toFixed(0),
    ]),
  );
}
