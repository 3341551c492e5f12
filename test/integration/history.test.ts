import { writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryReport, SetDetails } from '../../src/status/history-report.ts';
import type { StatusReport } from '../../src/status/report.ts';
import { askWatch } from '../support/ask-watch.ts';
import type { Ran } from '../support/built-cli.ts';
import { aFaultScene } from '../support/fault-scene.ts';
import { SOON } from '../support/soon.ts';

/** A watch over a proxy in a container, and what the commands that look back say of it. */
async function scene() {
  const made = await aFaultScene();
  const { cli, dest, folder } = made;
  const tsgen = (command: string, ...args: string[]) => cli.run(command, ...args, '--dest', dest);
  const json = async <Answer>(...args: [string, ...string[]]) =>
    JSON.parse((await tsgen(...args, '--json')).stdout) as Answer;
  const sets = async () => (await askWatch<HistoryReport>(dest, '/history')).sets;
  /** The same from the command line, which needs no watch. */
  const printedSets = async () => (await json<HistoryReport>('history')).sets;
  return {
    ...made,
    tsgen,
    json,
    sets,
    printedSets,
    status: () => askWatch<StatusReport>(dest, '/status'),
    outline: async () => outlineOf(await sets()),
    printedOutline: async () => outlineOf(await printedSets()),
    /** Names of what the history keeps on disk. */
    kept: async () => (await readdir(join(folder, '.tsgen/out.conf/history'))).sort(),
  };
}

/** `NUMBER KIND`, and which is live; newest first. */
const outlineOf = (sets: HistoryReport['sets']) =>
  sets.map(({ number, isLive, end }) => `${number} ${end.kind}${isLive ? ' live' : ''}`);

const names = (...list: readonly string[]) => ({ names: list, more: 0 });

describe('tsgen history', () => {
  it('says when which containers came and went, how it was applied, and that it was seen', async () => {
    const {
      web,
      join: joins,
      start,
      settled,
      expectServing,
      sets,
      printedSets,
      tsgen,
      dest,
      engine,
    } = await scene();
    const a = web('a');
    const watch = start();
    await settled(watch, 'a');
    joins('b');
    await expectServing(watch, 'a', 'b');
    engine.stop(a);
    await expectServing(watch, 'b');
    await expect.poll(async () => (await sets())[0]?.end.kind, SOON).toBe('confirmed');
    const [third, second, first] = await printedSets();
    expect(first).toMatchObject({
      number: 1,
      isLive: false,
      change: { came: names('a', 'proxy'), went: names(), changed: names() },
      end: { kind: 'confirmed' },
    });
    expect(first).not.toHaveProperty('before');
    expect(second).toMatchObject({
      ...{ number: 2, before: 1, isLive: false },
      change: { came: names('b'), went: names(), lines: { added: 2, removed: 1 }, otherFiles: 0 },
      end: { kind: 'confirmed', how: 'reload' },
    });
    // It stopped first, and was gone then; or both were one change.
    expect(third).toMatchObject({ isLive: true, end: { kind: 'confirmed', how: 'reload' } });
    const { stdout } = await tsgen('history');
    expect(stdout).toMatch(/^ {2}SET +WHEN +CONTAINERS +LINES +HOW +CONFIRMED$/m);
    expect(stdout).toMatch(/^ {2}2 +\S+Z +\+b +\+2 -1 +reload +after [\d.]+ m?s$/m);
    expect(stdout).toMatch(/^● 3 /m);

    const shown = (await tsgen('history', '2')).stdout;
    expect(shown).toContain('Compared with set 1:');
    expect(shown).toContain(`--- ${dest}\n+++ ${dest}\n`);
    expect(shown).toContain('\n+server b\n');
    expect(shown).not.toContain('\n+server a\n');
    expect((await tsgen('history', '--diff')).stdout).toContain('\n-server a\n');
    expect(watch.log()).not.toContain('ERROR');
  });

  it('is there when tsgen was started anew, and when none runs', async () => {
    const {
      web,
      join: joins,
      start,
      settled,
      expectServing,
      outline,
      printedOutline,
      tsgen,
    } = await scene();
    web('a');
    const watch = start();
    await settled(watch, 'a');
    joins('b');
    await expectServing(watch, 'a', 'b');
    await expect.poll(outline, SOON).toEqual(['2 confirmed live', '1 confirmed']);
    watch.signal('SIGTERM');
    await watch.ended;
    expect(await printedOutline()).toEqual(['2 confirmed live', '1 confirmed']);
    expect((await tsgen('history', '2')).stdout).toContain('\n+server b\n');
    const again = start();
    await settled(again, 'a', 'b');
    joins('c');
    await expectServing(again, 'a', 'b', 'c');
    await expect.poll(outline, SOON).toEqual(['3 confirmed live', '2 confirmed', '1 confirmed']);
    const { exitCode, stderr } = await tsgen('history', '9');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('There is no set 9')]);
    expect((await tsgen('history', 'last')).exitCode).toBe(2);
  });

  it('says why a set was refused, once however often it is tried', async () => {
    const { web, join: joins, start, settled, proxy, sets, tsgen } = await scene();
    web('a');
    const watch = start();
    await settled(watch, 'a');
    proxy.before = (asked) =>
      asked === 'check' ? { exitCode: 1, stderr: 'no room for b\n' } : undefined;
    joins('b');
    await expect.poll(async () => (await sets()).length, SOON).toBe(2);
    const checks = proxy.asked.check;
    await expect.poll(() => proxy.asked.check, SOON).toBeGreaterThan(checks + 1);
    expect(await sets()).toMatchObject([
      { number: 2, isLive: false, end: { kind: 'refused' } },
      { number: 1, isLive: true },
    ]);
    expect((await tsgen('history')).stdout).toMatch(/^✗ 2 .*refused: .*no room for b/m);
  });

  it('keeps files for nobody but its user, each content once, and no more than it shows', async () => {
    const {
      web,
      join: joins,
      write,
      cli,
      folder,
      dest,
      start,
      settled,
      tsgen,
      json,
      kept,
    } = await scene();
    const SECRET = 'BEGIN PRIVATE KEY of nobody';
    await write(
      'paper.hbs',
      [
        'begin',
        'revision {{revision}}',
        'userlist u',
        '    user joe insecure-password {{Env.PASS}}',
        `{{#writeFile "site.key"}}${SECRET}\n{{/writeFile}}`,
        '{{#each containers}}{{#unless (or stopping (eq Name "proxy"))}}server {{Name}}',
        '{{/unless}}{{/each}}end',
        '',
      ].join('\n'),
    );
    web('a');
    const watch = start({ cli: cli.with({ PASS: 'open-sesame' }) });
    await settled(watch, 'a');
    expect(await readFile(dest, 'utf8')).toContain('open-sesame');
    const { stdout } = await tsgen('history', '1');
    const details = JSON.stringify(await json<SetDetails>('history', '1'));
    for (const shown of [stdout, details]) {
      expect(shown).toContain('site.key');
      expect(shown).not.toContain('open-sesame');
      expect(shown).not.toContain(SECRET);
    }
    expect(details).toContain('insecure-password (hidden)');
    const history = join(folder, '.tsgen/out.conf/history');
    expect((await stat(history)).mode & 0o777).toBe(0o700);
    const before = await kept();
    for (const name of before) expect((await stat(join(history, name))).mode & 0o777).toBe(0o600);
    // Index, main file, key and containers; then a main file and containers more.
    expect(before).toHaveLength(4);
    joins('b');
    await expect.poll(async () => (await kept()).length, SOON).toBe(6);
  });

  it('is whole after tsgen was killed while it wrote it', async () => {
    const {
      cli,
      file,
      web,
      join: joins,
      start,
      expectServing,
      outline,
      printedOutline,
      folder,
      proxy,
    } = await scene();
    web('a');
    for (const [at, name] of [
      ['after open .*/history/.*[.]gz', 'b'],
      ['before rename .*/history/index[.]json$', 'c'],
      ['after rename .*/history/index[.]json$', 'd'],
    ] as const) {
      const armed = file(`armed-${name}`);
      const preload = resolve('test/support/killed-at.mjs');
      const env = { NODE_OPTIONS: `--import ${preload}`, KILLED_AT: at, KILLED_WHEN: armed };
      const killed = start({ cli: cli.with(env) });
      const those = ['a', 'b', 'c', 'd'].slice(0, ['b', 'c', 'd'].indexOf(name) + 1);
      await expectServing(killed, ...those);
      await expect.poll(outline, SOON).toContain(`${those.length} confirmed live`);
      // Not before: what was kept last may still be on its way to the disk.
      proxy.before = (asked) => {
        if (asked === 'reload') writeFileSync(armed, '');
        return undefined;
      };
      joins(name);
      expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
      proxy.before = () => undefined;
      expect((await printedOutline()).length).toBeGreaterThan(0);
    }
    const watch = start();
    await expectServing(watch, 'a', 'b', 'c', 'd');
    await expect
      .poll(outline, SOON)
      .toEqual(['4 confirmed live', '3 confirmed', '2 confirmed', '1 confirmed']);
    const left = await readdir(join(folder, '.tsgen/out.conf/history'));
    expect(left.filter((one) => one.endsWith('.new'))).toEqual([]);
  });
});

/** A scene in which `b` came after `a`: two sets. */
async function twoSets() {
  const made = await scene();
  const { web, join: joins, start, settled, expectServing, outline } = made;
  web('a');
  const watch = start();
  await settled(watch, 'a');
  joins('b');
  await expectServing(watch, 'a', 'b');
  await expect.poll(outline, SOON).toEqual(['2 confirmed live', '1 confirmed']);
  return { ...made, watch };
}

const held = (result: Ran) => [result.exitCode, result.stdout] as const;

describe('tsgen rollback and resume', () => {
  it('bring an earlier set back, hold it while containers come, and go on from the engine', async () => {
    const {
      cli,
      watch,
      proxy,
      tsgen,
      status,
      join: joins,
      expectServing,
      outline,
      settled,
    } = await twoSets();
    expect(held(await tsgen('rollback'))).toEqual([
      0,
      expect.stringMatching(/^set 1, from \S+Z, is held until tsgen resume: applied$/),
    ]);
    expect(proxy.servers).toEqual(['a']);
    expect(await outline()).toEqual(['3 confirmed live', '2 confirmed', '1 confirmed']);
    joins('c');
    await expect
      .poll(async () => (await status()).held, SOON)
      .toMatchObject({ number: 1, pending: { came: names('b', 'c'), went: names() } });
    expect(watch.log()).toContain('is held, so this is not applied: +b +c');
    expect(proxy.servers).toEqual(['a']);
    const { stdout } = await tsgen('status');
    expect(stdout).toContain('healthy: ');
    expect(stdout).toContain('Not applied: +b +c (tsgen diff shows all of it)');
    expect((await cli.run('explain')).stdout).toMatch(/^Set 1, from \S+, is held since \S+, until/);
    const health = await tsgen('healthcheck');
    expect(held(health)).toEqual([0, expect.stringContaining('set 1 of its history is held')]);
    expect((await tsgen('history')).stdout).toContain('is held since');

    expect(held(await tsgen('resume'))).toEqual([0, 'set 1 is not held any more: applied']);
    await expectServing(watch, 'a', 'b', 'c');
    expect(await status()).not.toHaveProperty('held');
    expect(held(await tsgen('resume'))).toEqual([0, expect.stringMatching(/^nothing is held/)]);
    joins('d');
    await settled(watch, 'a', 'b', 'c', 'd');
    expect(watch.log()).not.toContain('ERROR');
  });

  it('hold over a restart of tsgen, without telling the proxy again', async () => {
    const { watch, proxy, tsgen, status, start, join: joins, expectServing } = await twoSets();
    await tsgen('rollback', '1');
    watch.signal('SIGTERM');
    await watch.ended;
    expect((await tsgen('history')).stdout).toContain('Set 1, from');
    joins('c');
    const { reload } = proxy.asked;
    const again = start();
    await expect.poll(again.log, SOON).toContain('is held until tsgen resume');
    await expect
      .poll(async () => (await status()).held?.pending.came, SOON)
      .toEqual(names('b', 'c'));
    expect(proxy.servers).toEqual(['a']);
    expect(proxy.asked.reload).toBe(reload);
    expect((await tsgen('resume')).exitCode).toBe(0);
    await expectServing(again, 'a', 'b', 'c');
  });

  it('hold against a one-shot while no watch runs', async () => {
    const { watch, cli, file, dest, proxy, tsgen, start, expectServing } = await twoSets();
    await tsgen('rollback', '1');
    watch.signal('SIGTERM');
    await watch.ended;
    const live = await readFile(dest, 'utf8');
    const once = ['--once', '--template', file('paper.hbs'), '--dest', dest, '--proxy', 'proxy'];
    const { exitCode, stderr } = await cli.run(...once, '--notify', 'reload');
    expect([exitCode, stderr]).toEqual([
      12,
      expect.stringMatching(/Cannot apply to .*: set 1 is held since .* run tsgen resume first/),
    ]);
    expect(await readFile(dest, 'utf8')).toBe(live);
    expect(proxy.servers).toEqual(['a']);
    const again = start();
    await expect.poll(again.log, SOON).toContain('is held until tsgen resume');
    expect((await tsgen('resume')).exitCode).toBe(0);
    await expectServing(again, 'a', 'b');
  });

  it('ask nobody for a set that was made for another way of asking, and say so', async () => {
    const { watch, proxy, tsgen, start, status } = await twoSets();
    watch.signal('SIGTERM');
    await watch.ended;
    const again = start({ args: ['--confirm', 'ask otherwise'] });
    await expect.poll(async () => (await status()).confirmation?.kind, SOON).toBe('confirmed');
    const { confirm } = proxy.asked;
    const { exitCode, stdout } = await tsgen('rollback', '1');
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^set 1, .* is held until tsgen resume: applied; nobody asked the proxy/,
      ),
    ]);
    expect(proxy.servers).toEqual(['a']);
    expect(proxy.asked.confirm, again.log()).toBe(confirm);
  });

  it('go further back the second time, until there is nothing before', async () => {
    const { watch, proxy, tsgen, join: joins, expectServing, outline } = await twoSets();
    joins('c');
    await expectServing(watch, 'a', 'b', 'c');
    await expect.poll(async () => (await outline())[0], SOON).toBe('3 confirmed live');
    for (const [set, ...servers] of [
      ['set 2', 'a', 'b'],
      ['set 1', 'a'],
    ]) {
      expect((await tsgen('rollback')).stdout).toMatch(new RegExp(`^${set},`));
      expect(proxy.servers).toEqual(servers);
    }
    const none = await tsgen('rollback');
    expect([none.exitCode, none.stderr]).toEqual([
      2,
      expect.stringMatching(/There is no set .* before the one that is live.*sets 1 to 5/),
    ]);
    const unknown = await tsgen('rollback', '77');
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('There is no set 77'),
    ]);
    expect(proxy.servers).toEqual(['a']);
    // What is live can be held as it is.
    expect((await tsgen('rollback', '5')).stdout).toContain('is held until tsgen resume');
  });

  it('change nothing that is live when the check says no, and hold nothing then', async () => {
    const { watch, proxy, tsgen, status, join: joins, expectServing, dest } = await twoSets();
    const live = await readFile(dest, 'utf8');
    proxy.before = (asked) =>
      asked === 'check' ? { exitCode: 1, stderr: 'cannot load a.crt\n' } : undefined;
    const { exitCode, stdout } = await tsgen('rollback');
    expect(exitCode).toBe(6);
    expect(stdout).toMatch(/^set 1, from \S+Z, was not brought back: .*cannot load a\.crt/);
    expect(await readFile(dest, 'utf8')).toBe(live);
    expect(proxy.servers).toEqual(['a', 'b']);
    expect(await status()).not.toHaveProperty('held');
    proxy.before = () => undefined;
    joins('c');
    await expectServing(watch, 'a', 'b', 'c');
  });

  it('say which servers are gone, and refuse what a held set cannot have', async () => {
    const { tsgen, engine, watch, expectServing, web, sets, proxy } = await twoSets();
    const c = web('c');
    engine.emit('start', c);
    await expectServing(watch, 'a', 'b', 'c');
    engine.stop(c);
    await expectServing(watch, 'a', 'b');
    await expect.poll(async () => (await sets())[0]?.end.kind, SOON).toBe('confirmed');
    const back = await tsgen('rollback', '3');
    expect(proxy.servers).toEqual(['a', 'b', 'c']);
    expect(back.exitCode).toBe(0);
    expect(back.stderr).toContain('1 of its 4 servers are not what they were: c');
    const drain = await tsgen('drain', 'a');
    expect([drain.exitCode, drain.stderr]).toEqual([
      12,
      expect.stringMatching(/Cannot drain 'a': set 3 .* is held .*Run tsgen resume first/),
    ]);
    const refresh = await tsgen('refresh');
    expect(held(refresh)).toEqual([12, expect.stringContaining('set 3 is held')]);
  });

  it('go before what is being applied, which is then over', async () => {
    const { proxy, tsgen, join: joins, status, outline } = await twoSets();
    let asked = 0;
    proxy.before = (what) => {
      if (what === 'confirm') asked += 1;
      return what === 'confirm' && asked === 1 ? { hangs: true } : undefined;
    };
    joins('c');
    await expect.poll(() => asked, SOON).toBe(1);
    const { exitCode, stdout } = await tsgen('rollback', '1');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('is held until')]);
    expect(proxy.servers).toEqual(['a']);
    expect((await status()).held).toMatchObject({ number: 1 });
    expect(await outline()).toEqual([
      '4 confirmed live',
      '3 pending',
      '2 confirmed',
      '1 confirmed',
    ]);
  });

  it('bring the files beside it back too, which had gone', async () => {
    const {
      web,
      write,
      folder,
      start,
      settled,
      join: joins,
      expectServing,
      tsgen,
      outline,
    } = await scene();
    await write(
      'paper.hbs',
      [
        'begin',
        'revision {{revision}}',
        '{{#writeFile (concat "of-" (len containers) ".list")}}{{len containers}}\n{{/writeFile}}',
        '{{#each containers}}{{#unless (or stopping (eq Name "proxy"))}}server {{Name}}',
        '{{/unless}}{{/each}}end',
        '',
      ].join('\n'),
    );
    const beside = async () => (await readdir(folder)).filter((name) => name.endsWith('.list'));
    web('a');
    const watch = start();
    await settled(watch, 'a');
    joins('b');
    await expectServing(watch, 'a', 'b');
    await expect.poll(outline, SOON).toEqual(['2 confirmed live', '1 confirmed']);
    expect(await beside()).toEqual(['of-3.list']);
    expect((await tsgen('rollback')).exitCode).toBe(0);
    expect(await beside()).toEqual(['of-2.list']);
    expect(await readFile(join(folder, 'of-2.list'), 'utf8')).toBe('2\n');
    const { stdout } = await tsgen('history', '--diff');
    expect(stdout).toContain(`beside it   ${folder}/of-2.list (new)`);
    expect(stdout).toContain(`beside it   ${folder}/of-3.list (gone)`);
    expect((await tsgen('resume')).exitCode).toBe(0);
    expect(await beside()).toEqual(['of-3.list']);
  });

  it('hold after tsgen was killed while the proxy was told of it', async () => {
    const { watch, proxy, tsgen, start, status, expectServing } = await twoSets();
    proxy.before = (asked) => {
      if (asked === 'reload') watch.signal('SIGKILL');
      return asked === 'reload' ? { hangs: true } : undefined;
    };
    expect((await tsgen('rollback')).exitCode).not.toBe(0);
    expect(await watch.ended).toMatchObject({ signal: 'SIGKILL' });
    proxy.before = () => undefined;
    const again = start();
    await expectServing(again, 'a');
    await expect.poll(async () => (await status()).held, SOON).toMatchObject({ number: 1 });
    expect((await tsgen('resume')).exitCode).toBe(0);
    await expectServing(again, 'a', 'b');
  });

  it('give a set up that the proxy does not take, and go on as before', async () => {
    const { watch, proxy, tsgen, status, expectServing, outline, join: joins } = await twoSets();
    proxy.before = (asked) => (asked === 'reload' ? {} : undefined);
    const { exitCode } = await tsgen('rollback', '1');
    expect(exitCode).toBe(8);
    await expect.poll(async () => (await status()).held, SOON).toBeUndefined();
    proxy.before = () => undefined;
    joins('c');
    await expectServing(watch, 'a', 'b', 'c');
    await expect.poll(outline, SOON).toContain('3 refused');
  });

  it('need a watch, and a history', async () => {
    const { tsgen, dest } = await scene();
    const { exitCode, stderr } = await tsgen('rollback');
    expect([exitCode, stderr]).toEqual([9, expect.stringContaining('No watch answers')]);
    const none = await tsgen('history');
    expect([none.exitCode, none.stderr]).toEqual([
      9,
      expect.stringContaining(`There is no history of ${dest}`),
    ]);
  });
});
