import { readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StatusReport } from '../../src/status/report.ts';
import { askWatch } from '../support/ask-watch.ts';
import { aCliScene } from '../support/cli-scene.ts';

/**
 * A proxy that runs what its file says, and like httpd ends at a reload when it does not like it:
 * at once where a bad one is named, a moment after it has said that it runs it where a late one is.
 * While there is a file `deaf`, it takes a reload without doing it, as nginx does.
 */
const PROXY = `#!/bin/sh
cd "$(dirname "$0")"
load() {
  ! grep -q late out || { (sleep 1; kill -KILL $$) & }
  grep -q bad out || { cp out running; return; }
  echo "proxy: [emerg] there is a bad one" >/dev/stderr
  rm -f running
  exit 1
}
trap '[ -e deaf ] || load' HUP
trap 'exit 0' QUIT TERM
echo $$ >pid
load
while :; do sleep 0.02; done
`;

async function scene() {
  const base = await aCliScene();
  const { cli, file, write } = base;
  await writeFile(file('nginx'), PROXY, { mode: 0o755 });
  await write('own.hbs', '{{#each containers}}{{Name}}\n{{/each}}revision {{revision}}\n');
  const pid = async () => Number(await readFile(file('pid'), 'utf8'));
  const start = () => {
    const started = cli.start(
      ...['--template', 'own.hbs', '--dest', file('out'), '--exec', `'${file('nginx')}'`],
      ...['--notify', `echo told >>'${file('told')}'; kill -HUP $(cat '${file('pid')}')`],
      ...['--confirm', `sed -n 's/^revision //p' '${file('running')}' | grep .`],
      ...['--confirm-timeout', '1'],
    );
    onTestFinished(async () => {
      started.signal('SIGTERM');
      await started.ended;
    });
    return started;
  };
  const running = start();
  /** Nothing while no watch answers. */
  const status = async (): Promise<Partial<StatusReport>> =>
    await askWatch<StatusReport>(file('out'), '/status').catch(() => ({}));
  const read = async (name: string) =>
    (await readFile(file(name), 'utf8').catch(() => '')).split('\n').slice(0, -2).join(' ');
  return {
    ...base,
    start,
    running,
    status,
    pid,
    confirmed: async () => (await status()).confirmation?.kind,
    runs: () => read('running'),
    live: () => read('out'),
  };
}

describe('a proxy that --exec runs and --confirm asks', () => {
  it('gets back what it took last when it ends at each reload, and goes on with later changes', async () => {
    const { engine, running, confirmed, runs, live, status } = await scene();
    await expect.poll(confirmed).toBe('confirmed');
    const bad = engine.addContainer({ name: 'bad', running: false });
    engine.start(bad);
    await expect.poll(() => running.log()).toContain('What it took last is back; the new');
    // It opens /dev/stderr, as the official images of nginx and httpd do.
    await expect
      .poll(running.log)
      .toMatch(
        /it (?:ended by itself, exit code 1|does not run); it said: proxy: \[emerg\] there is a bad one/,
      );
    await expect.poll(confirmed).toBe('confirmed');
    expect([await live(), await runs()]).toEqual(['', '']);
    expect(await status()).toMatchObject({ lastRun: { kind: 'rejected' } });
    engine.remove(bad);
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(runs).toBe('web');
    await expect.poll(async () => (await status()).lastRun?.kind).not.toBe('rejected');
  });

  it('gets it back, too, when it ends soon after each time that it has said that it runs it', async () => {
    const { engine, running, confirmed, runs, live, status } = await scene();
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(runs).toBe('web');
    await expect.poll(confirmed).toBe('confirmed');
    engine.start(engine.addContainer({ name: 'late', running: false }));
    await expect.poll(() => running.log()).toContain('What it took last is back; the new');
    await expect
      .poll(running.log)
      .toContain('it ended soon after it was seen to run it, more than once');
    await expect.poll(confirmed).toBe('confirmed');
    expect([await live(), await runs()]).toEqual(['web', 'web']);
    expect(await status()).toMatchObject({ lastRun: { kind: 'rejected' } });
  });

  it('gets it back after tsgen was killed, and is not given again what it ended of', async () => {
    const { engine, cli, file, start, running, confirmed, runs, live, status, pid, lines } =
      await scene();
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(runs).toBe('web');
    await expect.poll(confirmed).toBe('confirmed');
    engine.start(engine.addContainer({ name: 'bad', running: false }));
    await expect.poll(() => running.log()).toContain('What it took last is back; the new');
    await expect.poll(confirmed).toBe('confirmed');
    running.signal('SIGKILL');
    // It outlives tsgen, with what that had open.
    process.kill(await pid(), 'SIGKILL');
    await running.ended;
    const told = await lines('told');

    start();
    await expect.poll(confirmed).toBe('confirmed');
    expect(await status()).toMatchObject({ lastRun: { kind: 'rejected' }, child: { restarts: 0 } });
    expect([await live(), await runs(), await lines('told')]).toEqual(['web', 'web', told]);
    expect(await cli.run('healthcheck', '--dest', file('out'))).toMatchObject({ exitCode: 0 });
  });

  it('is told again when it did not listen, and the status says since when and why', async () => {
    const { engine, cli, confirmed, runs, status, write, file } = await scene();
    await expect.poll(confirmed).toBe('confirmed');
    await write('deaf', '');
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(confirmed).toBe('unconfirmed');
    const { confirmation } = await status();
    expect(confirmation).toMatchObject({
      reason: expect.stringMatching(/it runs '\w+', not '\w+'/),
    });
    const { stdout } = await cli.run('status', '--dest', file('out'));
    expect(stdout).toContain('it runs     not what is live, since ');
    await rm(file('deaf'));
    await expect.poll(runs).toBe('web');
    await expect.poll(confirmed).toBe('confirmed');
  });

  it('that is killed and started again is asked, and not told', async () => {
    const { confirmed, status, pid, lines, runs, engine } = await scene();
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(runs).toBe('web');
    await expect.poll(confirmed).toBe('confirmed');
    const { confirmation: before } = await status();
    const told = await lines('told');
    process.kill(await pid(), 'SIGKILL');
    await expect.poll(async () => (await status()).child?.restarts).toBe(1);
    await expect.poll(async () => (await status()).confirmation).not.toEqual(before);
    await expect.poll(confirmed).toBe('confirmed');
    expect(await lines('told')).toEqual(told);
  });
});
