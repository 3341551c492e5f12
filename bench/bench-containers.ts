import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Engine } from '../test/support/engine.ts';

export interface BenchContainer {
  readonly id: string;
  /** On the engine's own network. */
  readonly address: string;
}

/** Containers of one benchmark and the folder with their files; all of it goes at the end. */
export class BenchContainers implements AsyncDisposable {
  readonly engine: Engine;
  readonly folder: string;
  readonly #ids: string[] = [];

  private constructor(engine: Engine, folder: string) {
    this.engine = engine;
    this.folder = folder;
  }

  static async create(): Promise<BenchContainers> {
    const folder = await mkdtemp(join(tmpdir(), 'tsgen-bench-'));
    return new BenchContainers(await Engine.ofThisMachine(), folder);
  }

  /**
   * @throws Error when it has ended already.
   * @param args further arguments of `docker run`.
   * @param command in the place of the image's own.
   */
  async start(
    image: string,
    args: readonly string[],
    command: readonly string[] = [],
  ): Promise<BenchContainer> {
    const id = await this.engine.docker([
      ...['run', '--detach', '--pull=never', '--label=org.tsgen.bench', ...args, image, ...command],
    ]);
    this.#ids.push(id);
    const { NetworkSettings } = await this.engine.inspect(id);
    const address = Object.values(NetworkSettings.Networks)[0]?.IPAddress;
    if (!address) throw new Error(`A container of ${image} has ended at once (${args.join(' ')})`);
    return { id, address };
  }

  /** Processor time of all processes of a container so far, in ms. The engine takes a second to say. */
  async cpuMs({ id }: BenchContainer): Promise<number> {
    const path = `/containers/${id}/stats?stream=false&one-shot=true`;
    const answer = await new Promise<string>((done, failed) => {
      request({ socketPath: this.engine.socketPath, path }, (response) => {
        text(response).then(done, failed);
      })
        .once('error', failed)
        .end();
    });
    const stats = JSON.parse(answer) as { cpu_stats: { cpu_usage: { total_usage: number } } };
    return stats.cpu_stats.cpu_usage.total_usage / 1e6;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ids.length > 0) await this.engine.docker(['rm', '--force', ...this.#ids]);
    await rm(this.folder, { recursive: true });
  }
}
