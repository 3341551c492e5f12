import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import type { StatusReport } from '../../../src/status/report.ts';
import type { Engine } from '../../support/engine.ts';
import type { NetworkKey, ProxyKind, ProxySetup } from '../scenario.ts';
import type { Surroundings } from '../surroundings.ts';
import type { ProxyDriver, ProxyUnderTest } from './proxy-under-test.ts';

const READY = { timeout: 60_000, interval: 300 };
/** What is to be known of a kind of proxy to start it. */
export interface ProxyFacts {
  readonly kind: ProxyKind;
  /** The official image. */
  readonly image: (images: Surroundings['images']) => string;
  /** The bundled template's name. */
  readonly template: string;
  /** The folder that tsgen writes to, and the file in it. */
  readonly folder: string;
  readonly config: string;
  /** The command of the proxy's container where tsgen is apart; the image's own if absent. */
  readonly command?: readonly string[];
  /** The folders that scenarios put files into while the proxy runs. */
  readonly folders: Readonly<Record<string, string>>;
  /** Where a file of a setup goes that lies in none of them. */
  readonly placeOf: (file: string) => string;
}

/** nginx-proxy's label for the container that runs the proxy. */
const PROXY_LABEL = 'com.github.nginx-proxy.nginx-proxy.nginx';

/** A proxy with tsgen in the same container or, for setups that say so, in one beside it. */
export function driverOf(facts: ProxyFacts): ProxyDriver {
  return {
    kind: facts.kind,
    async start(setup, around) {
      const folder = await around.workspace.folder(`${facts.kind}-${setup.name}`);
      const scope = `org.tsgen.test.proxy=${around.workspace.name(`${facts.kind}-${setup.name}`)}`;
      const env = {
        ...(await around.resolveAll(setup.env)),
        DOCKER_CONTAINER_FILTERS: `label=${scope}`,
      };
      const mounts = await mountsOf(facts, setup, around, folder);
      const starting = { facts, setup, around, env, mounts };
      const image = around.images.proxies[facts.kind];
      const containers =
        image === undefined || setup.isApart === true
          ? await startApart(starting)
          : await startTogether(starting, image);
      const proxy = new ContainerUnderTest(facts, around, setup, {
        ...containers,
        label: scope,
        folder,
      });
      await proxy.ready();
      return proxy;
    },
  };
}

interface Starting {
  readonly facts: ProxyFacts;
  readonly setup: ProxySetup;
  readonly around: Surroundings;
  readonly env: Readonly<Record<string, string>>;
  /** Arguments of `docker create`. */
  readonly mounts: readonly string[];
}

/** Names of containers. */
interface Containers {
  readonly container: string;
  readonly tsgen: string;
}

async function startTogether(starting: Starting, image: string): Promise<Containers> {
  const { facts, setup, around, env, mounts } = starting;
  const socket = `--volume=${around.workspace.engine.socketPath}:/tmp/docker.sock:ro`;
  const container = await create(starting, `${facts.kind}-${setup.name}`, image, {
    env,
    args: [socket, ...mounts],
  });
  await around.workspace.engine.docker(['start', container]);
  return { container, tsgen: container };
}

async function startApart(starting: Starting): Promise<Containers> {
  const { facts, setup, around, env, mounts } = starting;
  const { engine } = around.workspace;
  const part = `${facts.kind}-${setup.name}`;
  const volume = await around.workspace.volume(part);
  const conf = `--mount=type=volume,source=${volume},target=${facts.folder}`;
  const ownLabel: string | undefined = setup.env?.NGINX_CONTAINER_LABEL;
  const label = `--label=${ownLabel ?? PROXY_LABEL}`;
  const container = await create(starting, part, facts.image(around.images), {
    args: [label, `${conf},volume-nocopy`, ...mounts],
    ...(facts.command === undefined ? {} : { command: facts.command }),
  });
  // By its label it finds any nginx of this engine: only where the label is this setup's own.
  const named = ownLabel === undefined ? ['--proxy', container] : [];
  const tsgen = await create(starting, `${part}-tsgen`, around.images.gen, {
    env,
    args: [`--volume=${engine.socketPath}:/var/run/docker.sock`, conf, ...mounts],
    command: ['--template', facts.template, ...named],
  });
  await engine.docker(['start', container, tsgen]);
  return { container, tsgen };
}

interface CreateOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly command?: readonly string[];
}

/** Creates a container on the setup's networks. */
async function create(
  { setup, around }: Starting,
  part: string,
  image: string,
  options: CreateOptions,
): Promise<string> {
  const keys = setup.networks ?? ['main'];
  const [first = 'host', ...more] =
    keys === 'host' ? ['host'] : await Promise.all(keys.map((key) => around.network(key)));
  // The image's own health check would start Node.js every few seconds in each of the proxies.
  const args = ['--no-healthcheck', ...options.args];
  const container = await around.workspace.create(part, image, {
    ...options,
    args,
    network: first,
  });
  for (const network of more) {
    await around.workspace.engine.docker(['network', 'connect', network, container]);
  }
  return container;
}

/** Makes the folders and files of a setup on this machine, and says how they are mounted. */
async function mountsOf(
  facts: ProxyFacts,
  setup: ProxySetup,
  around: Surroundings,
  folder: string,
): Promise<readonly string[]> {
  const mounts: string[] = [];
  for (const [name, target] of Object.entries(facts.folders)) {
    await mkdir(join(folder, name), { recursive: true });
    mounts.push(`--volume=${join(folder, name)}:${target}:ro`);
  }
  for (const [file, content] of Object.entries(setup.files ?? {})) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : await content(around));
    const isIn = Object.keys(facts.folders).some((name) => file.startsWith(`${name}/`));
    if (!isIn) mounts.push(`--volume=${path}:${facts.placeOf(file)}:ro`);
  }
  return mounts;
}

class ContainerUnderTest implements ProxyUnderTest {
  readonly container: string;
  readonly label: string;
  readonly #facts: ProxyFacts;
  readonly #around: Surroundings;
  readonly #setup: ProxySetup;
  readonly #tsgen: string;
  readonly #folder: string;
  readonly #addresses = new Map<string, string>();

  constructor(
    facts: ProxyFacts,
    around: Surroundings,
    setup: ProxySetup,
    parts: Containers & { readonly label: string; readonly folder: string },
  ) {
    this.container = parts.container;
    this.label = parts.label;
    this.#facts = facts;
    this.#around = around;
    this.#setup = setup;
    this.#tsgen = parts.tsgen;
    this.#folder = parts.folder;
  }

  /** Waits until its first configuration is live. */
  async ready(): Promise<void> {
    await vi.waitFor(async () => {
      const verdict = await this.#run('tsgen', 'healthcheck').catch(String);
      const log = (await this.logs()).join('\n');
      expect(verdict, `${this.#setup.name} says: ${log}`).not.toMatch(/^Error/);
    }, READY);
    if (this.#setup.networks === 'host') return;
    const { NetworkSettings } = await this.#engine.inspect(this.container);
    for (const key of this.#setup.networks ?? (['main'] as const)) {
      const found = NetworkSettings.Networks[await this.#around.network(key)];
      this.#addresses.set(`${key} 4`, found?.IPAddress ?? '');
      this.#addresses.set(`${key} 6`, found?.GlobalIPv6Address ?? '');
    }
  }

  address(network: NetworkKey, family: 4 | 6): string {
    if (this.#setup.networks === 'host') return family === 4 ? '127.0.0.1' : '::1';
    const address = this.#addresses.get(`${network} ${family}`);
    if (address) return address;
    throw new Error(`${this.#setup.name} has no IPv${family} address on the network ${network}`);
  }

  async write(file: string, content: string): Promise<void> {
    await writeFile(this.#pathOf(file), content);
  }

  async remove(file: string): Promise<void> {
    await rm(this.#pathOf(file));
  }

  async settle(): Promise<void> {
    // It fails where the proxy rejected what was asked for, which is an outcome as well.
    await this.#run('tsgen', 'refresh').catch(() => undefined);
  }

  async status(): Promise<StatusReport> {
    return JSON.parse(await this.#run('tsgen', 'status', '--json')) as StatusReport;
  }

  async logs(): Promise<readonly string[]> {
    const containers = [...new Set([this.container, this.#tsgen])];
    return (await Promise.all(containers.map((name) => this.#engine.logs(name)))).flat();
  }

  async config(): Promise<string> {
    return await this.#engine.docker(['exec', this.container, 'cat', this.#facts.config]);
  }

  get #engine(): Engine {
    return this.#around.workspace.engine;
  }

  async #run(...command: readonly string[]): Promise<string> {
    return await this.#engine.docker(['exec', this.#tsgen, ...command]);
  }

  #pathOf(file: string): string {
    const [folder = ''] = file.split('/');
    if (this.#facts.folders[folder] === undefined)
      throw new Error(`${file} can only be part of a setup`);
    return join(this.#folder, file);
  }
}
