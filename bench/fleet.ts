import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { Engine } from '../test/support/engine.ts';
import { OwnEngine } from '../test/support/own-engine.ts';
import { currentSession } from '../test/support/session.ts';
import { Workspace } from '../test/support/workspace.ts';
import { engineCpu } from './engine-cpu.ts';
import { NEIGHBOUR_IMAGE } from './images.ts';

const LABEL = 'org.tsgen.bench';
const CONTAINERS_A_SITE = 5;
/** Starting a container is what takes the time; more at a time take as long. */
const AT_ONCE = 4;
/** Is there already what was asked for. */
const NOT_MODIFIED = 304;

/**
 * Containers that ask for sites, in an engine that has no others: one of the benchmarks' own, which ends
 * with this process, however that ends.
 */
export class Fleet implements AsyncDisposable {
  /** `label=…`, which all of them have, as `--container-filter` takes it. */
  readonly filter = `label=${LABEL}`;
  readonly #workspace: Workspace;
  readonly #own: OwnEngine;
  readonly #made: string[] = [];
  #size = 0;

  private constructor(workspace: Workspace, own: OwnEngine) {
    this.#workspace = workspace;
    this.#own = own;
  }

  static async create(): Promise<Fleet> {
    const session = currentSession();
    const workspace = new Workspace(await Engine.ofThisMachine(), session);
    try {
      const own = await OwnEngine.start(workspace, session, [NEIGHBOUR_IMAGE]);
      return new Fleet(workspace, own);
    } catch (error) {
      await workspace[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** As in `DOCKER_HOST`. */
  get endpoint(): string {
    return this.#own.engine.host;
  }

  get socketPath(): string {
    return this.#own.engine.socketPath;
  }

  /** Processor time of the engine so far, in ms; see `engineCpu`. */
  async engineCpuMs(): Promise<number> {
    return await engineCpu(this.#own.pid);
  }

  /** Has so many run, five a site. Those that are created besides do not count. */
  async resize(size: number, progress: (text: string) => void): Promise<void> {
    const grown = Array.from({ length: Math.max(0, size - this.#size) }, (_, i) => this.#size + i);
    let begun = 0;
    await inTurns(grown, async (number) => {
      begun += 1;
      if (begun % 10 === 0) progress(`starting containers: ${begun} of ${grown.length}`);
      const name = webName(number);
      if (!this.#made.includes(name)) {
        this.#made.push(name);
        await this.create(name, Math.floor(number / CONTAINERS_A_SITE));
      }
      await this.start(name);
    });
    const shrunk = Array.from({ length: Math.max(0, this.#size - size) }, (_, i) => size + i);
    if (shrunk.length > 0) progress(`ending ${shrunk.length} containers`);
    await inTurns(shrunk, (number) => this.kill(webName(number)));
    this.#size = size;
  }

  /** One that does not run yet. */
  async create(name: string, site: number): Promise<void> {
    await this.#ask('POST', `/containers/create?name=${name}`, {
      Image: NEIGHBOUR_IMAGE,
      Cmd: ['/bin/busybox', 'sleep', '1000000'],
      Env: [`VIRTUAL_HOST=site-${site}.example`, 'VIRTUAL_PORT=80'],
      Labels: { [LABEL]: '' },
    });
  }

  async start(name: string): Promise<void> {
    await this.#ask('POST', `/containers/${name}/start`);
  }

  async kill(name: string): Promise<void> {
    await this.#ask('POST', `/containers/${name}/kill`);
  }

  /**
   * Ends them and takes them away. By `stop`: its event is the first at which the engine no longer lists a
   * container as running, which docker-gen goes by.
   */
  async remove(names: readonly string[]): Promise<void> {
    await inTurns(names, async (name) => {
      await this.#ask('POST', `/containers/${name}/stop?t=0`);
      await this.#ask('DELETE', `/containers/${name}`);
    });
  }

  /**
   * Listens to the engine; `last` is when it said, by `performance.now()`, that the last of these
   * containers had started.
   */
  async starts(names: readonly string[]): Promise<{ readonly last: Promise<number> }> {
    const filters = JSON.stringify({ type: ['container'], event: ['start'], label: [LABEL] });
    const path = `/events?filters=${encodeURIComponent(filters)}`;
    const missing = new Set(names);
    return await new Promise((listening, failed) => {
      request({ socketPath: this.socketPath, path }, (response) => {
        const last = new Promise<number>((done) => {
          createInterface({ input: response }).on('line', (line) => {
            const at = performance.now();
            missing.delete(JSON.parse(line).Actor.Attributes.name);
            if (missing.size > 0) return;
            done(at);
            response.destroy();
          });
        });
        listening({ last });
      })
        .once('error', failed)
        .end();
    });
  }

  async #ask(method: string, path: string, body?: object): Promise<void> {
    await new Promise<void>((done, failed) => {
      const headers = { 'content-type': 'application/json' };
      const { socketPath } = this;
      request({ socketPath, path, method, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (data: string) => {
          text += data;
        });
        response.once('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode < 300 || statusCode === NOT_MODIFIED) done();
          else failed(new Error(`${method} ${path} failed: ${statusCode} ${text.trim()}`));
        });
      })
        .once('error', failed)
        .end(body && JSON.stringify(body));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workspace[Symbol.asyncDispose]();
  }
}

/** The name of the first, second … of those that are there all the time. */
export function webName(number: number): string {
  return `web-${number}`;
}

/** A few at a time. */
async function inTurns<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
