import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordingProxy } from '../test/support/recording-proxy.ts';
import type { Progress, SharedFleet } from './bench.ts';
import { type Fleet, webName } from './fleet.ts';
import { comparison, type Generator } from './generator.ts';
import { sizesOf } from './sizes.ts';
import { median, summary } from './stats.ts';
import type { WatchProcess } from './watch-process.ts';
import { withFolder } from './with-folder.ts';

const SIZES = [10, 50, 100, 200];

interface Asked {
  readonly requests: number;
  readonly bytes: number;
}

/**
 * From a container's start event of the real engine until the file has it, without check and notification;
 * and, apart from that, what was asked of the engine for it.
 *
 * @returns a table.
 */
export async function engineEvents(
  rounds: number,
  progress: Progress,
  shared: SharedFleet,
): Promise<string> {
  const fleet = await shared();
  const { generators, isPaired, table } = comparison(process.env);
  const rows: string[][] = [];
  for (const size of sizesOf(process.env, SIZES)) {
    await fleet.resize(size, progress);
    const events = new Events(fleet);
    const asked: Asked[] = [];
    for (const generator of generators) {
      progress(`${size} containers: what ${generator.name} asks`);
      asked.push(await events.asked(generator));
    }
    progress(`${size} containers: start to file`);
    const samples = await events.inTurns(generators, rounds);
    const [own = Number.NaN, others = Number.NaN] = samples.map(median);
    rows.push([
      String(size),
      ...samples.map((ms) => summary(ms)),
      ...(isPaired ? [`${(others / own).toFixed(1)}×`] : []),
      ...asked.map(({ requests }) => String(requests)),
      ...asked.map(({ bytes }) => (bytes / 1_000).toFixed(1)),
    ]);
  }
  const names = generators.map(({ name }) => name);
  const headings = [
    ...['containers', ...names.map((name) => `${name}, ms`), ...(isPaired ? ['ratio'] : [])],
    ...['requests', ...names.slice(1), 'kB read', ...names.slice(1)],
  ];
  return table(headings, rows);
}

let made = 0;

/** Containers that start and end while generators follow. */
class Events {
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** What a generator asks for one start, and how much the engine answers. */
  async asked(generator: Generator): Promise<Asked> {
    return await withFolder(async (folder) => {
      const socket = join(folder, 'docker.sock');
      await using proxy = await RecordingProxy.listen(socket, this.#fleet.socketPath);
      await using watch = await this.#following(generator, folder, proxy.host);
      let before = 0;
      let asked: Asked | undefined;
      await this.#change(watch, {
        begin: () => {
          before = proxy.requests.length;
        },
        end: () => {
          // A connection that is looked after is none for a start.
          const own = proxy.requests.slice(before).filter(({ path }) => path !== '/_ping');
          const bytes = own.reduce((sum, { answered }) => sum + answered, 0);
          asked = { requests: own.length, bytes };
        },
      });
      if (!asked) throw new Error('nothing was counted');
      return asked;
    });
  }

  /** Milliseconds from event to file, of each generator; while one has its turn, the others stand still. */
  async inTurns(generators: readonly Generator[], rounds: number): Promise<readonly number[][]> {
    return await withFolder(async (folder) => {
      const watches: WatchProcess[] = [];
      try {
        for (const [index, generator] of generators.entries()) {
          const own = join(folder, String(index));
          await mkdir(own);
          watches.push(await this.#following(generator, own, this.#fleet.endpoint));
        }
        for (const watch of watches) watch.pause();
        const samples: number[][] = watches.map(() => []);
        for (let round = 0; round < rounds; round += 1) {
          for (const [index, watch] of watches.entries()) {
            await watch.resume();
            samples[index]?.push(await this.#change(watch));
            watch.pause();
          }
        }
        return samples;
      } finally {
        for (const watch of watches) await watch[Symbol.asyncDispose]();
      }
    });
  }

  /** One that has written its first file. */
  async #following(generator: Generator, folder: string, endpoint: string): Promise<WatchProcess> {
    const watch = await generator.watch({ endpoint, folder, filter: this.#fleet.filter });
    await watch.written((text) => text.includes(webName(0)));
    await watch.quiet();
    return watch;
  }

  /** Starts a container and ends it. @returns milliseconds from event to file. */
  async #change(
    watch: WatchProcess,
    { begin, end }: { readonly begin?: () => void; readonly end?: () => void } = {},
  ): Promise<number> {
    // Each is started once: tsgen waits until one stays that comes again and again.
    made += 1;
    const name = `extra-${made}`;
    await this.#fleet.create(name, 0);
    await watch.quiet();
    begin?.();
    const starts = await this.#fleet.starts([name]);
    const written = watch.written((text) => text.includes(name));
    await this.#fleet.start(name);
    // The event comes here and there by ways of their own: what is before it is as good as at once.
    const ms = Math.max(0, (await written) - (await starts.last));
    await watch.quiet();
    end?.();
    await this.#fleet.remove([name]);
    await watch.written((text) => !text.includes(name));
    await watch.quiet();
    return ms;
  }
}
