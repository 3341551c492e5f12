import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import type { StatusReport } from '../../../src/status/report.ts';
import { ControlRelay } from '../../support/control-relay.ts';
import type { Engine } from '../../support/engine.ts';
import type { TestImages } from '../../support/engine-setup.ts';
import { contentFor, type NetworkKey, type ProxyKind, type ProxySetup } from '../scenario.ts';
import type { Surroundings } from '../surroundings.ts';
import type { ProxyDriver, ProxyUnderTest } from './proxy-under-test.ts';

const READY = { timeout: 60_000, interval: 300 };
/** nginx-proxy's label for the container that runs the proxy. */
const PROXY_LABEL = 'com.github.nginx-proxy.nginx-proxy.nginx';

/** What is told apart of proxies that are started alike. */
export interface ProxyFacts {
  readonly kind: ProxyKind;
  /** The bundled template. */
  readonly template: string;
  /** The proxy with tsgen in it. */
  readonly together: (images: TestImages) => string;
  /** The proxy as it is from its makers, and what it runs there where that is not its own choice. */
  readonly alone: (images: TestImages) => string;
  readonly command?: readonly string[];
  /** The generated file. */
  readonly destination: string;
  /** The folders that scenarios put files into while the proxy runs, by their name in scenarios. */
  readonly folders: Readonly<Record<string, string>>;
  /** Where a file of a setup's is to lie that is in none of these. */
  readonly placeOf: (file: string) => string;
}

/** A proxy with tsgen in the same container or, for setups that say so, in one beside it. */
export function driverOf(facts: ProxyFacts): ProxyDriver {
  return { kind: facts.kind, start: async (setup, around) => await start(facts, setup, around) };
}

async function start(
  facts: ProxyFacts,
  setup: ProxySetup,
  around: Surroundings,
): Promise<ProxyUnderTest> {
  const folder = await around.workspace.folder(`proxy-${partOf(facts, setup)}`);
  const scope = `org.tsgen.test.proxy=${around.workspace.name(partOf(facts, setup))}`;
  const env = {
    ...(await around.resolveAll(spokenTo(facts.kind, setup.env))),
    DOCKER_CONTAINER_FILTERS: `label=${scope}`,
  };
  const mounts = await mountsOf(facts, setup, around, folder);
  const starting = { facts, setup, around, env, mounts };
  const containers =
    setup.isApart === true ? await startApart(starting) : await startTogether(starting);
  const proxy = new StartedProxy(facts, around, setup, { ...containers, label: scope, folder });
  await proxy.ready();
  return proxy;
}

/** Settings in a proxy's own language; it does without those that it has no words for. */
function spokenTo(kind: ProxyKind, env: ProxySetup['env'] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const spoken: string | undefined = typeof value === 'string' ? value : value[kind];
      return spoken === undefined ? [] : [[name, spoken] as const];
    }),
  );
}

/** Its name among all that a run of the tests makes, whichever the proxies. */
function partOf({ kind }: ProxyFacts, { name }: ProxySetup): string {
  return `${kind}-${name}`;
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

async function startTogether(starting: Starting): Promise<Containers> {
  const { facts, setup, around, env, mounts } = starting;
  const image = facts.together(around.images);
  const socket = `--volume=${around.workspace.engine.socketPath}:/tmp/docker.sock:ro`;
  const container = await create(starting, partOf(facts, setup), image, {
    env,
    args: [socket, ...mounts],
  });
  await around.workspace.engine.docker(['start', container]);
  return { container, tsgen: container };
}

async function startApart(starting: Starting): Promise<Containers> {
  const { facts, setup, around, env, mounts } = starting;
  const { engine } = around.workspace;
  const volume = await around.workspace.volume(partOf(facts, setup));
  const conf = `--mount=type=volume,source=${volume},target=${dirname(facts.destination)}`;
  const ownLabel: string | undefined = spokenTo(facts.kind, setup.env).NGINX_CONTAINER_LABEL;
  const label = `--label=${ownLabel ?? PROXY_LABEL}`;
  const container = await create(starting, partOf(facts, setup), facts.alone(around.images), {
    args: [label, `${conf},volume-nocopy`, ...mounts],
    ...(facts.command ? { command: facts.command } : {}),
  });
  // By its label it finds any proxy of this engine: only where the label is this setup's own.
  const named = ownLabel === undefined ? ['--proxy', container] : [];
  const tsgen = await create(starting, `${partOf(facts, setup)}-tsgen`, around.images.gen, {
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
  { kind, folders, placeOf }: ProxyFacts,
  setup: ProxySetup,
  around: Surroundings,
  folder: string,
): Promise<readonly string[]> {
  const mounts: string[] = [];
  for (const [name, target] of Object.entries(folders)) {
    await mkdir(join(folder, name), { recursive: true });
    mounts.push(`--volume=${join(folder, name)}:${target}:ro`);
  }
  for (const [file, content] of Object.entries(setup.files ?? {})) {
    const text = await contentFor(kind, content, around);
    if (text === undefined) continue;
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    const isIn = Object.keys(folders).some((name) => file.startsWith(`${name}/`));
    if (!isIn) mounts.push(`--volume=${path}:${placeOf(file)}:ro`);
  }
  return mounts;
}

class StartedProxy implements ProxyUnderTest {
  readonly container: string;
  readonly label: string;
  readonly #facts: ProxyFacts;
  readonly #around: Surroundings;
  readonly #setup: ProxySetup;
  readonly #tsgen: string;
  readonly #relay: ControlRelay;
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
    this.#relay = new ControlRelay(this.#engine, parts.tsgen, facts.destination);
    around.workspace.defer(async () => this.#relay[Symbol.dispose]());
    this.#folder = parts.folder;
  }

  /** Waits until its first configuration is live. */
  async ready(): Promise<void> {
    await vi.waitFor(async () => {
      const verdict = await this.#engine
        .docker(['exec', this.#tsgen, 'tsgen', 'healthcheck'])
        .catch(String);
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
    await this.#relay.ask('POST', '/refresh').catch(() => undefined);
  }

  async status(): Promise<StatusReport> {
    return (await this.#relay.ask('GET', '/status')) as StatusReport;
  }

  async logs(): Promise<readonly string[]> {
    const containers = [...new Set([this.container, this.#tsgen])];
    return (await Promise.all(containers.map((name) => this.#engine.logs(name)))).flat();
  }

  async config(): Promise<string> {
    return await this.#engine.docker(['exec', this.container, 'cat', this.#facts.destination]);
  }

  async end(): Promise<void> {
    const containers = [...new Set([this.container, this.#tsgen])];
    await this.#engine.docker(['rm', '-f', '-v', ...containers]);
  }

  get kind(): ProxyKind {
    return this.#facts.kind;
  }

  get #engine(): Engine {
    return this.#around.workspace.engine;
  }

  #pathOf(file: string): string {
    const [folder = ''] = file.split('/');
    if (this.#facts.folders[folder] === undefined)
      throw new Error(`${file} can only be part of a setup`);
    return join(this.#folder, file);
  }
}
