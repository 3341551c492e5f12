import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { backendSite, expectAnswering, expectStatus, type Served } from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import { OwnEngine } from '../support/own-engine.ts';
import { describeOnSecondEngine } from '../support/second-engine.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { Workspace } from '../support/workspace.ts';

const images = inject('images');
const session = inject('session');
const workspace = new Workspace(new Engine(inject('engineHost')), session);

afterAll(() => workspace[Symbol.asyncDispose]());

it('has a newer engine wherever that can be had, in CI always', () => {
  const isThere = 'programs' in inject('secondEngine');
  expect(isThere || !process.env.CI).toBe(true);
});

describeOnSecondEngine('tsgen, with a newer engine,', (programs) => {
  const HOST = 'app.test';
  let engine: Engine;
  let tsgen: TsgenProcess;
  let dest: string;
  let site: Served;

  const replica = (name: string, image: string = images.backend) =>
    engine.docker([
      ...['run', '-d', '--pull=never', '--network=front', '--stop-timeout=30', `--name=${name}`],
      ...[`--hostname=${name}`, `--env=VIRTUAL_HOST=${HOST}`, image],
    ]);

  beforeAll(async () => {
    const needed = [images.nginx, images.backend, images.checkedBackend];
    const own = await OwnEngine.start(workspace, session, needed, programs);
    ({ engine } = own);
    const conf = await workspace.folder('conf.d');
    dest = join(conf, 'default.conf');
    await engine.docker(['network', 'create', 'front']);
    await engine.docker([
      ...['run', '-d', '--pull=never', '--network=front', '--name=proxy'],
      ...[`--volume=${conf}:/etc/nginx/conf.d:ro`, images.nginx],
    ]);
    tsgen = await TsgenProcess.start(workspace, [
      ...['--endpoint', engine.host, '--proxy', 'proxy', '--dest', dest],
      ...['--template', 'nginx.conf.hbs', '--check', 'nginx -t -q', '--notify', 'nginx -s reload'],
    ]);
    site = backendSite(await own.containerFront('proxy', 80), HOST);
  });

  it('has one that speaks API 1.51 at least, and so does what tests ask it with', async () => {
    const format = '--format={{.Server.APIVersion}} {{.Client.APIVersion}}';
    const versions = await engine.docker(['version', format]);
    for (const version of versions.split(' ')) {
      expect(Number(version.split('.')[1])).toBeGreaterThanOrEqual(51);
    }
  });

  it('follows starts into the file and the proxy, and a kill out of both', async () => {
    await replica('kill1');
    await replica('kill2');
    await expectAnswering(site, ['kill1', 'kill2']);
    expect(await readFile(dest, 'utf8')).toContain('kill2');
    await engine.docker(['kill', 'kill2']);
    await expectAnswering(site, ['kill1']);
    // nginx passes by an address that is gone before it is told.
    await expect.poll(() => readFile(dest, 'utf8')).not.toContain('kill2');
    await engine.docker(['kill', 'kill1']);
    await expectStatus(site.front, HOST, 503);
  });

  it('sends nothing to a container that is being stopped, though it still answers', async () => {
    await replica('stop1');
    await replica('stop2');
    await expectAnswering(site, ['stop1', 'stop2']);
    // It ignores the signal, so that it runs until the time is over.
    const stopped = engine.docker(['stop', 'stop2']);
    try {
      await expectAnswering(site, ['stop1']);
      expect((await engine.inspect('stop2')).State.Running).toBe(true);
    } finally {
      await engine.docker(['kill', 'stop1', 'stop2']);
      await stopped;
    }
  });

  it('sends traffic to a container with a health check only while it is healthy', async () => {
    await replica('health1');
    const checked = await replica('health2', images.checkedBackend);
    const busybox = (...command: string[]) =>
      engine.docker(['exec', checked, '/bin/busybox', ...command]);
    await expect.poll(() => readFile(dest, 'utf8')).toContain('health2');
    await expectAnswering(site, ['health1']);
    await busybox('touch', '/healthy');
    await expectAnswering(site, ['health1', 'health2']);
    await busybox('rm', '/healthy');
    await expectAnswering(site, ['health1']);
    expect(tsgen.logged('Lost the events of')).toEqual([]);
  });
});
