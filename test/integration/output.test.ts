import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileSystem, systemFiles } from '../../src/output/files.ts';
import { createOutput } from '../../src/output/output.ts';
import type { CommandRunner } from '../../src/output/runner.ts';
import { aDockerApi } from '../support/memory-docker-api.ts';
import { aLog } from '../support/memory-log.ts';
import {
  ABSENT,
  aDestination,
  aRendering,
  LINT,
  LINT_LIVE,
  LOCAL,
} from '../support/output-destination.ts';

describe('a changed rendering', () => {
  it('is written and told, once', async () => {
    const { dest, run, live, tellings } = await aDestination();
    const { apply, log, notifyCommand } = await run();
    expect(await apply('one two')).toMatchObject({
      kind: 'applied',
      how: 'created',
      checked: false,
      owed: false,
      notifications: [{ kind: 'done' }],
    });
    expect(await apply('one three')).toMatchObject({ kind: 'applied', how: 'renamed' });
    expect(await live()).toBe('one three');
    expect(await tellings()).toEqual(['one two', 'one three']);
    expect(log.lines.slice(0, 2)).toEqual([
      `info Generated '${dest}' from 3 containers`,
      `info Running '${notifyCommand}'`,
    ]);
  });

  it('is checked first: accepted', async () => {
    const { conf, run, live } = await aDestination();
    const { apply } = await run({ check: LINT });
    expect(await apply('good')).toMatchObject({ kind: 'applied', checked: true });
    expect(await live()).toBe('good');
    expect(await readdir(join(conf, '.tsgen', 'a.conf', 'candidate'))).toEqual([]);
  });

  it('is checked first: rejected, and what is live stays untouched', async () => {
    const { dest, run, live, tellings } = await aDestination();
    const { apply } = await run({ check: LINT });
    await apply('good');
    const before = await stat(dest, { bigint: true });
    expect(await apply('bad')).toEqual({
      kind: 'rejected',
      message: `The proxy (here) rejected the new content of '${dest}', exit status 1: bad${dest}:1: bad word`,
      reason: `bad${dest}:1: bad word`,
    });
    const after = await stat(dest, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    expect(await live()).toBe('good');
    expect(await tellings()).toEqual(['good']);
    expect(await apply('good')).toMatchObject({ kind: 'unchanged', owed: false });
  });

  it('shows the candidate to whoever may read the destination, and to nobody else', async () => {
    const { dest, run } = await aDestination();
    await writeFile(dest, 'old');
    await chmod(dest, 0o640);
    const { apply } = await run({ check: '[ "$(stat -c %a {file})" = 640 ]' });
    expect(await apply('new')).toMatchObject({ kind: 'applied', checked: true });
  });

  it.each([
    ['hangs', 'sleep 60', 'did not end within 0.3 s and was ended'],
    ['is missing', 'no-such-check', 'could not be done, exit status 127'],
    ['crashes', 'kill -SEGV $$', 'could not be done, exit status 139'],
  ])('waits while the check %s: that is no verdict', async (_, command, message) => {
    const { run, live } = await aDestination();
    const { apply } = await run({ check: `: {file}; ${command}`, checkLimitMs: 300 });
    expect(await apply('new')).toEqual({
      kind: 'failed',
      stage: 'check',
      message: expect.stringContaining(message),
      retry: true,
    });
    expect(await live()).toBeUndefined();
  });

  it('is written unchecked where there is no proxy yet and nothing to lose', async () => {
    const { run, live } = await aDestination();
    const { apply, log } = await run({ check: LINT, checkRunner: ABSENT });
    expect(await apply('bad')).toMatchObject({ kind: 'applied', checked: false });
    expect(await live()).toBe('bad');
    expect(log.lines[0]).toMatch(/^info Writing '.*' without a check: the proxy is not running/);
  });

  it('waits for the proxy where there is something to lose', async () => {
    const { dest, run, live } = await aDestination();
    await writeFile(dest, 'old');
    const { apply } = await run({ check: LINT, checkRunner: ABSENT });
    expect(await apply('new')).toEqual({
      kind: 'failed',
      stage: 'check',
      message: `Cannot check '${dest}' now: the proxy is not running. It stays as it is until the proxy can check the new content.`,
      retry: true,
    });
    expect(await live()).toBe('old');
  });

  it.each<[string, (dest: string) => CommandRunner['translate'], string]>([
    ['nothing of ours', () => async () => ({ kind: 'unmapped', reason: 'Mount it.' }), 'Mount it.'],
    [
      'the file alone',
      (dest) => async (path) =>
        path === dest ? { kind: 'ok', path: '/x/a.conf' } : { kind: 'unmapped', reason: 'No.' },
      "the proxy (here) sees the file, but not the candidate beside it, 'CONF/.tsgen/a.conf/candidate/a.conf'. Mount the directory 'CONF' at '/x' instead of the file alone.",
    ],
  ])('is not written where the proxy sees %s', async (_, translate, reason) => {
    const { conf, dest, run, live } = await aDestination();
    const checkRunner: CommandRunner = { ...LOCAL, translate: translate(dest) };
    const { apply } = await run({ check: LINT, checkRunner });
    expect(await apply('new')).toEqual({
      kind: 'failed',
      stage: 'check',
      message: `Cannot check '${dest}': ${reason.replaceAll('CONF', conf)}`,
      retry: true,
    });
    expect(await live()).toBeUndefined();
  });

  it('that cannot be written says why, and can be tried again', async () => {
    const { dest, run, live } = await aDestination();
    const { apply } = await run();
    await mkdir(dest);
    expect(await apply('new')).toEqual({
      kind: 'failed',
      stage: 'write',
      message: expect.stringContaining(`Cannot write '${dest}': it is a directory.`),
      retry: true,
    });
    await rm(dest, { recursive: true });
    expect(await apply('new')).toMatchObject({ kind: 'applied' });
    expect(await live()).toBe('new');
  });

  it('goes live even where the state cannot be kept', async () => {
    const { run, live } = await aDestination();
    const open: FileSystem['open'] = async (path, ...rest) => {
      if (basename(String(path)).startsWith('manifest.json.')) throw new Error('ENOSPC: no space');
      return await systemFiles.open(path, ...rest);
    };
    const { apply, log } = await run({ files: { open } });
    expect(await apply('new')).toMatchObject({ kind: 'applied' });
    expect(await live()).toBe('new');
    expect(log.lines).toContainEqual(expect.stringMatching(/^warn Cannot keep the state of/));
  });
});

describe('the same rendering', () => {
  it('is neither written nor told', async () => {
    const { dest, run, tellings } = await aDestination();
    const { apply, log, notifyCommand } = await run({ check: LINT });
    await apply('good');
    const before = await stat(dest, { bigint: true });
    expect(await apply('good')).toEqual({ kind: 'unchanged', notified: false, owed: false });
    const after = await stat(dest, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
    expect(await tellings()).toEqual(['good']);
    expect(log.lines.at(-1)).toBe(
      `info Contents of ${dest} did not change. Skipping notification '${notifyCommand}'`,
    );
  });

  it('stays untold over a restart, and where the file was there before', async () => {
    const { dest, run, tellings } = await aDestination();
    await (await run()).apply('one');
    expect(await (await run()).apply('one')).toMatchObject({ kind: 'unchanged', notified: false });
    await rm(join(dest, '..', '.tsgen'), { recursive: true });
    expect(await (await run()).apply('one')).toMatchObject({ kind: 'unchanged', notified: false });
    expect(await tellings()).toEqual(['one']);
  });

  it('is written again when somebody has edited the file', async () => {
    const { dest, run, live } = await aDestination();
    const { apply } = await run();
    await apply('one');
    await writeFile(dest, 'edited');
    expect(await apply('one')).toMatchObject({ kind: 'applied', how: 'renamed' });
    expect(await live()).toBe('one');
  });
});

describe('a rendering with the effect of the one before', () => {
  it('is checked and written, but nobody is told', async () => {
    const { run, live, tellings } = await aDestination();
    const { applyWithEffect, log } = await run({ check: LINT });
    await applyWithEffect('good # with web-1', 'e');
    expect(await applyWithEffect('good # without web-1', 'e')).toEqual({
      kind: 'unchanged',
      notified: false,
      owed: false,
    });
    expect(await live()).toBe('good # without web-1');
    expect(await applyWithEffect('good # bad', 'e')).toMatchObject({ kind: 'rejected' });
    expect(await live()).toBe('good # without web-1');
    expect(await tellings()).toEqual(['good # with web-1']);
    expect(log.lines.filter((line) => line.includes('Generated'))).toHaveLength(1);
    expect(await (await run()).apply('good # without web-1')).toMatchObject({ notified: false });
  });

  it('is told all the same when somebody has edited the file, or one is owed', async () => {
    const { dest, folder, run, tellings } = await aDestination();
    const first = await run();
    await first.applyWithEffect('one', 'e');
    await writeFile(dest, 'edited');
    expect(await first.applyWithEffect('one # again', 'e')).toMatchObject({ kind: 'applied' });
    expect(await tellings()).toEqual(['one', 'one # again']);

    const second = await run({ notify: `test -e ${folder}/ready` });
    expect(await second.applyWithEffect('two', 'f')).toMatchObject({ kind: 'failed' });
    await writeFile(join(folder, 'ready'), '');
    expect(await second.applyWithEffect('two # more', 'f')).toMatchObject({ kind: 'applied' });
  });
});

describe('a notification', () => {
  it('that fails is owed, and sent with the next call', async () => {
    const { folder, run, live } = await aDestination();
    const { apply } = await run({ notify: `[ -e '${folder}/up' ]` });
    const failed = {
      kind: 'failed',
      stage: 'notify',
      message: `Error running notify command: [ -e '${folder}/up' ], exit status 1 (here)`,
      retry: true,
    };
    expect(await apply('one')).toEqual(failed);
    expect(await live()).toBe('one');
    expect(await apply('one')).toEqual(failed);
    await writeFile(join(folder, 'up'), '');
    expect(await apply('one')).toEqual({ kind: 'unchanged', notified: true, owed: false });
    expect(await apply('one')).toEqual({ kind: 'unchanged', notified: false, owed: false });
  });

  it('that failed is owed over a restart', async () => {
    const { run, tellings } = await aDestination();
    await (await run({ notify: 'false' })).apply('one');
    const { apply } = await run();
    expect(await apply('one')).toEqual({ kind: 'unchanged', notified: true, owed: false });
    expect(await tellings()).toEqual(['one']);
    expect(await (await run()).apply('one')).toMatchObject({ notified: false });
  });

  it('to a proxy that does not run is owed without being a failure', async () => {
    const { run } = await aDestination();
    const { apply } = await run({ notifyRunner: ABSENT });
    expect(await apply('one')).toMatchObject({ kind: 'applied', owed: true });
    expect(await apply('one')).toEqual({ kind: 'unchanged', notified: false, owed: true });
    expect(await (await run()).apply('one')).toMatchObject({ notified: true, owed: false });
  });

  it('that a crash prevented is sent by the next run', async () => {
    const { dest, run, tellings } = await aDestination();
    const state = join(dest, '..', '.tsgen', 'a.conf', 'manifest.json');
    await (await run()).apply('one');
    const manifest = await readFile(state, 'utf8');
    // Killed between the swap and the notification: the manifest tells of the content before.
    await writeFile(dest, 'two');
    expect(await (await run()).apply('two')).toMatchObject({ kind: 'unchanged', notified: true });
    expect(await tellings()).toEqual(['one', 'two']);
    expect(await readFile(state, 'utf8')).not.toBe(manifest);
  });
});

describe('a check without {file}', () => {
  it('accepts after the swap', async () => {
    const { dest, run, live } = await aDestination();
    const { apply } = await run({ check: LINT_LIVE });
    expect(await apply('good')).toMatchObject({ kind: 'applied', checked: true });
    expect(await live()).toBe('good');
    expect(await readdir(join(dest, '..', '.tsgen', 'a.conf'))).not.toContain('pending.json');
  });

  it.each([
    ['rejects', LINT_LIVE, 'rejected'],
    ['hangs', 'sleep 60', 'failed'],
  ])('restores what was there when it %s', async (_, check, kind) => {
    const { dest, run, live, tellings } = await aDestination();
    await writeFile(dest, 'old');
    await chmod(dest, 0o640);
    const { apply } = await run({ check, checkLimitMs: 300 });
    expect(await apply('bad')).toMatchObject({ kind });
    expect(await live()).toBe('old');
    expect((await stat(dest)).mode & 0o777).toBe(0o640);
    expect(await tellings()).toEqual(['']);
    expect(await apply('old')).toMatchObject({ kind: 'unchanged', owed: false });
  });

  it('removes the file when there was none', async () => {
    const { run, live } = await aDestination();
    const { apply } = await run({ check: LINT_LIVE, oneShot: true });
    expect(await apply('bad')).toMatchObject({ kind: 'rejected' });
    expect(await live()).toBeUndefined();
  });

  it('is made up for after a crash in the middle of it', async () => {
    const { dest, run, live } = await aDestination();
    await writeFile(dest, 'old');
    const { output } = await run();
    await output[Symbol.asyncDispose]();
    // What a kill between the swap and the verdict leaves.
    const state = join(dest, '..', '.tsgen', 'a.conf');
    await writeFile(join(state, 'last-good'), 'old');
    await writeFile(join(state, 'pending.json'), '{"version":1,"hadFile":true}');
    await writeFile(dest, 'bad');
    const { log } = await run();
    expect(await live()).toBe('old');
    expect(log.lines).toContainEqual(expect.stringMatching(/^warn The last run ended before/));
    expect(await readdir(state)).not.toContain('pending.json');

    await writeFile(join(state, 'pending.json'), '{"version":1,"hadFile":false}');
    await run();
    expect(await live()).toBeUndefined();
  });

  it('restores before anything else when it could not at once', async () => {
    const { dest, run, live } = await aDestination();
    await writeFile(dest, 'old');
    let renames = 0;
    const rename: FileSystem['rename'] = async (from, to) => {
      // The second one for the destination is the restoration.
      if (to === dest && ++renames === 2) {
        throw Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' });
      }
      await systemFiles.rename(from, to);
    };
    const { apply } = await run({ check: LINT_LIVE, files: { rename } });
    expect(await apply('bad')).toMatchObject({ kind: 'failed', stage: 'write' });
    expect(await live()).toBe('bad');
    expect(await apply('bad')).toMatchObject({ kind: 'rejected' });
    expect(await live()).toBe('old');
  });
});

describe('what was planted beside the destination', () => {
  async function planted() {
    const scene = await aDestination();
    const state = join(scene.conf, '.tsgen', 'a.conf');
    await mkdir(state, { recursive: true });
    const elsewhere = join(scene.folder, 'elsewhere');
    await mkdir(elsewhere);
    const secret = join(elsewhere, 'a.conf');
    await writeFile(secret, 'secret');
    return { ...scene, state, elsewhere, secret };
  }

  it.each(['manifest.json.new', '.probe'])('is not written through: %s', async (name) => {
    const { state, secret, run } = await planted();
    await symlink(secret, join(state, name));
    const { apply } = await run();
    expect(await apply('one')).toMatchObject({ kind: 'applied' });
    expect(await readFile(secret, 'utf8')).toBe('secret');
  });

  it.each(['pending.json.new', 'last-good.new'])('is not written through: %s', async (name) => {
    const { dest, state, secret, run } = await planted();
    await writeFile(dest, 'before');
    await symlink(secret, join(state, name));
    const { apply } = await run({ check: LINT_LIVE });
    expect(await apply('one')).toMatchObject({ kind: 'applied' });
    expect(await readFile(secret, 'utf8')).toBe('secret');
  });

  it('is not put into the destination', async () => {
    const { state, secret, run, live } = await planted();
    await writeFile(join(state, 'pending.json'), '{"version":1,"hadFile":true}');
    await symlink(secret, join(state, 'last-good'));
    await expect(run()).rejects.toThrow(`'${state}/last-good': it is a symbolic link`);
    expect(await live()).toBeUndefined();
  });

  it('is no folder for a candidate', async () => {
    const { state, elsewhere, secret, run } = await planted();
    await symlink(elsewhere, join(state, 'candidate'));
    const { apply } = await run({ check: LINT });
    const result = await apply('good');
    expect(await readFile(secret, 'utf8')).toBe('secret');
    expect(result).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('is a symbolic link'),
    });
  });

  it('is taken away where a killed run left it', async () => {
    const { state, run } = await planted();
    await writeFile(join(state, 'manifest.json.0123456789ab.new'), '{');
    await run();
    expect(await readdir(state)).toEqual([]);
  });
});

describe('a one-shot', () => {
  it.each(['a one-shot', 'a watch'])(
    'leaves word of whom it could not tell, for %s',
    async (next) => {
      const { conf, run, told, tellings } = await aDestination();
      const failing = await run({ oneShot: true, notify: 'exit 3' });
      expect(await failing.apply('one')).toMatchObject({ kind: 'failed', stage: 'notify' });
      const again = await run({ oneShot: true, notify: 'exit 3' });
      expect(await again.apply('one')).toMatchObject({ kind: 'failed', stage: 'notify' });
      const settling = await run({ oneShot: next === 'a one-shot' });
      expect(await settling.apply('one')).toMatchObject({ kind: 'unchanged', notified: true });
      expect(await tellings()).toEqual(['one']);
      const last = await run({ oneShot: true });
      expect(await last.apply('one')).toMatchObject({ kind: 'unchanged', notified: false });
      if (next === 'a one-shot') expect(await readdir(conf)).toEqual(['a.conf']);
      expect(await readFile(told, 'utf8')).toBe('one\n');
    },
  );

  it('takes the word away when it tells of newer content', async () => {
    const { conf, run, tellings } = await aDestination();
    await (await run({ oneShot: true, notify: 'exit 3' })).apply('one');
    expect(await readdir(join(conf, '.tsgen', 'a.conf'))).toEqual(['manifest.json']);
    const { apply } = await run({ oneShot: true });
    expect(await apply('two')).toMatchObject({ kind: 'applied' });
    expect(await tellings()).toEqual(['two']);
    expect(await readdir(conf)).toEqual(['a.conf']);
  });

  it('takes away only what it made', async () => {
    const { conf, run } = await aDestination();
    await mkdir(join(conf, '.tsgen', 'b.conf'), { recursive: true });
    await (await run({ oneShot: true, notify: 'exit 3' })).apply('one');
    await (await run({ oneShot: true })).apply('one');
    expect(await readdir(join(conf, '.tsgen'))).toEqual(['b.conf']);
  });

  it('checks where the proxy can look, and leaves nothing but the file', async () => {
    const { conf, dest, run } = await aDestination();
    const seen = join(conf, '..', 'seen');
    const { apply } = await run({ oneShot: true, check: `echo {file} >'${seen}'; ${LINT}` });
    expect(await apply('bad')).toMatchObject({ kind: 'rejected' });
    expect(await readdir(conf)).toEqual([]);
    expect(await apply('good')).toMatchObject({ kind: 'applied', checked: true });
    expect(await readdir(conf)).toEqual(['a.conf']);
    expect((await readFile(seen, 'utf8')).startsWith(join(conf, '.a.conf.tsgen-'))).toBe(true);
    expect(await readFile(dest, 'utf8')).toBe('good');
  });

  it('finds another place for the candidate where that folder may not be written', async () => {
    const { folder, conf, dest, run } = await aDestination();
    await writeFile(dest, 'old');
    const mkdirLocked = (async (path: string, options: object) => {
      if (path.startsWith(`${conf}/.a.conf`)) {
        throw Object.assign(new Error('EROFS: read-only'), { code: 'EROFS' });
      }
      return await systemFiles.mkdir(path, options);
    }) as FileSystem['mkdir'];
    const { apply } = await run({ oneShot: true, check: LINT, files: { mkdir: mkdirLocked } });
    expect(await apply('good')).toMatchObject({ kind: 'applied', checked: true });
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });
});

describe('an abort', () => {
  it('ends a check that runs, and changes nothing', async () => {
    const { folder, run, live } = await aDestination();
    const { apply } = await run({ check: `touch '${folder}/checking'; sleep 60; : {file}` });
    const stop = new AbortController();
    const applying = apply('new', stop.signal);
    await expect.poll(() => stat(join(folder, 'checking')).catch(() => undefined)).toBeDefined();
    stop.abort();
    expect(await applying).toEqual({ kind: 'aborted' });
    expect(await live()).toBeUndefined();
    expect(await apply('new', stop.signal)).toEqual({ kind: 'aborted' });
  });

  it('that comes with the verdict changes nothing either', async () => {
    const { run, live } = await aDestination();
    const stop = new AbortController();
    const checkRunner: CommandRunner = {
      ...LOCAL,
      run: async () => {
        stop.abort();
        return { kind: 'exited', exitCode: 0, output: '', durationMs: 1 };
      },
    };
    const { apply } = await run({ check: LINT, checkRunner });
    expect(await apply('good', stop.signal)).toEqual({ kind: 'aborted' });
    expect(await live()).toBeUndefined();
  });

  it('after the swap lets the notification end, which disposing waits for', async () => {
    const { folder, run } = await aDestination();
    const notify = `touch '${folder}/telling'; until [ -e '${folder}/go' ]; do sleep 0.02; done`;
    const { apply, output } = await run({ notify });
    const stop = new AbortController();
    const applying = apply('new', stop.signal);
    await expect.poll(() => stat(join(folder, 'telling')).catch(() => undefined)).toBeDefined();
    stop.abort();
    const order: string[] = [];
    const applied = applying.then(() => order.push('applied'));
    const disposed = output[Symbol.asyncDispose]().then(() => order.push('disposed'));
    await writeFile(join(folder, 'go'), '');
    await Promise.all([applied, disposed]);
    expect(order).toEqual(['applied', 'disposed']);
    expect(await applying).toMatchObject({ kind: 'applied', owed: false });
  });
});

describe('a symbolic link as destination', () => {
  it('stays, with its state beside it', async () => {
    const { folder, conf, dest, run } = await aDestination();
    await writeFile(join(folder, 'real.conf'), 'old');
    await symlink('../real.conf', dest);
    const { apply } = await run({ check: LINT });
    expect(await apply('good')).toMatchObject({ kind: 'applied', how: 'renamed' });
    expect(await readFile(join(folder, 'real.conf'), 'utf8')).toBe('good');
    expect(new Set(await readdir(conf))).toEqual(new Set(['.tsgen', 'a.conf']));
  });
});

describe('standard output', () => {
  it('gets each rendering that differs, and the notifications follow', async () => {
    const { folder } = await aDestination();
    const written: string[] = [];
    const log = aLog();
    const output = createOutput(
      {
        write: (text) => void written.push(text),
        notifications: [{ kind: 'command', command: `echo told >>'${folder}/told'` }],
      },
      {
        files: systemFiles,
        log,
        runner: LOCAL,
        api: aDockerApi(),
        monotonic: () => 0,
        now: () => 0,
        temporaryFolder: folder,
        uid: process.getuid?.(),
        timeoutMs: 20_000,
      },
    );
    const apply = (text: string) =>
      output.apply(aRendering('', text), { signal: new AbortController().signal });
    expect(await apply('one two')).toMatchObject({ kind: 'applied', how: 'stdout', owed: false });
    expect(await apply('one two')).toEqual({ kind: 'unchanged', notified: false, owed: false });
    expect(await apply('three')).toMatchObject({ kind: 'applied' });
    expect(written).toEqual(['one ', 'two', 'three']);
    expect(await readFile(join(folder, 'told'), 'utf8')).toBe('told\ntold\n');
  });
});
