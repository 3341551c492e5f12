import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { StatusReport } from '../../src/status/report.ts';
import { aCliScene } from '../support/cli-scene.ts';

/** A watch with nginx's bundled template and a proxy in a container whose workers the test names. */
async function scene(...args: string[]) {
  const made = await aCliScene();
  const { cli, engine, file, text } = made;
  const proxy = engine.addContainer({ name: 'proxy' });
  const nginx = { newest: 7, old: [] as readonly number[], keepsOld: false as boolean };
  engine.onExec = (_, command) => {
    if (command.join(' ').includes('/proc/')) {
      const workers = [...nginx.old, nginx.newest].map((pid) => `${pid} 1 ${pid}00`);
      return { stdout: ['1 0 50', ...workers, ''].join('\n') };
    }
    nginx.old = nginx.keepsOld ? [...nginx.old, nginx.newest] : [];
    nginx.newest += 1;
    return {};
  };
  const web = (name: string, host = 'a.test') =>
    engine.addContainer({ name, env: { VIRTUAL_HOST: host } });
  const start = () =>
    cli.start(
      ...['--template', 'nginx.conf.hbs', '--dest', 'out', '--proxy', 'proxy'],
      ...['--confirm', '', '--notify', 'reload', ...(args.length > 0 ? args : ['--linger', '0'])],
    );
  return {
    ...made,
    proxy,
    web,
    start,
    /** Old workers have connections that stay open, until they are let go. */
    keepConnections: () => {
      nginx.keepsOld = true;
    },
    endConnections: () => {
      nginx.old = [];
    },
    /** The names of the containers that get requests, and with the reason those that do not. */
    members: async () => {
      const lines = (await text('out')).split('\n').map((line) => line.trim());
      const served = lines.flatMap(
        (line) => /^server \S+:\d+ max_fails=0; # (\S+),/.exec(line)?.[1] ?? [],
      );
      const absent = lines.flatMap((line) => /^#\s+without (.*)$/.exec(line)?.[1] ?? []);
      // A server stands in two upstreams.
      return [...new Set([...served, ...absent])].sort();
    },
    status: async () =>
      JSON.parse((await cli.run('status', '--dest', 'out', '--json')).stdout) as StatusReport,
    kept: async () =>
      JSON.parse(await readFile(file('.tsgen/out/drains.json'), 'utf8')) as {
        containers: string[];
      },
  };
}

describe('tsgen drain', () => {
  it('takes a container out, waits for the old workers, and stops it', async () => {
    const made = await scene();
    const { web, start, keepConnections, endConnections, members, status, cli, engine, kept } =
      made;
    const first = web('web-1');
    web('web-2');
    const { log } = start();
    await expect.poll(() => members()).toEqual(['web-1', 'web-2']);
    keepConnections();
    const draining = cli.run('drain', 'web-1', '--stop', '--timeout', '60');
    await expect.poll(() => members()).toEqual(['web-1: drained', 'web-2']);
    expect(await kept()).toMatchObject({ containers: [first] });
    const { heldBack } = await status();
    expect(heldBack).toEqual([{ id: first, container: 'web-1', why: 'drained' }]);
    const { stdout } = await cli.run('explain', 'web-1');
    expect(stdout).toContain('none: drained');
    expect(stdout).toContain('tsgen undrain web-1');
    expect(engine.count(/\/stop$/)).toBe(0);
    endConnections();
    expect(await draining).toMatchObject({
      exitCode: 0,
      stdout:
        'web-1 is drained: the proxy gives it no new request and has none open with it\nweb-1 is stopped',
    });
    expect(engine.count(/\/stop$/)).toBe(1);
    await expect.poll(() => members()).toEqual(['web-2']);
    await expect.poll(() => kept()).toMatchObject({ containers: [] });
    expect(log()).not.toContain('ERROR');
  });

  it('says so when the time is up, stops nothing, and can be taken back', async () => {
    const { web, start, keepConnections, members, cli, engine } = await scene();
    web('web-1');
    web('web-2');
    start();
    await expect.poll(() => members()).toEqual(['web-1', 'web-2']);
    keepConnections();
    const { exitCode, stderr } = await cli.run('drain', 'web-1', '--stop', '--timeout', '1');
    expect(await members()).toEqual(['web-1: drained', 'web-2']);
    expect(exitCode).toBe(11);
    expect(stderr).toMatch(/after 1 s \d+ of the proxy's old workers still run, with connections/);
    expect(stderr).toContain('It was not stopped.');
    expect(engine.count(/\/stop$/)).toBe(0);

    expect(await cli.run('undrain', 'web-1')).toMatchObject({
      exitCode: 0,
      stdout: 'web-1 is not drained any more: applied',
    });
    expect(await members()).toEqual(['web-1', 'web-2']);
  });

  it('ends, and stops nothing, when a rollback puts its container back', async () => {
    const { web, start, keepConnections, members, cli, engine } = await scene();
    web('web-1');
    web('web-2');
    start();
    await expect.poll(() => members()).toEqual(['web-1', 'web-2']);
    keepConnections();
    const draining = cli.run('drain', 'web-1', '--stop', '--timeout', '60');
    await expect.poll(() => members()).toEqual(['web-1: drained', 'web-2']);
    expect((await cli.run('rollback', '1', '--dest', 'out')).exitCode).toBe(0);
    expect(await members()).toEqual(['web-1', 'web-2']);
    const { exitCode, stderr } = await draining;
    expect([exitCode, stderr]).toEqual([12, expect.stringContaining('set 1 of')]);
    expect(engine.count(/\/stop$/)).toBe(0);
  });

  it('lasts over a restart of tsgen, and ends when its container stops', async () => {
    const { web, start, members, cli, engine } = await scene();
    const first = web('web-1');
    web('web-2');
    const before = start();
    await expect.poll(() => members()).toEqual(['web-1', 'web-2']);
    expect((await cli.run('drain', 'web-1')).exitCode).toBe(0);
    before.signal('SIGTERM');
    await before.ended;
    const { log } = start();
    await expect.poll(log).toContain('did not change');
    expect(await members()).toEqual(['web-1: drained', 'web-2']);
    engine.stop(first);
    await expect.poll(() => members()).toEqual(['web-2']);
    engine.start(first);
    await expect.poll(() => members()).toEqual(['web-1', 'web-2']);
  });

  it('knows containers by name and by the beginning of their ID, and no others', async () => {
    const { web, start, members, cli } = await scene();
    const first = web('web-1');
    start();
    await expect.poll(() => members()).toEqual(['web-1']);
    const { exitCode, stderr } = await cli.run('drain', 'web-7');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("Did you mean 'web-1'?")]);
    expect((await cli.run('undrain', first.slice(0, 12))).exitCode).toBe(0);
    expect((await cli.run('drain', 'web-1', '--timeout', 'soon')).exitCode).toBe(2);
  });
});

describe('the last containers of a site', () => {
  it('keep their traffic while all of them are stopping, and not those that are drained', async () => {
    const { web, start, members, engine, cli } = await scene();
    const all = ['web-1', 'web-2', 'web-3'].map((name) => web(name));
    start();
    await expect.poll(() => members()).toEqual(['web-1', 'web-2', 'web-3']);
    await cli.run('drain', 'web-3');
    expect(await members()).toEqual(['web-1', 'web-2', 'web-3: drained']);
    const [first = '', second = ''] = all;
    engine.beginStop(first);
    await expect.poll(() => members()).toEqual(['web-1: stopping', 'web-2', 'web-3: drained']);
    engine.beginStop(second);
    await expect.poll(() => members()).toEqual(['web-1', 'web-2', 'web-3: drained']);
    engine.finishStop(first);
    engine.finishStop(second);
    await expect.poll(() => members()).toEqual(['web-3: drained']);
  });

  it('leave a site that answers 503 with Retry-After for a while, and then none', async () => {
    const { web, start, text, members, engine } = await scene('--linger', '3');
    const only = web('web-1');
    web('other', 'b.test');
    start();
    await expect.poll(() => members()).toEqual(['other', 'web-1']);
    engine.stop(only);
    await expect.poll(() => members()).toEqual(['other', 'web-1: gone']);
    expect(await text('out')).toMatch(/add_header Retry-After 5 always;\s+return 503;/);
    await expect.poll(() => text('out')).not.toContain('a.test');
    expect(await members()).toEqual(['other']);
  });
});

describe('a container that ends again and again', () => {
  it('gets traffic once it has stayed up, and costs the others no reload until then', async () => {
    const { web, start, members, engine } = await scene('--settle', '2');
    const bad = engine.addContainer({
      name: 'bad',
      env: { VIRTUAL_HOST: 'a.test' },
      restartPolicy: 'always',
    });
    web('web-1');
    start();
    await expect.poll(() => members()).toEqual(['bad', 'web-1']);
    for (const back of ['bad', 'bad: ends again and again']) {
      engine.crash(bad);
      await expect.poll(() => members()).toEqual(['bad: restarting', 'web-1']);
      engine.start(bad);
      await expect.poll(() => members()).toEqual([back, 'web-1']);
    }
    await expect.poll(() => members()).toEqual(['bad', 'web-1']);
  });
});
