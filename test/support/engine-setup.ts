import { access, mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { echoContext } from './echo-context.ts';
import { Engine } from './engine.ts';
import { removeSession, removeStale } from './leftovers.ts';
import { currentSession, NAME_PREFIX, OWNER_LABEL, type Session } from './session.ts';

export interface TestImages {
  readonly nginx: string;
  readonly haproxy: string;
  readonly httpd: string;
  readonly node: string;
  /** Serves its own file system on port 80: `/etc/hostname` says which container answered. */
  readonly backend: string;
  /** The same with a health check that wants a file `/healthy`; see `CHECKED`. */
  readonly checkedBackend: string;
  /** tsgen, from `Dockerfile.gen`. */
  readonly gen: string;
  /** tsgen in docker-gen's place, from `Dockerfile.gen`. */
  readonly genDockergen: string;
  /** tsgen and a proxy in one container, from the targets of `Dockerfile.gen`, by the proxy. */
  readonly proxies: Readonly<Record<'haproxy' | 'httpd' | 'nginx', string>>;
  /** The is_prime service, from `Dockerfile.service`. */
  readonly service: string;
  /** Says what it was asked, over whatever protocol: `test/backends/`. */
  readonly echo: string;
  /** php-fpm, uWSGI and curl: `scripts/images/peers/`. */
  readonly peers: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    readonly session: Session;
    readonly engineHost: string;
    readonly images: TestImages;
    readonly secondEngine: SecondEngine;
  }
}

/** A newer engine's programs, or why there are none: where they cannot be had at all. */
export type SecondEngine = { readonly programs: string } | { readonly absent: string };

/** Where `scripts/second-engine.sh` puts either. */
const ENGINES = resolve('.cache/engines');

const NGINX = 'nginx:1.30';
const HAPROXY = 'haproxy:3.2';
const HTTPD = 'httpd:2.4';
const NODE = 'node:24-trixie-slim';
const BACKEND = 'tsgen-test/busybox:1';
const PEERS = 'tsgen-test/peers:1';

/**
 * It is starting until the file is there for the first time, then healthy with it and unhealthy
 * without it, so that a test decides what it is.
 */
const CHECKED = `FROM ${BACKEND}
HEALTHCHECK --interval=1s --timeout=5s --start-period=600s --retries=1 \\
  CMD ["/bin/busybox", "test", "-e", "/healthy"]
`;

/** What a run's tests work with. */
interface Testbed {
  readonly session: Session;
  readonly engineHost: string;
  readonly images: TestImages;
  readonly secondEngine: SecondEngine;
}

const known = globalThis as { tsgenTestbed?: Promise<Testbed> };

/**
 * Sees to it that an engine, Compose and the base images are there, removes what killed runs left
 * behind, and builds this run's own images: once a run, whichever projects ask for it. What is
 * missing fails the run; only where a second engine cannot be had, its tests are left out, and that
 * is said here once.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  known.tsgenTestbed ??= prepare();
  const testbed = await known.tsgenTestbed;
  project.provide('session', testbed.session);
  project.provide('engineHost', testbed.engineHost);
  project.provide('images', testbed.images);
  project.provide('secondEngine', testbed.secondEngine);
  // Projects end together; what is gone is not removed once more.
  return async () => await removeSession(await Engine.ofThisMachine(), testbed.session);
}

async function prepare(): Promise<Testbed> {
  const engine = await reachEngine();
  const secondEngine = await demand('a second Docker engine', findSecondEngine);
  if ('absent' in secondEngine) {
    process.stderr.write(`${secondEngine.absent}: its tests are left out.\n`);
  }
  const session = currentSession();
  await removeStale(engine);
  try {
    await mkdir(session.folder, { recursive: true, mode: 0o755 });
    const images = await buildImages(engine, session);
    return { session, engineHost: engine.host, images, secondEngine };
  } catch (error) {
    await removeSession(engine, session);
    throw error;
  }
}

async function reachEngine(): Promise<Engine> {
  const engine = await demand('the docker command', () => Engine.ofThisMachine());
  await demand('a Docker engine', () => engine.docker(['version'], { timeoutMs: 20_000 }));
  await demand('Docker Compose v2', () => engine.docker(['compose', 'version']));
  for (const image of [NGINX, HAPROXY, HTTPD, NODE, BACKEND, PEERS]) {
    await demand(`the image ${image}`, () => engine.docker(['image', 'inspect', image]));
  }
  return engine;
}

async function findSecondEngine(): Promise<SecondEngine> {
  const programs = join(ENGINES, 'second');
  const isThere = await access(programs).then(
    () => true,
    () => false,
  );
  if (isThere) return { programs };
  return { absent: (await readFile(join(ENGINES, 'absent'), 'utf8')).trim() };
}

async function demand<T>(what: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The end-to-end tests need ${what}, which is not here. Run \`make test\`, which sets it up, instead of vitest alone.\n${reason}`,
      { cause },
    );
  }
}

async function buildImages(engine: Engine, session: Session): Promise<TestImages> {
  const tagged = (part: string) => `${NAME_PREFIX}${part}:${session.key}`;
  const label = `--label=${OWNER_LABEL}=${session.owner}`;
  const build = (tag: string, ...args: string[]) =>
    engine.docker(['build', label, '--tag', tag, ...args], { timeoutMs: 280_000 });
  const images: TestImages = {
    nginx: NGINX,
    haproxy: HAPROXY,
    httpd: HTTPD,
    node: NODE,
    backend: BACKEND,
    checkedBackend: tagged('checked'),
    gen: tagged('gen'),
    genDockergen: tagged('gen-dockergen'),
    proxies: {
      haproxy: tagged('gen-haproxy'),
      httpd: tagged('gen-httpd'),
      nginx: tagged('gen-nginx'),
    },
    service: tagged('service'),
    echo: tagged('echo'),
    peers: PEERS,
  };
  const bases = [
    `--build-arg=NODE_IMAGE=${NODE}`,
    `--build-arg=NGINX_IMAGE=${NGINX}`,
    `--build-arg=HAPROXY_IMAGE=${HAPROXY}`,
    `--build-arg=HTTPD_IMAGE=${HTTPD}`,
  ];
  const target = (name: string, tag: string) =>
    build(tag, '--file=Dockerfile.gen', `--target=${name}`, ...bases, '.');
  const node = `--build-arg=NODE_IMAGE=${NODE}`;
  // At once: BuildKit makes what they have in common once, and most of the rest waits for packages.
  const built = await Promise.allSettled([
    target('tsgen', images.gen),
    target('nginx', images.proxies.nginx),
    target('haproxy', images.proxies.haproxy),
    target('apache', images.proxies.httpd),
    target('dockergen', images.genDockergen),
    build(images.service, '--file=Dockerfile.service', node, '.'),
    engine.docker(['build', label, '--tag', images.checkedBackend, '-'], { input: CHECKED }),
    echoContext(join(session.folder, 'echo')).then((context) => build(images.echo, node, context)),
  ]);
  for (const one of built) if (one.status === 'rejected') throw one.reason;
  return images;
}
