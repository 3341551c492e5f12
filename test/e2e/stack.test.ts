import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { answering, backendSite, expectAnswering, expectStatus } from '../support/answering.ts';
import { ComposeStack } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { get } from '../support/http.ts';
import { expectFollowedScale } from '../support/scaled.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
const DEST = '/etc/nginx/conf.d/default.conf';
let stack: ComposeStack;

beforeAll(async () => {
  // It builds its own images, as for a user; the other stacks' files take the run's.
  stack = await ComposeStack.of('compose/nginx.yml', workspace);
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe('the nginx stack, however it is started,', () => {
  beforeEach(() => stack.down());

  it('serves when the proxy comes first', async () => {
    await stack.upInOrder(['proxy', 'tsgen', 'web']);
    await expectAnswering(stack.site, await stack.replicas());
  });

  it('serves when the proxy comes last, and is not healthy before', async () => {
    await stack.up('tsgen');
    await stack.up('web', '--scale=web=2', '--wait');
    const healthcheck = ['exec', '--user=node', await stack.containerOf('tsgen'), 'sh', '-c'];
    const script = 'tsgen healthcheck; echo "exit code $?"';
    expect(await engine.docker([...healthcheck, script])).toMatch(
      /^unhealthy: no configuration is live yet: .*proxy.*\nexit code 1$/,
    );
    await stack.up('proxy');
    await expectAnswering(stack.site, await stack.replicas());
  });

  it('serves from the moment on when tsgen is healthy, which comes last', async () => {
    await stack.up('web', '--scale=web=2', '--wait');
    await stack.up('proxy');
    await stack.up('tsgen', '--wait');
    expect(await answering(stack.site, 30)).toEqual(new Set(await stack.replicas()));
    const asked = ['exec', '--user=node', await stack.containerOf('tsgen'), 'perl'];
    expect(await engine.docker([...asked, '/usr/local/lib/tsgen/ask-health.pl'])).toMatch(
      /^healthy: .* is live$/,
    );
  });
});

describe('the nginx stack', () => {
  beforeAll(async () => {
    await stack.down();
    await stack.compose('up', '-d', '--build', '--wait', '--scale=web=3');
  });

  beforeEach(async () => {
    expect(await stack.containersOf('proxy')).toHaveLength(1);
  });

  it('serves as soon as Compose has waited for it', async () => {
    // tsgen may be healthy before the last replica is: that it is served is a matter of moments.
    await expectAnswering(stack.site, await stack.replicas());
  });

  it('answers what the service computes', async () => {
    const { status, headers, body } = await get(stack.front, 'localhost', '/is_prime/1234');
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({
      status: 200,
      body: { integer: 1234, is_prime: false },
    });
    expect(await stack.replicas()).toContain(headers['x-served-by']);
  });

  it.each([6, 2])('follows a scale to %i and loses no request', async (count) => {
    await expectFollowedScale(stack, count);
  });

  it('keeps the Docker socket from the proxy', async () => {
    const { Mounts } = await engine.inspect(await stack.containerOf('proxy'));
    expect(Mounts.map(({ Destination }) => Destination)).toEqual(['/etc/nginx/conf.d']);
  });

  it('runs tsgen as a user other than root, with nothing left of root', async () => {
    const tsgen = await stack.containerOf('tsgen');
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
    const tsgen = await stack.containerOf('tsgen');
    for (const user of ['root', 'node']) {
      const status = await engine.docker(['exec', `--user=${user}`, tsgen, 'tsgen', 'status']);
      expect(status).toContain(`${DEST} is live`);
    }
  });

  it("logs docker-gen's two lines once for each real change, and for nothing else", async () => {
    const { NetworkSettings } = await engine.inspect(await stack.containerOf('proxy'));
    const [network = ''] = Object.keys(NetworkSettings.Networks);
    const counts = async () => ({
      generated: await stack.logged(`Generated '${DEST}' from `),
      ran: await stack.logged("Running 'nginx -s reload'"),
      unchanged: await stack.logged(`Contents of ${DEST} did not change`),
    });
    const tsgen = await stack.containerOf('tsgen');
    // Answered when all that is known by now is live.
    const refresh = () => engine.docker(['exec', '--user=node', tsgen, 'tsgen', 'refresh']);
    await refresh();
    const before = await counts();
    expect(before.generated).toBeGreaterThan(0);
    expect(before.ran).toBe(before.generated);

    const plain = await workspace.run('plain', images.backend, { network });
    await vi.waitFor(
      async () => expect((await counts()).unchanged).toBeGreaterThan(before.unchanged),
      BY_ENGINE,
    );
    const same = { generated: before.generated, ran: before.ran };
    expect(await counts()).toMatchObject(same);

    const host = workspace.host('log');
    const site = await workspace.run('site', images.backend, {
      network,
      env: { VIRTUAL_HOST: host },
    });
    await expectAnswering(backendSite(stack.front, host), ['site']);
    await engine.docker(['rm', '-f', plain]);
    await refresh();
    const once = { generated: before.generated + 1, ran: before.ran + 1 };
    expect(await counts()).toMatchObject(once);

    const second = await workspace.run('second', images.backend, {
      network,
      env: { VIRTUAL_HOST: host },
    });
    await expectAnswering(backendSite(stack.front, host), ['site', 'second']);
    // Its signal takes it out; that it is gone changes a comment, for which nobody is told.
    await engine.docker(['rm', '-f', second]);
    await expectAnswering(backendSite(stack.front, host), ['site']);
    await refresh();
    const thrice = { generated: once.generated + 2, ran: once.ran + 2 };
    expect(await counts()).toMatchObject(thrice);

    // The last of a site: first the site is without a server, then there is no site.
    await engine.docker(['rm', '-f', site]);
    await expectStatus(stack.front, host, 503);
    await refresh();
    const { generated, ran } = await counts();
    expect(ran).toBe(generated);
    expect(ran - thrice.ran).toBeOneOf([1, 2]);
  });

  it('leaves nothing behind when it is taken down', async () => {
    await engine.docker([
      'rm',
      '-f',
      ...(await engine.docker(['ps', '-aq', `--filter=name=${workspace.name('')}`]))
        .split('\n')
        .filter(Boolean),
    ]);
    await stack.down();
    const filter = `--filter=label=com.docker.compose.project=${stack.project}`;
    for (const list of [
      ['ps', '-aq'],
      ['network', 'ls', '-q'],
      ['volume', 'ls', '-q'],
    ]) {
      expect(await engine.docker([...list, filter])).toBe('');
    }
  });
});
