import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { STOPPED, type StopSignal } from '../../src/cli/exit-codes.ts';
import { BuiltCli, type Running } from '../support/built-cli.ts';
import { FakeEngine } from '../support/fake-engine.ts';

/** Far more than it takes, and far less than any limit in time of a request or a command. */
const WHILE_HELD = { timeout: 20_000 };
/** No notification ends by its own limit while a test runs. */
const LONG = ['--notify-timeout', '300'];

async function scene() {
  const engine = await FakeEngine.create();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  const proxy = engine.addContainer({ name: 'proxy' });
  const cli = await BuiltCli.create({ DOCKER_HOST: engine.endpoint });
  await writeFile(join(cli.folder, 'names.hbs'), '{{#each containers}}{{Name}} {{/each}}\n');
  const dest = join(cli.folder, 'names.txt');
  const watch = (...args: string[]) =>
    cli.start('--template', 'names.hbs', '--dest', dest, ...args);
  return { engine, cli, dest, watch, proxy };
}

/** TERM ends it although nothing of what it waits for comes: the test gives nothing free. */
async function expectEnd(running: Running, exitCode = 0): Promise<void> {
  let ended: number | undefined;
  void running.ended.then((ran) => {
    ended = ran.exitCode ?? -1;
  });
  running.signal('SIGTERM');
  await vi.waitFor(() => expect(ended).toBe(exitCode), WHILE_HELD);
}

describe('a one-shot that is told to stop', () => {
  it.each(Object.entries(STOPPED))(
    'by %s ends with %i, and writes nothing',
    async (signal, code) => {
      const { engine, cli, dest } = await scene();
      engine.hold(/^\/containers\/json$/);
      const running = cli.start('names.hbs', dest);
      await expect.poll(() => engine.count(/^\/containers\/json$/)).toBe(1);
      running.signal(signal as StopSignal);
      expect((await running.ended).exitCode).toBe(code);
      await expect(readFile(dest)).rejects.toMatchObject({ code: 'ENOENT' });
      const { stdout } = await cli.run('--help');
      expect(stdout).toContain(`\n  ${code} stopped by ${signal} `);
    },
  );
});

describe('a watch that is told to stop ends', () => {
  it.each([
    ['the negotiation', /^\/version$/],
    ['the info', /^\/info$/],
    ['the list', /^\/containers\/json$/],
    ['the networks', /^\/networks$/],
    ['an inspect', /^\/containers\/.{64}\/json$/],
  ])('while %s is held', async (_, path) => {
    const { engine, watch } = await scene();
    engine.hold(path);
    const running = watch();
    await expect.poll(() => engine.count(path)).toBeGreaterThan(0);
    await expectEnd(running);
  });

  it('while the whole engine is frozen', async () => {
    const { engine, watch } = await scene();
    engine.freeze();
    const running = watch();
    await expect.poll(() => engine.requests.length).toBeGreaterThan(0);
    await expectEnd(running);
  });

  it('while a notification here hangs, and the next watch sends it', async () => {
    const { cli, dest, watch } = await scene();
    const told = join(cli.folder, 'told');
    const running = watch('--notify', `echo >> ${told}; exec sleep 300`, ...LONG);
    await expect.poll(() => readFile(told, 'utf8').catch(() => '')).toBe('\n');
    await expectEnd(running);
    expect(await readFile(dest, 'utf8')).toBe('proxy \n');
    await expect.poll(running.log).toContain('told to stop, given up; it is owed');
    watch('--notify', `echo again >> ${told}`);
    await expect.poll(() => readFile(told, 'utf8')).toBe('\nagain\n');
  });

  it.each([
    ['an exec in the proxy', /\/exec$/, ['--proxy', 'proxy', '--notify', 'reload']],
    ['a signal', /\/kill$/, ['--notify-sighup', 'proxy']],
    ['a restart', /\/restart$/, ['--notify-container', 'proxy', '--notify-signal', '-1']],
  ])('while a notification by %s is held', async (_, path, args) => {
    const { engine, watch } = await scene();
    engine.hold(path);
    const running = watch(...args, ...LONG);
    await expect.poll(() => engine.count(path)).toBe(1);
    await expectEnd(running);
    await expect.poll(running.log).toContain('told to stop, given up; it is owed');
  });
});

it('a one-shot that is told to stop ends while the engine is frozen', async () => {
  const { engine, cli } = await scene();
  engine.freeze();
  const running = cli.start('names.hbs');
  await expect.poll(() => engine.requests.length).toBeGreaterThan(0);
  await expectEnd(running, 143);
});
