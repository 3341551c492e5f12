import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { backendSite, expectAnswering } from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import { OwnEngine } from '../support/own-engine.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { Workspace } from '../support/workspace.ts';

const images = inject('images');
const session = inject('session');
const workspace = new Workspace(new Engine(inject('engineHost')), session);
const HOST = 'app.test';
let own: OwnEngine;
let tsgen: TsgenProcess;
let dest: string;

const replica = (name: string, ...args: string[]) =>
  own.engine.docker([
    ...['run', '-d', '--pull=never', '--network=front', '--stop-timeout=1', `--name=${name}`],
    ...[`--hostname=${name}`, `--env=VIRTUAL_HOST=${HOST}`, ...args, images.backend],
  ]);

/** The proxy may have another address after each restart. */
const site = async () => backendSite(await own.containerFront('proxy', 80), HOST);

interface Status {
  readonly engine: { readonly connected: boolean };
}

async function expectConnected(connected: boolean): Promise<void> {
  await vi.waitFor(async () => {
    const { out, err } = await TsgenProcess.run(workspace, ['status', '--json', '--dest', dest]);
    expect(err).toBe('');
    expect((JSON.parse(out) as Status).engine.connected).toBe(connected);
  }, BY_ENGINE);
}

beforeAll(async () => {
  own = await OwnEngine.start(workspace, session, [images.nginx, images.backend]);
  const conf = await workspace.folder('conf.d');
  dest = join(conf, 'default.conf');
  await own.engine.docker(['network', 'create', 'front']);
  await own.engine.docker([
    ...['run', '-d', '--pull=never', '--restart=always', '--network=front', '--name=proxy'],
    ...['--stop-timeout=1', `--volume=${conf}:/etc/nginx/conf.d:ro`, images.nginx],
  ]);
  tsgen = await TsgenProcess.start(workspace, [
    ...['--endpoint', own.engine.host, '--proxy', 'proxy', '--dest', dest],
    ...['--template', 'nginx.conf.hbs', '--check', 'nginx -t -q', '--notify', 'nginx -s reload'],
  ]);
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe('tsgen, when its engine is restarted,', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'follows it again by itself after %s',
    async (signal) => {
      const part = signal.toLowerCase();
      // Not in the order in which they come back: addresses are given out anew.
      await replica(`${part}-leaves`);
      await replica(`${part}-1`, '--restart=always');
      await replica(`${part}-2`, '--restart=always');
      await expectAnswering(await site(), [`${part}-leaves`, `${part}-1`, `${part}-2`]);

      const lost = tsgen.logged('Lost the events of').length;
      await own.down(signal);
      await expectConnected(false);
      await own.up();
      await expectConnected(true);

      await expectAnswering(await site(), [`${part}-1`, `${part}-2`]);
      await replica(`${part}-new`);
      await expectAnswering(await site(), [`${part}-1`, `${part}-2`, `${part}-new`]);
      await own.engine.docker([
        ...['rm', '-f', `${part}-1`, `${part}-2`, `${part}-new`, `${part}-leaves`],
      ]);
      expect(tsgen.logged('Lost the events of').length).toBe(lost + 1);
    },
  );
});
