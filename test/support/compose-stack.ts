import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Served, serviceSite } from './answering.ts';
import type { Engine } from './engine.ts';
import { freePort } from './free-port.ts';
import { portFront } from './http.ts';
import type { Workspace } from './workspace.ts';

/** A stack of `compose/` with the services `proxy`, `tsgen` and `web`, under names of a test's own. */
export class ComposeStack {
  readonly port: number;
  readonly project: string;
  readonly #engine: Engine;
  readonly #files: readonly string[];

  private constructor(workspace: Workspace, port: number, files: readonly string[]) {
    this.port = port;
    this.project = workspace.name('stack');
    this.#engine = workspace.engine;
    this.#files = files;
  }

  /** Builds its images. It goes with the workspace. */
  static async build(file: string, workspace: Workspace): Promise<ComposeStack> {
    // The same stack, but for whose things they are: not the tags and names of a user's own.
    const { labels } = workspace;
    const built = (image: string) => ({ image, labels, build: { labels } });
    const override = join(await workspace.folder('compose'), 'override.json');
    const services = {
      proxy: { labels },
      tsgen: built(workspace.name('gen')),
      web: built(workspace.name('service')),
    };
    const rest = { networks: { default: { labels } }, volumes: { conf: { labels } } };
    await writeFile(override, JSON.stringify({ services, ...rest }));
    const files = ['-f', file, '-f', override];
    const stack = new ComposeStack(workspace, await freePort(), files);
    workspace.defer(() => stack.down());
    await stack.compose('build');
    return stack;
  }

  get site(): Served {
    return serviceSite(portFront(this.port), 'localhost');
  }

  async compose(...args: readonly string[]): Promise<string> {
    return await this.#engine.docker(['compose', '-p', this.project, ...this.#files, ...args], {
      timeoutMs: 240_000,
      env: { PORT: String(this.port), DOCKER_SOCKET: this.#engine.socketPath },
    });
  }

  /** Starts one of its services, without those that it might want. */
  async up(service: string, ...args: readonly string[]): Promise<void> {
    await this.compose('up', '-d', '--no-deps', ...args, service);
  }

  async down(): Promise<void> {
    await this.compose('down', '-v', '--timeout=1', '--remove-orphans');
  }

  /** Names of the containers of a service, as Docker has them. */
  async containersOf(service: string): Promise<readonly string[]> {
    const ids = (await this.compose('ps', '-q', service)).split('\n').filter(Boolean);
    const found = await Promise.all(ids.map((id) => this.#engine.inspect(id)));
    return found.map(({ Name }) => Name.slice(1));
  }

  async containerOf(service: string): Promise<string> {
    const [name, ...more] = await this.containersOf(service);
    if (name === undefined || more.length > 0) throw new Error(`There is not one ${service}`);
    return name;
  }

  /** What the replicas of `web` call themselves: their host names, which Docker takes from IDs. */
  async replicas(): Promise<readonly string[]> {
    const names = await this.containersOf('web');
    const found = await Promise.all(names.map((name) => this.#engine.inspect(name)));
    return found.map(({ Config }) => Config.Hostname);
  }
}
