import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import {
  answering,
  backendSite,
  expectAnswering,
  expectStatus,
  serviceSite,
} from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import { freePort } from '../support/free-port.ts';
import { get, portFront } from '../support/http.ts';
import { underLoad } from '../support/load.ts';
import { undisturbed } from '../support/undisturbed.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
const project = workspace.name('stack');
const SOON = { timeout: 20_000, interval: 100 };
const DEST = '/etc/nginx/conf.d/default.conf';
let port: number;
let files: readonly string[];

const compose = (...args: string[]) =>
  engine.docker(['compose', '-p', project, ...files, ...args], {
    timeoutMs: 240_000,
    env: { PORT: String(port), DOCKER_SOCKET: engine.socketPath },
  });

const down = () => compose('down', '-v', '--timeout=1', '--remove-orphans');

const site = () => serviceSite(portFront(port), 'localhost');

/** Names of the stack's containers of a service, as Docker has them. */
async function containersOf(service: string): Promise<readonly string[]> {
  const ids = await compose('ps', '-q', service);
  const found = await Promise.all(
    ids
      .split('\n')
      .filter(Boolean)
      .map((id) => engine.inspect(id)),
  );
  return found.map(({ Name }) => Name.slice(1));
}

async function containerOf(service: string): Promise<string> {
  const [name, ...more] = await containersOf(service);
  if (name === undefined || more.length > 0) throw new Error(`There is not one ${service}`);
  return name;
}

/** A replica calls itself by its host name, which Docker takes from its ID. */
async function replicas(): Promise<readonly string[]> {
  const names = await containersOf('web');
  return await Promise.all(names.map(async (name) => (await engine.inspect(name)).Config.Hostname));
}

async function logged(part: string): Promise<number> {
  const lines = await engine.logs(await containerOf('tsgen'));
  return lines.filter((line) => line.includes(part)).length;
}

beforeAll(async () => {
  port = await freePort();
  // The same stack, but for whose things they are: not the tags and names of a user's own.
  const { labels } = workspace;
  const built = (image: string) => ({ image, labels, build: { labels } });
  const override = join(await workspace.folder('compose'), 'override.json');
  await writeFile(
    override,
    JSON.stringify({
      services: {
        proxy: { labels },
        tsgen: built(workspace.name('gen')),
        web: built(workspace.name('service')),
      },
      networks: { default: { labels } },
      volumes: { conf: { labels } },
    }),
  );
  files = ['-f', 'compose/nginx.yml', '-f', override];
  workspace.defer(down);
  await compose('build');
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe('the nginx stack, however it is started,', () => {
  beforeEach(down);

  const up = (service: string, ...args: string[]) =>
    compose('up', '-d', '--no-deps', ...args, service);

  it('serves when the proxy comes first', async () => {
    await up('proxy');
    await up('tsgen');
    await up('web', '--scale=web=2');
    await expectAnswering(site(), await replicas(), { timeoutMs: 60_000 });
  });

  it('serves when the proxy comes last, and is not healthy before', async () => {
    await up('tsgen');
    await up('web', '--scale=web=2', '--wait');
    const healthcheck = ['exec', '--user=node', await containerOf('tsgen'), 'sh', '-c'];
    const script = 'tsgen healthcheck; echo "exit code $?"';
    expect(await engine.docker([...healthcheck, script])).toMatch(
      /^unhealthy: no configuration is live yet: .*proxy.*\nexit code 1$/,
    );
    await up('proxy');
    await expectAnswering(site(), await replicas(), { timeoutMs: 60_000 });
  });

  it('serves from the moment on when tsgen is healthy, which comes last', async () => {
    await up('web', '--scale=web=2', '--wait');
    await up('proxy');
    await up('tsgen', '--wait');
    expect(await answering(site(), 30)).toEqual(new Set(await replicas()));
  });
});

describe('the nginx stack', () => {
  beforeAll(async () => {
    await down();
    await compose('up', '-d', '--build', '--wait', '--scale=web=3');
  });

  beforeEach(async () => {
    expect(await containersOf('proxy')).toHaveLength(1);
  });

  it('serves as soon as Compose has waited for it', async () => {
    // tsgen may be healthy before the last replica is: that it is served is a matter of moments.
    await expectAnswering(site(), await replicas());
  });

  it('answers what the service computes', async () => {
    const { status, headers, body } = await get(portFront(port), 'localhost', '/is_prime/1234');
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({
      status: 200,
      body: { integer: 1234, is_prime: false },
    });
    expect(await replicas()).toContain(headers['x-served-by']);
  });

  it.each([6, 2])('follows a scale to %i and loses no request', async (count) => {
    const { requests, lost } = await underLoad(site(), async () => {
      await compose('up', '-d', '--no-recreate', `--scale=web=${count}`);
      const expected = await replicas();
      expect(expected).toHaveLength(count);
      await expectAnswering(site(), expected);
    });
    expect(requests).toBeGreaterThan(100);
    expect(lost).toEqual([]);
  });

  it('keeps the Docker socket from the proxy', async () => {
    const { Mounts } = await engine.inspect(await containerOf('proxy'));
    expect(Mounts.map(({ Destination }) => Destination)).toEqual(['/etc/nginx/conf.d']);
  });

  it('runs tsgen as a user other than root, with nothing left of root', async () => {
    const tsgen = await containerOf('tsgen');
    const status = await engine.docker(['exec', tsgen, 'cat', '/proc/1/status']);
    expect(await engine.docker(['exec', tsgen, 'cat', '/proc/1/cmdline'])).toContain('tsgen');
    const field = (name: string) => status.match(new RegExp(`^${name}:\\s*(.*)$`, 'm'))?.[1];
    expect(field('Uid')).toBe('1000\t1000\t1000\t1000');
    expect(field('Gid')).toBe('1000\t1000\t1000\t1000');
    expect(field('CapPrm')).toBe('0000000000000000');
    expect(field('CapEff')).toBe('0000000000000000');
    expect(field('NoNewPrivs')).toBe('1');
  });

  it('answers its clients in the container, also when root asks', async () => {
    const tsgen = await containerOf('tsgen');
    for (const user of ['root', 'node']) {
      const status = await engine.docker(['exec', `--user=${user}`, tsgen, 'tsgen', 'status']);
      expect(status).toContain(`${DEST} is live`);
    }
  });

  it("logs docker-gen's two lines once for each real change, and for nothing else", async () => {
    const { NetworkSettings } = await engine.inspect(await containerOf('proxy'));
    const [network = ''] = Object.keys(NetworkSettings.Networks);
    const counts = async () => ({
      generated: await logged(`Generated '${DEST}' from `),
      ran: await logged("Running 'nginx -s reload'"),
      unchanged: await logged(`Contents of ${DEST} did not change`),
    });
    const tsgen = await containerOf('tsgen');
    // Answered when all that is known by now is live.
    const refresh = () => engine.docker(['exec', '--user=node', tsgen, 'tsgen', 'refresh']);
    let run = 0;
    await undisturbed(engine, async () => {
      run += 1;
      await refresh();
      const before = await counts();
      expect(before.generated).toBeGreaterThan(0);
      expect(before.ran).toBe(before.generated);

      const plain = await workspace.run(`plain${run}`, images.backend, { network });
      await vi.waitFor(
        async () => expect((await counts()).unchanged).toBeGreaterThan(before.unchanged),
        SOON,
      );
      const same = { generated: before.generated, ran: before.ran };
      expect(await counts()).toMatchObject(same);

      const host = workspace.host(`log${run}`);
      const site = await workspace.run(`site${run}`, images.backend, {
        network,
        env: { VIRTUAL_HOST: host },
      });
      await expectAnswering(backendSite(portFront(port), host), [`site${run}`]);
      await engine.docker(['rm', '-f', plain]);
      await refresh();
      const once = { generated: before.generated + 1, ran: before.ran + 1 };
      expect(await counts()).toMatchObject(once);

      const second = await workspace.run(`second${run}`, images.backend, {
        network,
        env: { VIRTUAL_HOST: host },
      });
      await expectAnswering(backendSite(portFront(port), host), [`site${run}`, `second${run}`]);
      // Its signal takes it out; that it is gone changes a comment, for which nobody is told.
      await engine.docker(['rm', '-f', second]);
      await expectAnswering(backendSite(portFront(port), host), [`site${run}`]);
      await refresh();
      const thrice = { generated: once.generated + 2, ran: once.ran + 2 };
      expect(await counts()).toMatchObject(thrice);

      // The last of a site: first the site is without a server, then there is no site.
      await engine.docker(['rm', '-f', site]);
      await expectStatus(portFront(port), host, 503);
      await refresh();
      const { generated, ran } = await counts();
      expect(ran).toBe(generated);
      expect(ran - thrice.ran).toBeOneOf([1, 2]);
    });
  });

  it('leaves nothing behind when it is taken down', async () => {
    await engine.docker([
      'rm',
      '-f',
      ...(await engine.docker(['ps', '-aq', `--filter=name=${workspace.name('')}`]))
        .split('\n')
        .filter(Boolean),
    ]);
    await down();
    const filter = `--filter=label=com.docker.compose.project=${project}`;
    for (const list of [
      ['ps', '-aq'],
      ['network', 'ls', '-q'],
      ['volume', 'ls', '-q'],
    ]) {
      expect(await engine.docker([...list, filter])).toBe('');
    }
  });
});
