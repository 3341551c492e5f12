import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { backendSite, expectAnswering, type Served } from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import type { Front } from '../support/http.ts';
import { publishedFront } from '../support/nginx-scene.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
let proxy: string;
let network: string;
let front: Front;
let conf: string;
let dest: string;

/** What each test starts with: nginx with nothing of the last one's. */
beforeAll(async () => {
  conf = await workspace.folder('conf.d');
  dest = join(conf, 'default.conf');
  network = await workspace.network('net');
  proxy = await workspace.run('proxy', images.nginx, {
    network,
    args: ['--publish=127.0.0.1::80', `--volume=${conf}:/etc/nginx/conf.d:ro`, '--stop-timeout=1'],
  });
  front = await publishedFront(workspace, proxy, 80);
});

beforeEach(async () => {
  await rm(dest, { force: true });
  await rm(join(conf, '.tsgen'), { recursive: true, force: true });
  await engine.docker(['exec', proxy, 'nginx', '-s', 'reload']);
});

afterAll(() => workspace[Symbol.asyncDispose]());

const nginxTo = (...args: string[]) => ['--template', 'nginx.conf.hbs', '--dest', dest, ...args];
/** What is counted must not depend on others' containers. */
const env = workspace.onlyOwn;
const watch = (...args: string[]) => TsgenProcess.start(workspace, nginxTo(...args), { env });
const once = (...args: string[]) =>
  TsgenProcess.run(workspace, nginxTo('--once', ...args), { env });
const stop = (tsgen: TsgenProcess) => tsgen[Symbol.asyncDispose]();

const siteOf = (part: string): Served => backendSite(front, workspace.host(part));
const replica = (part: string, host: string) =>
  workspace.run(part, images.backend, {
    network,
    env: { VIRTUAL_HOST: workspace.host(host) },
    args: ['--stop-timeout=1'],
  });

describe('tsgen on the host', () => {
  it('drives an nginx in a container that reads a folder of the host', async () => {
    await replica('drive1', 'drive');
    const tsgen = await watch(
      ...['--proxy', proxy, '--notify', 'nginx -s reload'],
      // Both as the proxy's container sees them.
      ...['--check', 'test -s {file} && test {dest} = /etc/nginx/conf.d/default.conf'],
    );
    await expectAnswering(siteOf('drive'), ['drive1']);
    const second = await replica('drive2', 'drive');
    await expectAnswering(siteOf('drive'), ['drive1', 'drive2']);
    await engine.docker(['stop', second]);
    await expectAnswering(siteOf('drive'), ['drive1']);
    expect(tsgen.logged(' ERROR ')).toEqual([]);
    await stop(tsgen);
    expect(await tsgen.ended).toEqual({ code: 0, signal: null });
  });

  it.each([
    ['--notify-sighup', []],
    ['--notify-container', ['--notify-signal', '1']],
  ] as const)('tells a container with %s', async (flag, more) => {
    const part = flag.slice('--notify-'.length);
    await replica(`${part}1`, part);
    const tsgen = await watch('--proxy', proxy, flag, proxy, ...more);
    await expectAnswering(siteOf(part), [`${part}1`]);
    await replica(`${part}2`, part);
    await expectAnswering(siteOf(part), [`${part}1`, `${part}2`]);
    expect(tsgen.logged(`Sending container '${proxy}' signal '1'`).length).toBeGreaterThan(0);
    await stop(tsgen);
  });

  it('restarts a container with --notify-signal -1', async () => {
    await replica('restart1', 'restart');
    const { State: before } = await engine.inspect(proxy);
    const { code, err } = await once(
      ...['--proxy', proxy, '--notify-container', proxy, '--notify-signal', '-1'],
    );
    expect(code, err).toBe(0);
    const { State: after } = await engine.inspect(proxy);
    expect(after.Running).toBe(true);
    expect(after.Pid).not.toBe(before.Pid);
    // The engine may publish it at another port now.
    front = await publishedFront(workspace, proxy, 80);
    await expectAnswering(siteOf('restart'), ['restart1']);
  });

  it('runs a notification here, once for each change', async () => {
    const told = join(await workspace.folder('told'), 'times');
    const times = async () => (await readFile(told, 'utf8')).split('\n').length - 1;
    const tsgen = await watch('--notify', `echo told >>'${told}'`);
    await vi.waitFor(async () => expect(await times()).toBe(1), BY_ENGINE);
    const unchanged = `Contents of ${dest} did not change`;
    const before = tsgen.logged(unchanged).length;
    await workspace.run('plain', images.backend, { network });
    await vi.waitFor(
      () => expect(tsgen.logged(unchanged).length, tsgen.err).toBeGreaterThan(before),
      BY_ENGINE,
    );
    await replica('told1', 'told');
    await vi.waitFor(async () => expect(await times()).toBe(2), BY_ENGINE);
    expect(await readFile(dest, 'utf8')).toContain(workspace.name('told1'));
    await stop(tsgen);
    expect(await times()).toBe(2);
  });

  it('renders once, and says so when there is nothing to do', async () => {
    const name = await replica('once1', 'once');
    const first = await once('--proxy', proxy, '--notify', 'nginx -s reload');
    expect(first.code, first.err).toBe(0);
    expect(first.err).toMatch(new RegExp(`INFO {2}Generated '${dest}' from \\d+ containers`));
    expect(first.err).toContain("INFO  Running 'nginx -s reload'");
    const text = await readFile(dest, 'utf8');
    expect(text).toContain(name);
    await chmod(dest, 0o604);
    const { ino } = await stat(dest);

    const second = await once('--proxy', proxy, '--notify', 'nginx -s reload');
    expect(second.code, second.err).toBe(0);
    expect(second.err).toContain(
      `Contents of ${dest} did not change. Skipping notification 'nginx -s reload'`,
    );
    expect(second.err).not.toContain('Running');
    expect(await readFile(dest, 'utf8')).toBe(text);
    expect((await stat(dest)).ino).toBe(ino);
    await expectAnswering(siteOf('once'), ['once1']);
  });

  it("prints docker-gen's form to standard output, and nothing else", async () => {
    const name = await replica('print1', 'print');
    const template = join(await workspace.folder('cwd'), 'names.hbs');
    await writeFile(template, '{{#each containers}}\n{{Name}}\n{{/each}}\n');
    const { code, out, err } = await TsgenProcess.run(workspace, ['names.hbs']);
    expect(code, err).toBe(0);
    const running = (await engine.docker(['ps', '--format={{.Names}}'])).split('\n');
    const printed = out.trimEnd().split('\n');
    expect(printed).toContain(name);
    // Others' containers may come and go.
    const isOwn = (line: string) => line.includes(workspace.id);
    expect(printed.filter(isOwn).sort((a, b) => a.localeCompare(b))).toEqual(
      running.filter(isOwn).sort((a, b) => a.localeCompare(b)),
    );
  });

  it('keeps what is live when the check rejects a candidate', async () => {
    await replica('reject1', 'reject');
    await writeFile(dest, '# what was there before\n');
    const rejected = await once(
      ...['--proxy', proxy, '--notify', 'nginx -s reload'],
      ...['--check', 'echo "line 3 of {file} is wrong"; exit 1'],
    );
    expect(rejected.code).toBe(6);
    expect(rejected.err).toContain('is wrong');
    expect(rejected.err).not.toContain('Generated');
    expect(rejected.err).not.toContain("Running 'nginx -s reload'");
    expect(await readFile(dest, 'utf8')).toBe('# what was there before\n');
  });

  it('restores what was live when a check after the swap fails', async () => {
    await replica('restore1', 'restore');
    await writeFile(dest, '# what was there before\n');
    const tsgen = await watch(
      ...['--proxy', proxy, '--notify', 'nginx -s reload'],
      ...['--check', 'grep -q "^# what was there" /etc/nginx/conf.d/default.conf'],
    );
    await vi.waitFor(() => expect(tsgen.logged(' ERROR ')).toHaveLength(1), BY_ENGINE);
    expect(await readFile(dest, 'utf8')).toBe('# what was there before\n');
    expect(tsgen.logged("Running 'nginx -s reload'")).toEqual([]);
    await stop(tsgen);
  });

  it('has one watch for a destination, which does what others want of it', async () => {
    await replica('owned1', 'owned');
    const args = ['--proxy', proxy, '--notify', 'nginx -s reload'];
    const owner = await watch(...args);
    await expectAnswering(siteOf('owned'), ['owned1']);

    const second = await watch(...args);
    expect((await second.ended).code).toBe(9);
    expect(second.err).toContain(`${dest} is owned by another watch (process ${owner.pid}`);

    // Only the watch can mend it: the one-shot says what that one did.
    await writeFile(dest, '# overwritten\n');
    const asked = await once(...args);
    expect(asked.code, asked.err).toBe(0);
    expect(asked.err).toContain(`The watch that owns ${dest} (process ${owner.pid})`);
    expect(asked.err).not.toContain('Generated');
    await vi.waitFor(
      async () => expect(await readFile(dest, 'utf8')).toContain(workspace.name('owned1')),
      BY_ENGINE,
    );

    const healthy = await TsgenProcess.run(workspace, ['healthcheck', '--dest', dest]);
    expect(healthy).toMatchObject({ code: 0, out: expect.stringMatching(/^healthy: /) });
    await stop(owner);
    const gone = await TsgenProcess.run(workspace, ['healthcheck', '--dest', dest]);
    expect(gone).toMatchObject({ code: 1, out: expect.stringMatching(/^unhealthy: /) });
  });
});
