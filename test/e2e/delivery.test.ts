import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Deployment } from '../../src/deploy/deployment.ts';
import { expectAnswering, type Served } from '../support/answering.ts';
import { ComposeStack } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { freePort } from '../support/free-port.ts';
import { get, portFront } from '../support/http.ts';
import { type Kept, keepingConnection } from '../support/kept-client.ts';
import { underLoad } from '../support/load.ts';
import { SOON } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const workspace = new Workspace(engine, inject('session'));
const images = inject('images');

const SECRET = randomBytes(24).toString('hex');
const PATIENT = { timeout: 150_000, interval: 500 };

let stack: ComposeStack;
/** What the stack calls the service's image, at its own registry. */
let image: string;
let deployPort: number;

const labels = () =>
  Object.entries(workspace.labels).map(([label, value]) => `--label=${label}=${value}`);

/**
 * Builds a version of the service under the name that the registry has for it. It goes at once when it
 * is told to stop: that nobody asks it any more by then is the deployer's doing.
 */
async function build(version: string, ...lines: readonly string[]): Promise<void> {
  const env = `ENV VERSION=${version} DRAIN_SECONDS=0`;
  const dockerfile = [`FROM ${images.service}`, env, ...lines, ''].join('\n');
  await engine.docker(['build', ...labels(), '--tag', image, '-'], { input: dockerfile });
}

async function push(): Promise<void> {
  await engine.docker(['push', image]);
}

/** Docker Hub's web hook, for a push at a time that is its name. */
const hub = (pushed_at: string, change: object = {}) => ({
  push_data: { tag: 'latest', pushed_at },
  repository: { repo_name: 'tsgen-service' },
  ...change,
});

/** Delivers by hand. Returns status and answer. */
async function deliver(body: string | object, secret = SECRET) {
  const response = await fetch(`http://127.0.0.1:${deployPort}/hooks/${secret}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return [response.status, (await response.json()) as object] as const;
}

async function deployments(): Promise<readonly Deployment[]> {
  const { body } = await get(portFront(deployPort), 'localhost', '/deployments', {
    headers: { authorization: `Bearer ${SECRET}` },
  });
  return (JSON.parse(body) as { readonly deployments: readonly Deployment[] }).deployments;
}

async function stateOfNewest(): Promise<Deployment['state'] | undefined> {
  const [newest] = await deployments();
  return newest?.state;
}

/** Waits until so many deployments are there and over; returns the newest. */
async function deploymentOver(count: number): Promise<Deployment> {
  const states = async () => (await deployments()).map(({ endedAt }) => endedAt !== undefined);
  await expect.poll(states, PATIENT).toEqual(Array(count).fill(true));
  const [newest] = await deployments();
  if (!newest) throw new Error('There is no deployment');
  return newest;
}

interface Seen {
  readonly lost: readonly string[];
  readonly requests: number;
  /** Which versions answered, in the order in which each was seen first. */
  readonly versions: readonly string[];
}

/** Sends requests on new connections and on one that is kept, while something goes on. */
async function watched(work: () => Promise<void>): Promise<Seen> {
  const versions = new Set<string>();
  const site: Served = {
    ...stack.site,
    replicaOf: (answer) => {
      versions.add(String(answer.headers['x-version']));
      return stack.site.replicaOf(answer);
    },
  };
  let kept: Kept | undefined;
  const { lost, requests } = await underLoad(site, async () => {
    kept = await keepingConnection(site, work, 20);
  });
  return {
    lost: [...lost, ...(kept?.lost ?? ['nothing was kept'])],
    requests,
    versions: [...versions],
  };
}

/** Of the service's containers: its name, its image's ID, and the one that Compose takes it for. */
async function running(): Promise<readonly string[]> {
  const ids = (await stack.compose('ps', '-q', 'web')).split('\n').filter(Boolean);
  const format = '{{.Name}} {{.Image}} {{index .Config.Labels "com.docker.compose.image"}} {{.Id}}';
  return (await engine.docker(['inspect', `--format=${format}`, ...ids])).split('\n').sort();
}

const withoutIds = (lines: readonly string[]) =>
  lines.map((line) => line.split(' ').slice(0, 3).join(' '));

async function idOf(name: string): Promise<string> {
  return await engine.docker(['image', 'inspect', '--format={{.Id}}', name]);
}

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `/${stack.project}-web-${index + 1}`);

const runningImage = (count: number, id: string) =>
  names(count).map((name) => `${name} ${id} ${id}`);

beforeAll(async () => {
  const registryPort = await freePort();
  deployPort = await freePort();
  image = `127.0.0.1:${registryPort}/tsgen-service:latest`;
  const registry = workspace.name('registry');
  await engine.docker(
    [
      ...['build', ...labels(), '--tag', registry, '--file=Dockerfile.registry'],
      ...[`--build-arg=NODE_IMAGE=${images.node}`, '.'],
    ],
    { timeoutMs: 280_000 },
  );
  await build('1');
  stack = await ComposeStack.of(['compose/apache.yml', 'compose/delivery.yml'], workspace, {
    images,
    further: { 'tsgen-registry:dev': registry, [image]: image },
    env: {
      REGISTRY_PORT: String(registryPort),
      DEPLOY_PORT: String(deployPort),
      TSGEN_DEPLOY_SECRET: SECRET,
    },
  });
  await stack.scale({ web: 2 }, { wait: true });
  await expectAnswering(stack.site, await stack.replicas(), { timeoutMs: 100_000 });
}, 400_000);

afterAll(() => workspace[Symbol.asyncDispose]());

describe('the delivery stack', () => {
  it('brings a version that is pushed to all replicas, and no request is lost', async () => {
    const before = await stack.replicas();
    const { lost, requests, versions } = await watched(async () => {
      await build('2');
      await push();
      await expect.poll(stateOfNewest, PATIENT).toBe('rolling-out');
      // Two deliveries of another push at once, in the middle.
      const both = await Promise.all([deliver(hub('noon')), deliver(hub('noon'))]);
      expect(both.map(([status]) => status).sort()).toEqual([200, 202]);
      // By then the tag means what the replicas run.
      expect(await deploymentOver(2)).toMatchObject({ id: 2, state: 'unchanged' });
      const [, first] = await deployments();
      expect(first).toMatchObject({
        repository: 'tsgen-service',
        tag: 'latest',
        state: 'succeeded',
        digest: expect.stringMatching(/^sha256:/),
        replicas: names(2).map((name) => ({ name: name.slice(1), outcome: 'replaced' })),
      });
      await expectAnswering(stack.site, await stack.replicas());
    });
    expect(lost).toEqual([]);
    expect(requests).toBeGreaterThan(100);
    expect(versions).toEqual(['1', '2']);
    const after = await stack.replicas();
    expect(after.filter((replica) => before.includes(replica))).toEqual([]);
    expect(withoutIds(await running())).toEqual(runningImage(2, await idOf(image)));
  });

  it('leaves replicas as if Compose had started them', async () => {
    const before = await running();
    await stack.compose('up', '-d', '--scale=web=2');
    expect(await running()).toEqual(before);
    await stack.scale({ web: 3 }, { wait: true });
    const three = await running();
    expect(withoutIds(three)).toEqual(runningImage(3, await idOf(image)));
    expect(three.filter((line) => before.includes(line))).toEqual(before);
    await stack.scale({ web: 2 });
    expect(await running()).toEqual(before);
    await expectAnswering(stack.site, await stack.replicas());
  });

  it('takes back a version that never gets healthy, and says why; no request is lost', async () => {
    const before = await running();
    const good = await idOf(image);
    const { lost, versions } = await watched(async () => {
      await build(
        '3',
        'HEALTHCHECK --interval=1s --retries=1 CMD ["bash", "-c", "echo no database; false"]',
      );
      await push();
      expect(await deploymentOver(3)).toMatchObject({
        state: 'rolled-back',
        reason: `${stack.project}-web-1: it is unhealthy: no database`,
      });
    });
    expect([lost, versions]).toEqual([[], ['2']]);
    expect(await running()).toEqual(before);
    expect(await idOf(image)).toBe(good);
    await stack.compose('up', '-d', '--scale=web=2');
    expect(await running()).toEqual(before);
  });

  it('goes on when the deployer was killed in the middle; no request is lost', async () => {
    const deployer = await stack.containerOf('deployer');
    const beside = async () =>
      await engine.docker(['ps', '-q', `--filter=name=_${stack.project}-web-1$`]);
    const { lost, versions } = await watched(async () => {
      await build('4');
      await push();
      await expect.poll(beside, SOON).not.toBe('');
      await engine.docker(['kill', deployer]);
      await engine.docker(['start', deployer]);
      await expect.poll(() => deployments().catch(() => []), SOON).not.toEqual([]);
      expect(await deploymentOver(4)).toMatchObject({ state: 'succeeded' });
      await expectAnswering(stack.site, await stack.replicas());
    });
    expect([lost, versions]).toEqual([[], ['2', '4']]);
    expect(withoutIds(await running())).toEqual(runningImage(2, await idOf(image)));
  });

  it('answers what it cannot use or pull, and nobody is served less', async () => {
    const registry = await stack.containerOf('registry');
    const before = await running();
    const good = await idOf(image);
    const { lost, versions } = await watched(async () => {
      expect(await deliver(hub('one'), `${SECRET}x`)).toEqual([
        403,
        { error: 'The secret at the end of the path is wrong' },
      ]);
      const other = { repository: { repo_name: 'somebody/else' } };
      expect(await deliver(hub('one', other))).toMatchObject([
        403,
        { error: 'the repository somebody/else is not on the allow list' },
      ]);
      expect(await deliver('x'.repeat(10 * 1024 * 1024))).toEqual([
        413,
        { error: 'The body has more than 256 KiB' },
      ]);
      expect(await deliver('{"push_data":')).toEqual([
        400,
        { error: 'The request is not valid: its body has to be JSON' },
      ]);
      expect(await deployments()).toHaveLength(4);

      const metadata = { callback_url: 'https://169.254.169.254/latest/' };
      expect(await deliver(hub('one', metadata))).toMatchObject([
        202,
        { callback: 'not called: callback_url points to an internal address' },
      ]);
      expect(await deploymentOver(5)).toMatchObject({ state: 'unchanged' });
      expect((await deployments())[0]).not.toHaveProperty('callback');

      await engine.docker(['kill', registry]);
      expect(await deliver(hub('two'))).toMatchObject([202, { deployment: 6 }]);
      expect(await deploymentOver(6)).toMatchObject({
        state: 'pull-failed',
        reason: expect.stringContaining('connection refused'),
        replicas: [],
      });
      await engine.docker(['start', registry]);
    });
    expect([lost, versions]).toEqual([[], ['4']]);
    expect(await running()).toEqual(before);
    expect(await idOf(image)).toBe(good);
  });

  it('lets nobody in who does not know the secret, and tells no log of it', async () => {
    const front = portFront(deployPort);
    expect((await get(front, 'localhost', '/deployments')).status).toBe(401);
    for (const service of ['deployer', 'registry', 'tsgen']) {
      const lines = await engine.logs(await stack.containerOf(service));
      expect(lines.join('\n')).not.toContain(SECRET);
    }
    // Nor does the watch take the deployer's labels for slips.
    expect(await stack.logged('there is no such label')).toBe(0);
    const deployer = await engine.inspect(await stack.containerOf('deployer'));
    const registry = await engine.inspect(await stack.containerOf('registry'));
    for (const { NetworkSettings } of [deployer, registry]) {
      expect(Object.keys(NetworkSettings.Networks)).toEqual([`${stack.project}_delivery`]);
    }
    expect(deployer.Mounts.map(({ Destination }) => Destination).sort()).toEqual([
      '/usr/local/apache2/conf/tsgen',
      '/var/lib/tsgen',
      '/var/run/docker.sock',
    ]);
  });
});
