import { request } from 'node:http';
import { Engine } from '../test/support/engine.ts';
import { NEIGHBOUR_IMAGE } from './images.ts';

const LABEL = 'org.tsgen.bench';
const CONTAINERS_A_SITE = 5;
/** As many arguments as a command line of docker's gets. */
const AT_ONCE = 25;

/** Containers of a real engine that ask for sites; removed at the end. */
export class Fleet implements AsyncDisposable {
  readonly engine: Engine;
  /** `label=…`, which nobody else's containers have. */
  readonly filter: string;
  readonly #key = `${process.pid}-${Date.now()}`;
  readonly #names: string[] = [];
  #webs = 0;

  private constructor(engine: Engine) {
    this.engine = engine;
    this.filter = `label=${LABEL}=${this.#key}`;
  }

  static async create(): Promise<Fleet> {
    return new Fleet(await Engine.ofThisMachine());
  }

  /** Has so many run, five a site. */
  async grow(size: number): Promise<void> {
    const names: string[] = [];
    for (; this.#webs < size; this.#webs += 1) {
      const site = Math.floor(this.#webs / CONTAINERS_A_SITE);
      names.push(await this.create(`web-${this.#webs}`, site));
    }
    await this.start(names);
  }

  nameOf(part: string): string {
    return `tsgen-bench-${this.#key}-${part}`;
  }

  /** @param args further arguments of `docker create`. */
  async create(part: string, site: number, args: readonly string[] = []): Promise<string> {
    const name = this.nameOf(part);
    this.#names.push(name);
    await this.engine.docker([
      ...['create', '--pull=never', `--name=${name}`, `--label=${LABEL}=${this.#key}`],
      ...['--memory=16m', '--stop-timeout=0', `--env=VIRTUAL_HOST=site-${site}.example`],
      ...[`--env=VIRTUAL_PORT=80`, ...args, NEIGHBOUR_IMAGE, '/bin/busybox', 'sleep', '1000000'],
    ]);
    return name;
  }

  async start(names: readonly string[]): Promise<void> {
    for (let from = 0; from < names.length; from += AT_ONCE) {
      await this.engine.docker(['start', ...names.slice(from, from + AT_ONCE)]);
    }
  }

  async stop(names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.engine.docker(['kill', ...names]);
  }

  /** Starts them as a program does, all at once; resolves when the engine has answered for each. */
  async storm(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#post(`/containers/${name}/start`)));
  }

  async #post(path: string): Promise<void> {
    await new Promise<void>((done, failed) => {
      const { socketPath } = this.engine;
      request({ socketPath, path, method: 'POST' }, (response) => {
        response.resume().once('end', done);
      })
        .once('error', failed)
        .end();
    });
  }

  /** When the engine says that a container has started, by `performance.now()`. */
  async started(name: string): Promise<{ readonly at: Promise<number> }> {
    const filters = JSON.stringify({ container: [name], event: ['start'] });
    return await new Promise((listening, failed) => {
      request(
        {
          socketPath: this.engine.socketPath,
          path: `/events?filters=${encodeURIComponent(filters)}`,
        },
        (response) => {
          const at = new Promise<number>((done) => {
            response.once('data', () => {
              done(performance.now());
              response.destroy();
            });
          });
          listening({ at });
        },
      )
        .once('error', failed)
        .end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let from = 0; from < this.#names.length; from += AT_ONCE) {
      await this.engine.docker(['rm', '--force', ...this.#names.slice(from, from + AT_ONCE)]);
    }
  }
}
