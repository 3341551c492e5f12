import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { answering, expectAnswering, expectStatus } from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import { NginxScene } from '../support/nginx-scene.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
let scene: NginxScene;

beforeAll(async () => {
  scene = await NginxScene.start(workspace, images);
});

afterAll(() => workspace[Symbol.asyncDispose]());

const touch = (container: string, path: string) =>
  engine.docker(['exec', container, '/bin/busybox', 'touch', path]);
const unlink = (container: string, path: string) =>
  engine.docker(['exec', container, '/bin/busybox', 'rm', path]);

async function expectHealth(container: string, status: string): Promise<void> {
  await vi.waitFor(
    async () => expect((await engine.inspect(container)).State.Health?.Status).toBe(status),
    BY_ENGINE,
  );
}

describe('nginx, with tsgen beside it,', () => {
  it('answers 503 for a host that nobody asked for', async () => {
    await expectStatus(scene.front, workspace.host('nobody'), 503);
  });

  it('follows starts and removals', async () => {
    const host = workspace.host('scale');
    await scene.replica('scale1', images.backend, host);
    await expectAnswering(scene.site(host), ['scale1']);
    const [, third] = await Promise.all([
      scene.replica('scale2', images.backend, host),
      scene.replica('scale3', images.backend, host),
      scene.replica('scale4', images.backend, host),
    ]);
    await expectAnswering(scene.site(host), ['scale1', 'scale2', 'scale3', 'scale4']);
    await engine.docker(['rm', '-f', third, workspace.name('scale4')]);
    await expectAnswering(scene.site(host), ['scale1', 'scale2']);
  });

  it('sends nothing to a container that is being stopped, though it still answers', async () => {
    const host = workspace.host('stop');
    const site = scene.site(host);
    await scene.replica('stop1', images.backend, host);
    const stopping = await scene.replica('stop2', images.backend, host);
    await expectAnswering(site, ['stop1', 'stop2']);
    // It ignores the signal, so that it runs until the time is over.
    const stopped = engine.docker(['stop', '--time=8', stopping]);
    try {
      await expectAnswering(site, ['stop1'], { timeoutMs: 7_000 });
      expect((await engine.inspect(stopping)).State.Running).toBe(true);
    } finally {
      await stopped;
    }
    await expectAnswering(site, ['stop1']);
    await engine.docker(['start', stopping]);
    await expectAnswering(site, ['stop1', 'stop2']);
  });

  it('takes a container back that was told to stop and did not', async () => {
    const host = workspace.host('ignore');
    const site = scene.site(host);
    await scene.replica('ignore1', images.backend, host);
    const ignoring = await scene.replica('ignore2', images.backend, host);
    await expectAnswering(site, ['ignore1', 'ignore2']);
    await engine.docker(['kill', '--signal=TERM', ignoring]);
    await expectAnswering(site, ['ignore1']);
    await expectAnswering(site, ['ignore1', 'ignore2'], { timeoutMs: 15_000 });
  });

  it('follows a kill, and the last one of a site', async () => {
    const host = workspace.host('kill');
    const site = scene.site(host);
    const killed = await scene.replica('kill1', images.backend, host);
    const last = await scene.replica('kill2', images.backend, host);
    await expectAnswering(site, ['kill1', 'kill2']);
    await engine.docker(['kill', killed]);
    await expectAnswering(site, ['kill2']);
    await engine.docker(['kill', last]);
    await expectStatus(scene.front, host, 503);
  });

  it('follows one that ends by itself, and one that the engine restarts', async () => {
    const host = workspace.host('end');
    const site = scene.site(host);
    // It serves until there is a file /end, which it takes away.
    const program = 'httpd -p 80 -h / && until rm /end 2>/dev/null; do sleep 0.1; done';
    const command = ['/bin/busybox', 'sh', '-c', program];
    await scene.replica('end1', images.backend, host);
    const ends = await scene.replica('end2', images.backend, host, { command });
    const restarts = await scene.replica('end3', images.backend, host, {
      command,
      args: ['--restart=always'],
    });
    await expectAnswering(site, ['end1', 'end2', 'end3']);
    const { State: before } = await engine.inspect(restarts);
    await Promise.all([touch(ends, '/end'), touch(restarts, '/end')]);
    await vi.waitFor(async () => {
      const { State } = await engine.inspect(restarts);
      expect(State.Running).toBe(true);
      expect(State.Pid).not.toBe(before.Pid);
    }, BY_ENGINE);
    await expectAnswering(site, ['end1', 'end3']);
    expect((await engine.inspect(ends)).State.Status).toBe('exited');
  });

  it('leaves a paused container out until it goes on', async () => {
    const host = workspace.host('pause');
    const site = scene.site(host);
    await scene.replica('pause1', images.backend, host);
    const paused = await scene.replica('pause2', images.backend, host);
    await expectAnswering(site, ['pause1', 'pause2']);
    await engine.docker(['pause', paused]);
    await expectAnswering(site, ['pause1']);
    await engine.docker(['unpause', paused]);
    await expectAnswering(site, ['pause1', 'pause2']);
  });

  it('sends traffic to a container with a health check only while it is healthy', async () => {
    const host = workspace.host('health');
    const site = scene.site(host);
    const checked = await scene.replica('health1', images.checkedBackend, host);
    await expectHealth(checked, 'starting');
    // Rendered with it: a site that has somebody, but nobody who is ready.
    await vi.waitFor(async () => expect(await scene.config()).toContain(host), BY_ENGINE);
    await expectStatus(scene.front, host, 503);

    await touch(checked, '/healthy');
    await expectAnswering(site, ['health1']);
    await scene.replica('health2', images.backend, host);
    await expectAnswering(site, ['health1', 'health2']);

    await unlink(checked, '/healthy');
    await expectHealth(checked, 'unhealthy');
    await expectAnswering(site, ['health2']);

    await touch(checked, '/healthy');
    await expectHealth(checked, 'healthy');
    await expectAnswering(site, ['health1', 'health2']);
  });

  it('follows a container onto its network and off it', async () => {
    const host = workspace.host('connect');
    const site = scene.site(host);
    const elsewhere = await workspace.network('elsewhere');
    await scene.replica('connect1', images.backend, host);
    const roaming = await scene.replica('connect2', images.backend, host, { network: elsewhere });
    await vi.waitFor(async () => expect(await scene.config()).toContain(roaming), BY_ENGINE);
    await expectAnswering(site, ['connect1']);
    await engine.docker(['network', 'connect', scene.network, roaming]);
    await expectAnswering(site, ['connect1', 'connect2']);
    await engine.docker(['network', 'disconnect', scene.network, roaming]);
    await expectAnswering(site, ['connect1']);
  });

  it('calls a container by its new name', async () => {
    const host = workspace.host('rename');
    const before = await scene.replica('rename1', images.backend, host);
    await expectAnswering(scene.site(host), ['rename1']);
    const after = workspace.name('rename-after');
    await engine.docker(['rename', before, after]);
    await vi.waitFor(async () => {
      const config = await scene.config();
      expect(config).toContain(after);
      expect(config).not.toContain(before);
    }, BY_ENGINE);
    await expectAnswering(scene.site(host), ['rename1']);
  });

  it('finds a container that comes back with another address', async () => {
    const host = workspace.host('move');
    const site = scene.site(host);
    const addressOf = async (container: string) =>
      (await engine.inspect(container)).NetworkSettings.Networks[scene.network]?.IPAddress;
    const moving = await scene.replica('move1', images.backend, host);
    await expectAnswering(site, ['move1']);
    const before = await addressOf(moving);
    await engine.docker(['stop', moving]);
    await expectStatus(scene.front, host, 503);
    // Whoever comes now may get the address; one that is no part of the site must not be asked.
    let taken: string | undefined;
    for (let i = 1; i <= 5 && taken !== before; i += 1) {
      const other = await workspace.run(`taker${i}`, images.backend, { network: scene.network });
      taken = await addressOf(other);
    }
    await engine.docker(['start', moving]);
    await expectAnswering(site, ['move1']);
    expect(await addressOf(moving)).not.toBe(before);
  });

  it.each([
    {
      part: 'brace',
      variable: 'VIRTUAL_HOST',
      value: 'evil.test; } server { listen 81;',
      why: /a name consists of letters, digits/,
    },
    { part: 'port', variable: 'VIRTUAL_PORT', value: '99999', why: /65535/ },
  ])(
    'lets no invalid $variable change anything for others',
    async ({ part, variable, value, why }) => {
      const host = workspace.host(`neighbour-${part}`);
      const site = scene.site(host);
      await scene.replica(`${part}1`, images.backend, host);
      await expectAnswering(site, [`${part}1`]);
      const before = ownPart(await scene.config());

      const bad = await scene.replica(`${part}2`, images.backend, host, {
        env: { [variable]: value },
      });
      await vi.waitFor(
        async () => expect(await scene.logged(`Container ${bad}: `)).toHaveLength(1),
        BY_ENGINE,
      );
      const [warning] = await scene.logged(`Container ${bad}: `);
      expect(warning).toMatch(/^\S+ WARN {2}/);
      const [, reason] = warning?.split(`: ${variable}='${value}': `) ?? [];
      expect(reason).toMatch(why);
      await expectAnswering(site, [`${part}1`]);
      expect(ownPart(await scene.config())).toEqual(before);

      await engine.docker(['rm', '-f', bad]);
      await scene.replica(`${part}3`, images.backend, host);
      await expectAnswering(site, [`${part}1`, `${part}3`]);
      await engine.docker(['rm', '-f', workspace.name(`${part}3`)]);
      await expectAnswering(site, [`${part}1`]);
      // First it is stopping, which is worth a comment.
      await expect.poll(async () => ownPart(await scene.config())).toEqual(before);
      expect(await answering(site, 5)).toEqual(new Set([`${part}1`]));
    },
  );
});

/**
 * What the configuration says of this test's hosts: top level blocks that name one. Others may come
 * and go on the same engine, and comments at the top tell of problems.
 */
function ownPart(config: string): readonly string[] {
  const blocks = config.split(/^(?=\S)/m).filter((block) => !block.startsWith('#'));
  // A site that nobody serves any more goes by itself, after a minute.
  const served = blocks.filter((block) => !block.includes('# Nobody is there at the moment.'));
  const own = served.filter((block) => block.includes(workspace.id));
  expect(own).not.toEqual([]);
  return own;
}
