import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Engine } from '../support/engine.ts';
import { NginxScene } from '../support/nginx-scene.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));

let scene: NginxScene;
let healthy: string;
let unhealthy: string;
let unreachable: string;
let misconfigured: string;

/** What a newcomer runs into: one container of each kind, beside an nginx and its tsgen. */
beforeAll(async () => {
  scene = await NginxScene.start(workspace, images);
  const back = await workspace.network('back');
  const app = workspace.host('app');
  healthy = await scene.replica('web1', images.backend, app);
  unhealthy = await scene.replica('web2', images.checkedBackend, app);
  unreachable = await scene.replica('lost', images.backend, workspace.host('lost'), {
    network: back,
  });
  misconfigured = await scene.replica('bad', images.backend, workspace.host('bad'), {
    env: { VIRTUAL_PORT: 'http' },
  });
  // Healthy once, so that the first failure makes it unhealthy.
  await engine.docker(['exec', unhealthy, '/bin/busybox', 'touch', '/healthy']);
  await expectHealth(unhealthy, 'healthy');
  await engine.docker(['exec', unhealthy, '/bin/busybox', 'rm', '/healthy']);
  await expectHealth(unhealthy, 'unhealthy');
});

afterAll(() => workspace[Symbol.asyncDispose]());

async function expectHealth(container: string, status: string): Promise<void> {
  await vi.waitFor(async () => {
    expect((await engine.inspect(container)).State.Health?.Status).toBe(status);
  }, BY_ENGINE);
}

const tsgen = async (...args: string[]) => {
  const ended = await TsgenProcess.run(workspace, args);
  expect(ended.code, ended.err).toBe(0);
  return ended.out;
};

/** The rows about this workspace's containers, each with those below it; others' may be about. */
function ownRows(table: string): readonly string[] {
  const rows = table.split('\n').filter((line) => /^[●○!] | {6,}→/.test(line));
  const own: string[] = [];
  let isOwn = false;
  for (const row of rows) {
    // Other rows may name this workspace's proxy in their reason.
    if (/^[●○!] \S/.test(row)) isOwn = row.startsWith(workspace.name(''), 2);
    if (isOwn) own.push(row.replaceAll(/ {2,}/g, '  ').trim());
  }
  return own;
}

const addressOf = async (container: string, network: string) =>
  (await engine.inspect(container)).NetworkSettings.Networks[network]?.IPAddress;

describe('tsgen explain, on a real engine', () => {
  it('tells in one look who gets traffic, who does not, why, and what to do', async () => {
    const { network, proxy } = scene;
    const table = await tsgen('explain', '--proxy', proxy);
    expect(table).toContain(`Seen by ${proxy}, on the network ${network}.`);
    expect(ownRows(table)).toEqual([
      `! ${misconfigured}  –  VIRTUAL_PORT='http': a port is one whole number from 1 to 65535; the container gets no traffic until this is mended`,
      '→ mend VIRTUAL_PORT and create the container anew (docker compose up -d does)',
      `! ${unreachable}  ${workspace.host('lost')}  none: shares no network with the proxy (it is on only ${workspace.name('back')}, ${proxy} on ${network})`,
      `→ docker network connect ${network} ${unreachable}`,
      `● ${healthy}  ${workspace.host('app')}  ${await addressOf(healthy, network)}:80 over ${network}`,
      `○ ${unhealthy}  ${workspace.host('app')}  none: unhealthy`,
      `→ see what its health check says: docker inspect -f '{{json .State.Health.Log}}' ${unhealthy}`,
    ]);
  });

  it('gives advice that works', async () => {
    const [, ...lines] = (await tsgen('explain', unreachable, '--proxy', scene.proxy)).split('\n');
    const advice = lines.map((line) => /^ *→ docker (.*)$/.exec(line)?.[1]).find(Boolean) ?? '';
    await engine.docker(advice.split(' '));
    try {
      expect(await tsgen('explain', unreachable, '--proxy', scene.proxy)).toContain(
        `● ${workspace.host('lost')}: ${await addressOf(unreachable, scene.network)}:80 over ${scene.network}`,
      );
    } finally {
      await engine.docker(['network', 'disconnect', scene.network, unreachable]);
    }

    const said = /→ see what its health check says: docker (inspect .*)$/m.exec(
      await tsgen('explain', unhealthy, '--proxy', scene.proxy),
    )?.[1];
    const log = await engine.docker((said ?? '').replaceAll("'", '').split(/ (?!\.)/));
    expect(JSON.parse(log)).toContainEqual(expect.objectContaining({ ExitCode: 1 }));
  });

  it('knows beside a watch who the proxy is', async () => {
    const report = JSON.parse(
      await engine.docker([
        ...['exec', scene.tsgen, 'tsgen-entrypoint', 'tsgen', 'explain', '--json'],
      ]),
    );
    expect(report.proxy).toMatchObject({ name: scene.proxy, networks: [scene.network] });
  });
});

describe('tsgen diff and --from, on a real engine', () => {
  it('shows what a change of the containers changes in the file', async () => {
    const folder = await workspace.folder('diff');
    const dest = join(folder, 'nginx.conf');
    const file = join(folder, 'inventory.json');
    const args = ['--template', 'nginx.conf.hbs', '--dest', dest];
    await writeFile(file, await tsgen('inventory', '--full', '--proxy', scene.proxy));
    await tsgen(...args, '--from', file);
    expect(await tsgen('diff', ...args, '--from', file)).toBe('');
    const before = await readFile(dest, 'utf8');
    expect(before).toContain(`server ${await addressOf(healthy, scene.network)}:80`);

    // The file as if the container had been at another address.
    const away = (await readFile(file, 'utf8')).replaceAll(
      `"IP": "${await addressOf(healthy, scene.network)}"`,
      '"IP": "192.0.2.7"',
    );
    await writeFile(file, away);
    const { code, out } = await TsgenProcess.run(workspace, ['diff', ...args, '--from', file]);
    expect(code).toBe(1);
    const changed = out.split('\n').filter((line) => /^[-+] /.test(line));
    const lines = changed.map((line) => line.replaceAll(/ +/g, ' '));
    // What nginx answers when it is asked what it runs.
    expect(lines.filter((line) => / return 200 "[0-9a-f]{16}/.test(line))).toHaveLength(2);
    // In both upstreams.
    expect([...new Set(lines.filter((line) => !line.includes(' return 200 ')))]).toEqual([
      expect.stringMatching(new RegExp(`^- server ${await addressOf(healthy, scene.network)}:80`)),
      expect.stringMatching(/^\+ server 192\.0\.2\.7:80/),
    ]);
    expect(await readFile(dest, 'utf8')).toBe(before);
  });

  it('shows beside a live watch nothing, and what a start that it has not seen would add', async () => {
    const { proxy, network, tsgen: watching } = scene;
    const host = workspace.host('diff');
    // The file as it is live, where this tsgen can read it.
    const dest = join(await workspace.folder('live'), 'default.conf');
    const args = ['diff', '--template', 'nginx.conf.hbs', '--proxy', proxy, '--dest', dest];
    const ownChanges = async () => {
      const { code, out, err } = await TsgenProcess.run(workspace, args);
      expect([0, 1], err).toContain(code);
      // Containers of others may come and go meanwhile.
      const own = out
        .split('\n')
        .filter((line) => /^[-+] /.test(line) && line.includes('difference'));
      return own.map((line) => line.replaceAll(/ +/g, ' '));
    };
    await writeFile(dest, `${await scene.config()}\n`);
    expect(await ownChanges()).toEqual([]);

    await engine.pause(watching);
    try {
      const started = await scene.replica('difference', images.backend, host);
      const address = await addressOf(started, network);
      expect(await ownChanges()).toContainEqual(
        expect.stringMatching(new RegExp(`^\\+ server ${address}:80.*# ${started}`)),
      );
    } finally {
      await engine.docker(['unpause', watching]);
    }
    await vi.waitFor(async () => expect(await scene.config()).toContain(host), BY_ENGINE);
    await writeFile(dest, `${await scene.config()}\n`);
    expect(await ownChanges()).toEqual([]);
  });
});
