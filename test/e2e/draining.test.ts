import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { expectAnswering } from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import { get } from '../support/http.ts';
import { underLoad } from '../support/load.ts';
import { NginxScene } from '../support/nginx-scene.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
let scene: NginxScene;
let host: string;

beforeAll(async () => {
  scene = await NginxScene.start(workspace, images, { hooks: true });
  host = workspace.host('a');
  await scene.serve(host, images.backend, ['a1', 'a2']);
});

afterAll(() => workspace[Symbol.asyncDispose]());

const tsgen = (...args: readonly string[]) =>
  engine.docker(['exec', scene.tsgen, 'tsgen', ...args]);

/** Without those that one of the back ends of these names has answered. */
const unanswered = (answers: readonly string[]) =>
  answers.filter((answer) => !/^(?:a1|a2|alone1)$/.test(answer));

describe('tsgen drain, before nginx,', () => {
  it('lets a replica go under load, without a request lost, and takes it back', async () => {
    const replica = workspace.name('a2');
    const { requests, lost } = await underLoad(scene.site(host), async () => {
      const said = await tsgen('drain', replica);
      expect(said).toContain('is drained: the proxy gives it no new request and has none open');
      // Nobody asks it any more, though it would answer.
      await expectAnswering(scene.site(host), ['a1']);
      expect(await tsgen('status')).toMatch(new RegExp(`${replica}\\s+drained`));
      await tsgen('undrain', replica);
      await expectAnswering(scene.site(host), ['a1', 'a2']);
      await tsgen('drain', replica, '--stop');
    });
    expect(unanswered(lost)).toEqual([]);
    expect(requests).toBeGreaterThan(50);
    expect((await engine.inspect(replica)).State.Running).toBe(false);
    await engine.docker(['start', replica]);
    await expectAnswering(scene.site(host), ['a1', 'a2']);
  });
});

describe('tsgen rollback and resume, before nginx,', () => {
  it('have traffic follow the earlier set while containers come, and then the containers', async () => {
    const site = scene.site(host);
    const third = await scene.replica('a3', images.backend, host);
    await expectAnswering(site, ['a1', 'a2', 'a3']);
    const live = new RegExp(`^● (\\d+) .*\\+${workspace.name('a3')} .* reload +after `, 'm');
    await vi.waitFor(async () => expect(await tsgen('history')).toMatch(live), BY_ENGINE);
    const [, number = ''] = live.exec(await tsgen('history')) ?? [];
    expect(await tsgen('history', number)).toMatch(
      new RegExp(`^\\+ +server .*# ${workspace.name('a3')},`, 'm'),
    );

    expect(await tsgen('rollback')).toMatch(
      /^set \d+, from .* is held until tsgen resume: applied/,
    );
    await expectAnswering(site, ['a1', 'a2']);
    const late = workspace.host('late-set');
    const other = await scene.replica('late2', images.backend, late);
    await vi.waitFor(async () => {
      expect(await tsgen('status')).toContain(`+${workspace.name('late2')}`);
    }, BY_ENGINE);
    await expectAnswering(site, ['a1', 'a2']);
    expect(await tsgen('healthcheck')).toMatch(/^healthy: .* of its history is held/);

    expect(await tsgen('resume')).toContain('is not held any more: applied');
    await expectAnswering(site, ['a1', 'a2', 'a3']);
    await expectAnswering(scene.site(late), ['late2']);
    await engine.docker(['rm', '-f', third, other]);
    await expectAnswering(site, ['a1', 'a2']);
  });
});

describe('a configuration that nginx rejects because of one container', () => {
  it('goes live without that one, over a restart of tsgen too, and with it once that is mended', async () => {
    const bad = workspace.host('bad');
    const put = (text: string) =>
      engine.docker(['exec', scene.proxy, 'sh', '-c', `echo '${text}' >/etc/nginx/vhost.d/${bad}`]);
    await put('no_such_directive on;');
    await scene.replica('bad1', images.backend, bad);
    const good = workspace.host('good');
    await scene.replica('good1', images.backend, good);
    await expectAnswering(scene.site(good), ['good1']);
    await expectAnswering(scene.site(host), ['a1', 'a2']);
    const told = `${workspace.name('bad1')}: check='nginx: [emerg] unknown directive "no_such_directive"`;
    expect(await tsgen('status')).toContain(told);
    expect(await scene.config()).toContain(told);
    expect(await tsgen('explain', workspace.name('bad1'))).toContain('set aside');

    await engine.docker(['restart', '--time=5', scene.tsgen]);
    await scene.healthy();
    const late = workspace.host('late');
    await scene.replica('late1', images.backend, late);
    await expectAnswering(scene.site(late), ['late1']);
    expect(await tsgen('status')).toContain(told);

    await put('# mended');
    await expectAnswering(scene.site(bad), ['bad1']);
    expect(await tsgen('status')).not.toContain('no_such_directive');
  });
});

describe('the last container of a site', () => {
  it('answers until it is gone, and then nginx says 503 and when to come again', async () => {
    const alone = workspace.host('alone');
    const site = scene.site(alone);
    const last = await scene.replica('alone1', images.backend, alone, {
      args: ['--stop-timeout=100'],
    });
    await expectAnswering(site, ['alone1']);
    // It ignores the signal, so that it runs until it is killed.
    const stopped = engine.docker(['stop', last]);
    try {
      const { lost } = await underLoad(site, async () => {
        await vi.waitFor(async () => {
          expect(await scene.config()).toContain('stopping; nobody else is left');
        }, BY_ENGINE);
      });
      expect(unanswered(lost)).toEqual([]);
    } finally {
      await engine.docker(['kill', last]);
      await stopped;
    }
    await vi.waitFor(async () => {
      const { status, headers } = await get(scene.front, alone, '/');
      expect([status, headers['retry-after']]).toEqual([503, '5']);
    }, BY_ENGINE);
  });
});
