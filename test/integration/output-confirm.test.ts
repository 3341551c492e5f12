import { mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WatchedChild } from '../../src/output/confirm.ts';
import { systemFiles } from '../../src/output/files.ts';
import { type ApplyOptions, createOutput } from '../../src/output/output.ts';
import type { Rendering } from '../../src/output/rendering.ts';
import { type CommandRunner, localRunner } from '../../src/output/runner.ts';
import { openState } from '../../src/output/state.ts';
import { aDockerApi } from '../support/memory-docker-api.ts';
import { aLog } from '../support/memory-log.ts';
import { aFolder } from '../support/temporary-folder.ts';

const HERE = localRunner({
  env: { PATH: process.env.PATH },
  monotonic: () => performance.now(),
  graceMs: 200,
});

/**
 * A proxy in a folder: a reload makes it run what the file says, unless the file says `bad`, which
 * it takes without a word as nginx does; `told` counts reloads. Its file names a file beside it.
 */
async function aProxy() {
  const folder = await aFolder();
  const at = (name: string) => join(folder, name);
  const dest = at('conf/a.conf');
  await mkdir(at('conf'));
  await mkdir(at('tmp'));
  const read = async (path: string) => await readFile(path, 'utf8').catch(() => '');
  const reload = `echo told >>'${at('told')}'; grep -q bad '${dest}' || cp '${dest}' '${at('running')}'`;
  const ask = `[ ! -e '${at('mute')}' ] || { echo 'no tool here'; exit 126; }; [ -e '${at('running')}' ] || exit 1; cat '${at('running')}'`;

  /** A run of tsgen: what a killed one knew, the next one does not. */
  const run = async (
    wish: {
      readonly child?: WatchedChild;
      readonly notify?: string;
      readonly complaints?: readonly string[];
      /** How long the proxy may take; short by default, for it will not. */
      readonly limitMs?: number;
    } = {},
  ) => {
    const log = aLog();
    const uid = process.getuid?.();
    const state = { files: systemFiles, temporaryFolder: at('tmp'), uid };
    const complaints = async () => wish.complaints ?? [];
    const runner: CommandRunner = { ...HERE, complaints };
    const output = createOutput(
      {
        dest,
        write: () => undefined,
        notifications: [{ kind: 'command', command: wish.notify ?? reload }],
        state: await openState(dest, { ...state, log }),
        confirmation: {
          command: ask,
          runner,
          timeoutMs: wish.limitMs ?? 300,
          ...(wish.child ? { child: wish.child } : {}),
        },
      },
      {
        ...state,
        log,
        runner,
        api: aDockerApi(),
        monotonic: () => performance.now(),
        now: Date.now,
        timeoutMs: 20_000,
      },
    );
    await output.prepare();
    const apply = (revision: string, options: Partial<ApplyOptions> = {}) =>
      output.apply(aRendering(dest, revision), {
        signal: new AbortController().signal,
        ...options,
      });
    return { apply, log };
  };
  return {
    run,
    at,
    reloads: async () => (await read(at('told'))).split('\n').filter(Boolean).length,
    live: async () => (await read(dest)).trim(),
    side: async (revision: string) => await read(at(`conf/${revision}.map`)),
    running: async () => (await read(at('running'))).trim(),
    runs: async (revision: string) => await writeFile(at('running'), `${revision}\n`),
  };
}

function aRendering(dest: string, revision: string): Rendering {
  return {
    files: [
      { path: dest, chunks: [`${revision}\n`] },
      { path: dest.replace('a.conf', `${revision}.map`), chunks: ['a map\n'], confined: true },
    ],
    generation: 'g',
    revision,
    effect: revision,
    containerCount: 1,
  };
}

describe('an output whose proxy can be asked', () => {
  it('has applied what the proxy runs, and says so', async () => {
    const { run, running, reloads } = await aProxy();
    const { apply } = await run();
    expect(await apply('one')).toMatchObject({ kind: 'applied', owed: false, confirmed: 'one' });
    expect(await running()).toBe('one');
    expect(await apply('one')).toMatchObject({ kind: 'unchanged', notified: false });
    expect(await reloads()).toBe(1);
  });

  it('does not wait where there is something newer, and then asks without telling it twice', async () => {
    const { run, runs, reloads } = await aProxy();
    const { apply } = await run({ limitMs: 20_000 });
    await apply('one');
    const newer = new AbortController();
    newer.abort();
    const told = await apply('bad', { superseded: newer.signal });
    expect(told).toMatchObject({ kind: 'applied', owed: false, superseded: true });
    expect(told).toHaveProperty('confirmed', undefined);
    // Old workers may still answer when it is asked.
    setTimeout(() => void runs('bad'), 300);
    const asked = await apply('bad', { ask: true });
    expect(asked).toMatchObject({ kind: 'unchanged', owed: false, confirmed: 'bad' });
    expect(await reloads()).toBe(2);
  });

  it('has failed when the proxy takes a reload without doing it, with the reason of its log', async () => {
    const { run, reloads } = await aProxy();
    const { apply } = await run({ complaints: ['[emerg] bind() failed'] });
    await apply('one');
    const outcome = await apply('bad');
    expect(outcome).toMatchObject({ kind: 'failed', stage: 'confirm', retry: true });
    expect(outcome).toHaveProperty(
      'message',
      expect.stringMatching(/it runs 'one', not 'bad'; it said: \[emerg\] bind\(\) failed/),
    );
    expect(await reloads()).toBe(2);
  });

  it('brings back main and side files after three reloads in vain, and does not try again', async () => {
    const { run, live, side, reloads, running } = await aProxy();
    const { apply } = await run();
    await apply('one');
    for (const _ of [1, 2]) expect(await apply('bad')).toMatchObject({ kind: 'failed' });
    expect(await live()).toBe('bad');
    const outcome = await apply('bad');
    expect(outcome).toMatchObject({ kind: 'rejected', restored: true, confirmed: 'one' });
    expect([await live(), await side('one'), await side('bad')]).toEqual(['one', 'a map\n', '']);
    const told = await reloads();
    expect(await apply('bad')).toMatchObject({ kind: 'rejected' });
    expect([await live(), await running(), await reloads()]).toEqual(['one', 'one', told]);
    expect(await apply('two')).toMatchObject({ kind: 'applied', confirmed: 'two' });
    expect(await apply('bad')).toMatchObject({ kind: 'failed', stage: 'confirm' });
  });

  it('tries what was refused again when somebody asks for a notification', async () => {
    const { run, reloads } = await aProxy();
    const { apply } = await run();
    await apply('one');
    for (const _ of [1, 2, 3]) await apply('bad');
    const told = await reloads();
    expect(await apply('bad', { alwaysNotify: true })).toMatchObject({ kind: 'failed' });
    expect(await reloads()).toBe(told + 1);
  });

  it('goes back to what was live before this run of tsgen, too', async () => {
    const { run, live, side } = await aProxy();
    await (await run()).apply('one');
    const { apply } = await run();
    for (const _ of [1, 2]) expect(await apply('bad')).toMatchObject({ kind: 'failed' });
    expect(await apply('bad')).toMatchObject({ kind: 'rejected', confirmed: 'one' });
    expect([await live(), await side('one')]).toEqual(['one', 'a map\n']);
  });

  it('goes back to a file of which nothing is known but that it was there', async () => {
    const { run, live, at } = await aProxy();
    await writeFile(at('conf/a.conf'), 'by hand\n');
    const { apply } = await run();
    for (const _ of [1, 2]) expect(await apply('bad')).toMatchObject({ kind: 'failed' });
    expect(await apply('bad')).toMatchObject({ kind: 'rejected', restored: true });
    expect(await live()).toBe('by hand');
  });

  it('goes back though tsgen was killed while what is live was not taken', async () => {
    const { run, live, side, running, runs } = await aProxy();
    await (await run()).apply('one');
    expect(await (await run()).apply('bad')).toMatchObject({ kind: 'failed' });
    expect(await live()).toBe('bad');
    // What it runs is another one, so that it has to be told what it took last.
    await runs('older');
    const { apply } = await run();
    for (const _ of [1, 2]) expect(await apply('bad')).toMatchObject({ kind: 'failed' });
    expect(await apply('bad')).toMatchObject({ kind: 'rejected', confirmed: 'one' });
    expect([await live(), await side('one'), await side('bad')]).toEqual(['one', 'a map\n', '']);
    expect(await running()).toBe('one');
  });

  it('does not try again what was refused after a restart of tsgen, but what comes then', async () => {
    const { run, live, running, runs, reloads } = await aProxy();
    const before = await run();
    await before.apply('one');
    for (const _ of [1, 2, 3]) await before.apply('bad');
    const told = await reloads();
    const { apply } = await run();
    const why = expect.stringContaining('What it took last is back');
    const refused = { kind: 'rejected', restored: true, message: why, confirmed: 'one' };
    expect(await apply('bad')).toMatchObject(refused);
    expect([await live(), await running(), await reloads()]).toEqual(['one', 'one', told]);
    // Nor when the proxy runs something else meanwhile.
    await runs('older');
    expect(await (await run()).apply('bad')).toMatchObject(refused);
    expect([await live(), await running(), await reloads()]).toEqual(['one', 'one', told + 1]);
    expect(await (await run()).apply('two')).toMatchObject({ kind: 'applied', confirmed: 'two' });
    expect(await (await run()).apply('bad')).toMatchObject({ kind: 'failed' });
  });

  it('tries again what was refused when what it went back to was taken away meanwhile', async () => {
    const { run, at, live } = await aProxy();
    const before = await run();
    await before.apply('one');
    for (const _ of [1, 2, 3]) await before.apply('bad');
    await writeFile(at('conf/a.conf'), 'by hand\n');
    const { apply } = await run();
    for (const _ of [1, 2]) expect(await apply('bad')).toMatchObject({ kind: 'failed' });
    expect(await apply('bad')).toMatchObject({ kind: 'rejected' });
    expect(await live()).toBe('one');
  });

  it('keeps what the proxy took where nobody else may read it', async () => {
    const { run, at } = await aProxy();
    await (await run()).apply('one');
    const { mode } = await stat(at('conf/.tsgen/a.conf/confirmed'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('does not follow a link in the place of what is kept', async () => {
    const { run, at } = await aProxy();
    await (await run()).apply('one');
    const kept = at('conf/.tsgen/a.conf/confirmed');
    await rename(kept, at('elsewhere'));
    await symlink(at('elsewhere'), kept);
    expect(await (await run()).apply('two')).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('it is a symbolic link'),
    });
  });

  it('goes on trying where there is nothing to go back to', async () => {
    const { run, live } = await aProxy();
    const { apply } = await run();
    for (const _ of [1, 2, 3, 4]) expect(await apply('bad')).toMatchObject({ kind: 'failed' });
    expect(await live()).toBe('bad');
  });

  it('asks at its start, and spares a proxy that runs it already', async () => {
    const { run, runs, reloads, running } = await aProxy();
    await (await run()).apply('one');
    expect(await (await run()).apply('one')).toMatchObject({ kind: 'unchanged', confirmed: 'one' });
    expect(await reloads()).toBe(1);
    await runs('older');
    expect(await (await run()).apply('one')).toMatchObject({ notified: true, confirmed: 'one' });
    expect([await reloads(), await running()]).toEqual([2, 'one']);
  });

  it('brings a proxy up to date that somebody had load something else, when it is to ask', async () => {
    const { run, runs, reloads, running } = await aProxy();
    const { apply } = await run();
    await apply('one');
    await runs('older');
    expect(await apply('one')).toMatchObject({ notified: false });
    expect(await reloads()).toBe(1);
    expect(await apply('one', { ask: true })).toMatchObject({ notified: true, confirmed: 'one' });
    expect(await running()).toBe('one');
    expect(await apply('one', { ask: true })).toMatchObject({ notified: false, confirmed: 'one' });
    expect(await reloads()).toBe(2);
  });

  it('counts a notification as done, with one warning, where nothing can ask', async () => {
    const { run, at } = await aProxy();
    await writeFile(at('mute'), '');
    const { apply, log } = await run();
    expect(await apply('one')).toMatchObject({ kind: 'applied', owed: false });
    const outcome = await apply('bad');
    expect(outcome).toMatchObject({ kind: 'applied', owed: false });
    expect(outcome).not.toHaveProperty('confirmed', 'bad');
    const warnings = log.lines.filter((line) => line.includes('no tool here'));
    expect(warnings).toHaveLength(1);
  });

  it('takes for done what the proxy runs although the notification failed', async () => {
    const { run, at, runs } = await aProxy();
    const { apply } = await run({ notify: 'exit 4' });
    await runs('one');
    expect(await apply('one')).toMatchObject({ kind: 'applied', owed: false, confirmed: 'one' });
    await rm(at('running'));
    await runs('one');
    expect(await apply('two')).toMatchObject({
      kind: 'failed',
      stage: 'confirm',
      message: expect.stringContaining('exit status 4'),
    });
  });

  it('goes back when a child that reads it ends each time', async () => {
    const { run, live } = await aProxy();
    const ending = new AbortController();
    const child: WatchedChild = {
      isRunning: () => true,
      onEnd: (listener) => {
        if (ending.signal.aborted) setImmediate(() => listener('ended by itself, exit code 1'));
      },
    };
    const { apply } = await run({ child });
    await apply('one');
    ending.abort();
    expect(await apply('two', { ask: true })).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('it ended by itself, exit code 1'),
    });
    // Whoever starts it now starts it with what it takes.
    expect(await live()).toBe('one');
    expect(await apply('two', { ask: true })).toMatchObject({ kind: 'rejected', restored: true });
    expect(await live()).toBe('one');
  });
});
