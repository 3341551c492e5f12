import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Served, serviceSite } from './answering.ts';
import type { Engine } from './engine.ts';
import type { TestImages } from './engine-setup.ts';
import { freePort } from './free-port.ts';
import { type Front, portFront } from './http.ts';
import type { Workspace } from './workspace.ts';

/** As far as tests look at what `docker compose config` says. */
interface ComposeConfig {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, object>>;
  readonly volumes?: Readonly<Record<string, object>>;
}

interface ComposeService {
  readonly image: string;
  readonly build?: { readonly dockerfile?: string };
}

/** How the three services of a basic stack may come one after the other. */
export const START_ORDERS = [
  ['proxy', 'tsgen', 'web'],
  ['tsgen', 'web', 'proxy'],
  ['web', 'proxy', 'tsgen'],
] as const;

export interface StackOptions {
  /** The run's own images take the place of those that a stack would build. Absent: it builds. */
  readonly images?: TestImages;
  /** By the name that the stack has for it: the image that takes its place besides. */
  readonly further?: Readonly<Record<string, string>>;
  /** Variables of the stack. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ScaleOptions {
  /** Waits until all that have a health check are healthy. */
  readonly wait?: boolean;
  /** How many containers Compose starts or stops at once. Absent: all. */
  readonly atOnce?: number;
}

/** A stack of `compose/`, under names of a test's own. Its tsgen sees the workspace's containers alone. */
export class ComposeStack {
  readonly port: number;
  readonly project: string;
  readonly #engine: Engine;
  #files: readonly string[];
  readonly #env: Readonly<Record<string, string>>;

  private constructor(
    workspace: Workspace,
    port: number,
    files: readonly string[],
    env: Readonly<Record<string, string>>,
  ) {
    this.port = port;
    this.project = workspace.name('stack');
    this.#engine = workspace.engine;
    this.#files = files.flatMap((file) => ['-f', file]);
    this.#env = env;
  }

  /** Starts nothing yet. It goes with the workspace. */
  static async of(
    file: string | readonly string[],
    workspace: Workspace,
    { images, further = {}, env = {} }: StackOptions = {},
  ): Promise<ComposeStack> {
    const stack = new ComposeStack(workspace, await freePort(), [file].flat(), env);
    const config = JSON.parse(await stack.compose('config', '--format=json')) as ComposeConfig;
    const override = join(await workspace.folder('compose'), 'override.json');
    await writeFile(override, JSON.stringify(overrideOf(config, workspace, images, further)));
    stack.#files = [...stack.#files, '-f', override];
    workspace.defer(() => stack.#end());
    if (images === undefined) await stack.compose('build');
    return stack;
  }

  get front(): Front {
    return portFront(this.port);
  }

  get site(): Served {
    return serviceSite(this.front, 'localhost');
  }

  async compose(...args: readonly string[]): Promise<string> {
    return await this.#compose(args);
  }

  /** Starts one of its services, without those that it might want. */
  async up(service: string, ...args: readonly string[]): Promise<void> {
    await this.compose('up', '-d', '--no-deps', ...args, service);
  }

  /** Starts the services one after the other, with two replicas of `web`. */
  async upInOrder(services: readonly string[]): Promise<void> {
    for (const service of services) {
      await this.up(service, ...(service === 'web' ? ['--scale=web=2'] : []));
    }
  }

  /** Starts what is missing, with so many replicas of some services. */
  async scale(
    counts: Readonly<Record<string, number>>,
    { wait = false, atOnce }: ScaleOptions = {},
  ): Promise<void> {
    const scales = Object.entries(counts).map(([service, count]) => `--scale=${service}=${count}`);
    const args = ['up', '-d', '--no-recreate', ...(wait ? ['--wait'] : []), ...scales];
    await this.#compose(args, atOnce ? { COMPOSE_PARALLEL_LIMIT: String(atOnce) } : {});
  }

  async down(): Promise<void> {
    await this.compose('down', '-v', '--timeout=1', '--remove-orphans');
  }

  /** A network that engine 20.10 takes for one in use is the workspace's to remove, as all with its label. */
  async #end(): Promise<void> {
    await this.down().catch((error: unknown) => {
      if (!String(error).includes('has active endpoints')) throw error;
    });
  }

  /** Names of the containers of a service, as Docker has them. */
  async containersOf(service: string): Promise<readonly string[]> {
    return (await this.#inspect(service, '{{.Name}}')).map((name) => name.slice(1));
  }

  async containerOf(service: string): Promise<string> {
    const [name, ...more] = await this.containersOf(service);
    if (name === undefined || more.length > 0) throw new Error(`There is not one ${service}`);
    return name;
  }

  /** What replicas call themselves: their host names, which Docker takes from IDs. */
  async replicas(service = 'web'): Promise<readonly string[]> {
    return await this.#inspect(service, '{{.Config.Hostname}}');
  }

  /** The lines of tsgen's log that have this in them. */
  async linesWith(part: string): Promise<readonly string[]> {
    const lines = await this.#engine.logs(await this.containerOf('tsgen'));
    return lines.filter((line) => line.includes(part));
  }

  /** How many lines of tsgen's log have this in them. */
  async logged(part: string): Promise<number> {
    return (await this.linesWith(part)).length;
  }

  async #compose(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    return await this.#engine.docker(['compose', '-p', this.project, ...this.#files, ...args], {
      timeoutMs: 400_000,
      env: {
        PORT: String(this.port),
        DOCKER_SOCKET: this.#engine.socketPath,
        ...this.#env,
        ...env,
      },
    });
  }

  async #inspect(service: string, format: string): Promise<readonly string[]> {
    const ids = (await this.compose('ps', '-q', service)).split('\n').filter(Boolean);
    if (ids.length === 0) return [];
    const args = ['container', 'inspect', `--format=${format}`, ...ids];
    return (await this.#engine.docker(args)).split('\n');
  }
}

/** The same stack, but for whose things they are: not the tags and names of a user's own. */
function overrideOf(
  config: ComposeConfig,
  workspace: Workspace,
  images: TestImages | undefined,
  further: Readonly<Record<string, string>>,
) {
  const { labels, onlyOwn } = workspace;
  const labelled = (things: object = {}) =>
    Object.fromEntries(Object.keys(things).map((name) => [name, { labels }]));
  const services = Object.entries(config.services).map(([name, { image, build }]) => {
    if (build === undefined) return [name, { labels }];
    const environment = build.dockerfile === 'Dockerfile.gen' ? onlyOwn : {};
    if (images === undefined) {
      return [name, { labels, environment, image: workspace.name(name), build: { labels } }];
    }
    return [name, { labels, environment, image: further[image] ?? imageOfRun(image, images) }];
  });
  return {
    services: Object.fromEntries(services),
    networks: labelled(config.networks),
    volumes: labelled(config.volumes),
  };
}

function imageOfRun(image: string, { gen, service }: TestImages): string {
  const built: Readonly<Record<string, string>> = {
    'tsgen:dev': gen,
    'tsgen-service:dev': service,
  };
  const found = built[image];
  if (found === undefined) throw new Error(`The run has no image that takes the place of ${image}`);
  return found;
}
