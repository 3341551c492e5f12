import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { removeLabelled } from './leftovers.ts';
import { NAME_PREFIX, OWNER_LABEL, RUN_LABEL, type Session } from './session.ts';

export interface RunOptions {
  /** Further arguments of `docker run`, before the image. */
  readonly args?: readonly string[];
  readonly network?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** After the image. */
  readonly command?: readonly string[];
}

/**
 * What one test file makes in an engine and on disk: all of it labelled and named as the test's
 * own, none of it in the way of what else is there, all of it removed when this is disposed of.
 */
export class Workspace implements AsyncDisposable {
  readonly engine: Engine;
  /** Unique; also fit for host names. */
  readonly id: string;
  readonly #session: Session;
  readonly #cleanups: (() => Promise<unknown>)[] = [];

  constructor(engine: Engine, session: Session) {
    this.engine = engine;
    this.#session = session;
    this.id = randomBytes(4).toString('hex');
  }

  get labels(): Readonly<Record<string, string>> {
    return { [RUN_LABEL]: this.id, [OWNER_LABEL]: this.#session.owner };
  }

  /** For a tsgen that is to see this workspace's containers and nobody else's: its environment. */
  get onlyOwn(): Readonly<Record<string, string>> {
    return { DOCKER_CONTAINER_FILTERS: `label=${RUN_LABEL}=${this.id}` };
  }

  /** The full name of one of this workspace's things. */
  name(part: string): string {
    return `${NAME_PREFIX}${this.id}-${part}`;
  }

  /** A host name that nobody else has. */
  host(part: string): string {
    return `${part}.${this.id}.test`;
  }

  /** Whatever else has to be undone; the last one first, before the engine's things go. */
  defer(cleanup: () => Promise<unknown>): void {
    this.#cleanups.push(cleanup);
  }

  /** Starts a container in the background; `part` is also its host name. Returns its name. */
  async run(part: string, image: string, options: RunOptions = {}): Promise<string> {
    return await this.#container(['run', '-d'], part, image, options);
  }

  /** As `run`, but without starting it. */
  async create(part: string, image: string, options: RunOptions = {}): Promise<string> {
    return await this.#container(['create'], part, image, options);
  }

  async #container(
    action: readonly string[],
    part: string,
    image: string,
    { args = [], network, env = {}, command = [] }: RunOptions,
  ): Promise<string> {
    const name = this.name(part);
    await this.engine.docker([
      ...action,
      '--pull=never',
      `--name=${name}`,
      `--hostname=${part}`,
      ...this.#labelArgs(),
      ...(network === undefined ? [] : [`--network=${network}`]),
      ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ...args,
      image,
      ...command,
    ]);
    return name;
  }

  /** @param args further arguments of `docker network create`. */
  async network(part: string, args: readonly string[] = []): Promise<string> {
    await this.engine.docker(['network', 'create', ...this.#labelArgs(), ...args, this.name(part)]);
    return this.name(part);
  }

  async volume(part: string): Promise<string> {
    return await this.engine.docker(['volume', 'create', ...this.#labelArgs(), this.name(part)]);
  }

  /** An empty folder. Its path is short: sockets go there. */
  async folder(part: string): Promise<string> {
    const path = join(this.#session.folder, this.id, part);
    await mkdir(path, { recursive: true });
    return path;
  }

  #labelArgs(): readonly string[] {
    return Object.entries(this.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (step: () => Promise<unknown>) => {
      await step().catch((error: unknown) => failures.push(error));
    };
    for (const cleanup of this.#cleanups.splice(0).reverse()) await attempt(cleanup);
    await attempt(() => removeLabelled(this.engine, `${RUN_LABEL}=${this.id}`));
    await attempt(() => rm(join(this.#session.folder, this.id), { recursive: true, force: true }));
    if (failures.length > 0) {
      throw new AggregateError(failures, `Cannot remove all that workspace ${this.id} made`);
    }
  }
}
