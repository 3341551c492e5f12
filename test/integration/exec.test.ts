import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Running } from '../support/built-cli.ts';
import { aCliScene } from '../support/cli-scene.ts';
import { SOON } from '../support/soon.ts';

/**
 * A proxy that notes what happens to it: its start with the configuration that it read, and the
 * signals that it gets. It ends at QUIT unless told to hang; a picky one starts with `web` alone.
 */
const PROXY = `#!/bin/sh
cd "$(dirname "$0")"
note() { echo "$*" >>notes; }
read=$(cat out 2>/dev/null | tr '\\n' ' ')
note "start $$ $read$*"
trap 'note QUIT; [ -e hang ] || exit 0' QUIT
trap 'note TERM; [ -e hang ] || exit 0' TERM
trap 'note USR1' USR1
[ ! -e fail ] || exit 3
case $read in *web*) ;; *) [ ! -e picky ] || exit 3 ;; esac
echo $$ >pid
while :; do sleep 0.02; done
`;

async function scene() {
  const base = await aCliScene();
  const { cli, file, write, lines } = base;
  // Its name decides by which signal it is stopped.
  await writeFile(file('nginx'), PROXY, { mode: 0o755 });
  const notes = () => lines('notes');
  const start = (...args: string[]): Running => {
    const running = cli.start(...args);
    // Whatever became of tsgen: a proxy that is left would hold the test's output open.
    onTestFinished(async () => {
      running.signal('SIGKILL');
      for (const line of await notes()) {
        const [, pid] = /^start (\d+)/.exec(line) ?? [];
        if (pid && isAlive(Number(pid))) process.kill(Number(pid), 'SIGKILL');
      }
    });
    return running;
  };
  return {
    ...base,
    notes,
    starts: async () => (await notes()).filter((line) => line.startsWith('start')),
    pid: async () => Number(await readFile(file('pid'), 'utf8')),
    watch: (...args: string[]) =>
      start(
        ...['--template', 'names.hbs', '--dest', file('out')],
        ...['--exec', `'${file('nginx')}' 'an argument'`, ...args],
      ),
    start,
    touch: (name: string) => write(name, ''),
  };
}

async function stop(running: Running): Promise<number | undefined> {
  running.signal('SIGTERM');
  return (await running.ended).exitCode;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('--exec', () => {
  it('renders, then starts the proxy, and stops it gracefully in the end', async () => {
    const { engine, watch, notes, starts, pid } = await scene();
    engine.addContainer({ name: 'web' });
    const running = watch();
    await expect.poll(starts).toEqual([expect.stringMatching(/^start \d+ web an argument$/)]);
    await expect.poll(pid).toBeGreaterThan(0);
    expect(await stop(running)).toBe(0);
    expect((await notes()).slice(1)).toEqual(['QUIT']);
    expect(isAlive(await pid())).toBe(false);
  });

  it('does not tell a proxy that has yet to start, tells it afterwards, and owes nothing', async () => {
    const { engine, watch, starts, lines, names, file } = await scene();
    const running = watch('--notify', `echo told >>'${file('told')}'`);
    await expect.poll(starts).toHaveLength(1);
    expect(await lines('told')).toEqual([]);
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(() => lines('told')).toEqual(['told']);
    expect(await names()).toEqual(['web']);
    // On a busy machine it is started before the first rendering has been seen to.
    const log = running.log().replace(/^.* the first rendering takes long$/m, '');
    expect(log).not.toMatch(/WARN|ERROR/);
  });

  it('starts it again when it dies, and says so in the status', async () => {
    const { watch, starts, pid, cli, file } = await scene();
    const running = watch();
    await expect.poll(starts).toHaveLength(1);
    await expect.poll(pid).toBeGreaterThan(0);
    process.kill(await pid(), 'SIGKILL');
    await expect.poll(starts).toHaveLength(2);
    await expect.poll(running.log).toContain('ended by itself, signal SIGKILL (9)');
    const { stdout } = await cli.run('status', '--dest', file('out'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ child: { restarts: 1 } });
    await expect.poll(async () => (await cli.run('healthcheck')).exitCode).toBe(0);
  });

  it('is unhealthy while the proxy does not run; a new configuration starts it at once', async () => {
    const { engine, watch, starts, cli, touch } = await scene();
    await touch('picky');
    watch();
    await expect.poll(async () => (await starts()).length).toBeGreaterThan(3);
    const { exitCode, stderr, stdout } = await cli.run('healthcheck');
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain('does not run: it (process');
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(async () => (await cli.run('healthcheck')).exitCode).toBe(0);
    expect((await starts()).at(-1)).toContain('web');
  });

  it('ends a proxy that does not stop in time, with all that it has started', async () => {
    const { watch, notes, starts, pid, touch } = await scene();
    await touch('hang');
    const running = watch('--stop-timeout', '0.5');
    await expect.poll(starts).toHaveLength(1);
    await expect.poll(pid).toBeGreaterThan(0);
    expect(await stop(running)).toBe(0);
    expect((await notes()).slice(1)).toEqual(['QUIT', 'TERM']);
    expect(isAlive(await pid())).toBe(false);
  });

  it('does not leave it behind when it is ended at once, by a second signal', async () => {
    const { watch, notes, starts, pid, touch, file } = await scene();
    await touch('hang');
    const running = watch();
    await expect.poll(starts).toHaveLength(1);
    await expect.poll(pid).toBeGreaterThan(0);
    running.signal('SIGTERM');
    await expect.poll(notes).toContain('QUIT');
    await rm(file('hang'));
    running.signal('SIGTERM');
    expect((await running.ended).exitCode).toBe(143);
    await expect.poll(notes).toContain('TERM');
    const proxy = await pid();
    await expect.poll(() => isAlive(proxy)).toBe(false);
  });

  it('stops at QUIT too, and hands on what means something to the proxy alone', async () => {
    const { watch, notes, pid } = await scene();
    const running = watch();
    await expect.poll(() => pid().catch(() => 0)).toBeGreaterThan(0);
    running.signal('SIGUSR1');
    await expect.poll(notes).toContain('USR1');
    running.signal('SIGQUIT');
    expect((await running.ended).exitCode).toBe(0);
    expect((await notes()).slice(1)).toEqual(['USR1', 'QUIT']);
  });

  it('renders at HUP and tells the proxy even if nothing has changed', async () => {
    const { watch, starts, lines, file } = await scene();
    const running = watch('--notify', `echo told >>'${file('told')}'`);
    await expect.poll(starts).toHaveLength(1);
    await vi.waitFor(() => expect(running.log()).toContain('Started'), SOON);
    running.signal('SIGHUP');
    await expect.poll(() => lines('told')).toEqual(['told']);
    expect(await starts()).toHaveLength(1);
  });

  it('starts with the file from before when the engine does not answer, and says so', async () => {
    const { file, write, starts, watch } = await scene();
    await write('out', 'yesterday\n');
    const running = watch('--endpoint', 'unix:///nowhere.sock');
    await expect.poll(starts).toEqual([expect.stringContaining('yesterday')]);
    await expect
      .poll(running.log)
      .toMatch(
        /as it was before: the Docker Engine at unix:\/\/\/nowhere\.sock has not answered yet/,
      );
    expect(await stop(running)).toBe(0);

    await rm(file('out'));
    const second = watch('--endpoint', 'unix:///nowhere.sock');
    await vi.waitFor(() => expect(second.log()).toContain('is not started yet'), SOON);
    expect(await starts()).toHaveLength(1);
    expect(await stop(second)).toBe(0);
  });

  it('waits for a configuration that the check accepts', async () => {
    const { engine, watch, starts, write, file } = await scene();
    await write('verdict', '1');
    const running = watch('--check', `: {file}; exit $(cat '${file('verdict')}')`);
    await vi.waitFor(() => expect(running.log()).toContain('is not started yet'), SOON);
    expect(await starts()).toEqual([]);
    await write('verdict', '0');
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(starts).toEqual([expect.stringContaining('web')]);
  });

  it('ends with a code of its own when there is no such program', async () => {
    const { cli, file } = await scene();
    const { exitCode, stderr } = await cli.run(
      ...['--template', 'names.hbs', '--dest', file('out'), '--exec', 'no-such-proxy -x'],
    );
    expect(exitCode).toBe(10);
    expect(stderr).toMatch(/^tsgen: 'no-such-proxy', which --exec names, cannot be run: /);
  });

  it('keeps the proxy when the configuration file changes, and ends one that is named no more', async () => {
    const { start, file, write, starts, notes, pid, names, engine } = await scene();
    const job = (exec: string, more = '') =>
      `[[config]]\ntemplate = "names.hbs"\ndest = "${file('out')}"\nwatch = true\nexec = "${exec}"\n${more}`;
    const proxy = `'${file('nginx')}'`;
    await write('jobs.toml', job(`${proxy} a`));
    const running = start('--config', 'jobs.toml');
    await expect.poll(() => pid().catch(() => 0)).toBeGreaterThan(0);
    await write('jobs.toml', job(`${proxy} a`, 'keepblanklines = true\n'));
    await vi.waitFor(() => expect(running.log()).toContain('has changed and is used'), SOON);
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(names).toEqual(['web']);
    expect(await starts()).toHaveLength(1);

    await write('jobs.toml', job(`${proxy} b`));
    await expect.poll(starts).toHaveLength(2);
    expect((await notes())[1]).toBe('QUIT');
    expect((await starts())[1]).toMatch(/web b$/);
  });
});
