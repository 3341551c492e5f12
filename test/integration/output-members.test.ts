import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemFiles } from '../../src/output/files.ts';
import { MemberChanges } from '../../src/output/member-changes.ts';
import { type ApplyOptions, createOutput } from '../../src/output/output.ts';
import type { Rendering } from '../../src/output/rendering.ts';
import { type CommandRunner, localRunner } from '../../src/output/runner.ts';
import { openState } from '../../src/output/state.ts';
import { rosterDigest } from '../../src/proxies/roster-digest.ts';
import type {
  RosterMember,
  RosterStep,
  RuntimeMembers,
} from '../../src/proxies/runtime-members.ts';
import { aDockerApi } from '../support/memory-docker-api.ts';
import { aLog } from '../support/memory-log.ts';
import { aFolder } from '../support/temporary-folder.ts';

const HERE = localRunner({ env: { PATH: process.env.PATH }, monotonic: () => performance.now() });

/** Its commands are JSON for the runner below. */
const LANGUAGE: RuntimeMembers = {
  rosterOf: () => ({ members: [], fixed: new Map(), digest: '' }),
  askCommand: '',
  listCommand: '{}',
  listed: (output) => read(output),
  tellCommand: (generation, steps) => JSON.stringify({ generation, steps }),
  heard: (output, steps) => {
    const { generation, members } = read(output);
    return { generation, members: steps.length > 0 ? members : [], refused: [] };
  },
  isOf: () => false,
  partCommand: () => '{}',
  partingOf: () => undefined,
};

function read(output: string) {
  const [generation = '', names = ''] = output.split(' ');
  const members = names.split(',').filter(Boolean);
  return { generation, members: members.map((name) => ({ ...member(name), isDrained: false })) };
}

function member(name: string): RosterMember {
  return {
    ...{ upstream: 'app', name, weight: 1, words: name, isChecked: false },
    container: { id: name, name },
  };
}

/** A proxy in a folder: `GENERATION NAME,NAME` is what its file says, and what runs. */
async function aProxy() {
  const folder = await aFolder();
  const at = (name: string) => join(folder, name);
  const dest = at('conf/a.conf');
  await mkdir(at('conf'));
  await mkdir(at('tmp'));
  const read = async (name: string) => (await readFile(at(name), 'utf8').catch(() => '')).trim();
  /** What becomes of a command that tells of members. */
  const proxy = { isDeaf: false, told: 0 };
  const tell = async (command: string) => {
    const { generation, steps = [] } = JSON.parse(command) as {
      generation?: string;
      steps?: readonly RosterStep[];
    };
    const [before = '', names = ''] = (await read('running')).split(' ');
    const members = new Set(names.split(',').filter(Boolean));
    if (generation === before && !proxy.isDeaf) {
      proxy.told += 1;
      for (const {
        kind,
        member: { name },
      } of steps) {
        if (kind === 'add') members.add(name);
        else members.delete(name);
      }
      await writeFile(at('running'), `${before} ${[...members].sort().join(',')}\n`);
    }
    return await read('running');
  };
  const runner: CommandRunner = {
    ...HERE,
    run: async (command, options) =>
      command.startsWith('{')
        ? { kind: 'exited', exitCode: 0, output: await tell(command), durationMs: 1 }
        : await HERE.run(command, options),
  };

  /** A run of tsgen. */
  const run = async () => {
    const log = aLog();
    const state = { files: systemFiles, temporaryFolder: at('tmp'), uid: process.getuid?.() };
    const ask = `[ -e '${at('running')}' ] || exit 1; cat '${at('running')}'`;
    const confirmation = { command: ask, membersCommand: ask, runner, timeoutMs: 1_000 };
    const reload = `echo told >>'${at('reloads')}'; cp '${dest}' '${at('running')}'`;
    const output = createOutput(
      {
        ...{ dest, confirmation, write: () => undefined },
        notifications: [{ kind: 'command', command: reload }],
        state: await openState(dest, { ...state, log }),
        memberChanges: new MemberChanges({
          ...{ proxy: 'Paper', members: LANGUAGE, confirmation, log },
          monotonic: () => performance.now(),
        }),
      },
      {
        ...{ ...state, log, runner, api: aDockerApi(), now: Date.now, timeoutMs: 20_000 },
        monotonic: () => performance.now(),
      },
    );
    await output.prepare();
    const apply = (text: string, options: Partial<ApplyOptions> = {}) =>
      output.apply(aRendering(dest, text), { signal: new AbortController().signal, ...options });
    const letGo = async (...ids: readonly string[]) =>
      await output.letGo?.(new Set(ids), new AbortController().signal);
    return { apply, letGo, log };
  };
  return {
    ...{ run, at, proxy },
    live: () => read('conf/a.conf'),
    running: () => read('running'),
    reloads: async () => (await read('reloads')).split('\n').filter(Boolean).length,
  };
}

function aRendering(dest: string, text: string): Rendering {
  const [generation = '', names = ''] = text.split(' ');
  const members = names.split(',').filter(Boolean).map(member);
  return {
    files: [{ path: dest, chunks: [`${text}\n`] }],
    ...{ generation, revision: text, effect: text, containerCount: 1 },
    roster: { members, fixed: new Map(), digest: rosterDigest(members) },
  };
}

const TOLD = { kind: 'applied', owed: false, notifications: [], told: { kind: 'at-run-time' } };

describe('an output whose proxy is told of members while it runs', () => {
  it('loads a first configuration, and then none for members', async () => {
    const { run, live, running, reloads } = await aProxy();
    const { apply } = await run();
    expect(await apply('g1 a')).toMatchObject({ kind: 'applied', told: { kind: 'by-reload' } });
    expect(await apply('g1 a,b')).toMatchObject({
      ...{ ...TOLD, confirmed: 'g1 a,b' },
      told: { kind: 'at-run-time', changes: 'app: added b' },
    });
    expect(await apply('g1 b')).toMatchObject(TOLD);
    expect([await live(), await running(), await reloads()]).toEqual(['g1 b', 'g1 b', 1]);
  });

  it('loads another structure, and goes on with members from there', async () => {
    const { run, reloads, proxy } = await aProxy();
    const { apply } = await run();
    await apply('g1 a');
    expect(await apply('g2 a,b')).toMatchObject({
      confirmed: 'g2 a,b',
      told: { kind: 'by-reload' },
    });
    expect(proxy.told).toBe(0);
    expect(await apply('g2 b')).toMatchObject(TOLD);
    expect(await reloads()).toBe(2);
  });

  it('loads what a proxy did not take otherwise, and says why', async () => {
    const { run, running, reloads, proxy } = await aProxy();
    const { apply, log } = await run();
    await apply('g1 a');
    proxy.isDeaf = true;
    const reason = 'it has others than it was told, as for b';
    expect(await apply('g1 a,b')).toMatchObject({
      ...{ kind: 'applied', confirmed: 'g1 a,b', told: { kind: 'by-reload', reason } },
    });
    expect(log.lines).toContain(`info The proxy is to load anew, for its members: ${reason}`);
    expect([await running(), await reloads()]).toEqual(['g1 a,b', 2]);
  });

  it('notifies whoever asks for a notification, all the same', async () => {
    const { run, reloads, proxy } = await aProxy();
    const { apply } = await run();
    await apply('g1 a');
    await apply('g1 a,b', { alwaysNotify: true });
    expect([await reloads(), proxy.told]).toEqual([2, 0]);
    await apply('g1 a');
    expect([await reloads(), proxy.told]).toEqual([2, 1]);
  });

  it('mends at run time what a run before it left behind, or somebody did by hand', async () => {
    const { run, at, running, reloads } = await aProxy();
    await (await run()).apply('g1 a');
    await writeFile(at('conf/a.conf'), 'g1 a,b\n');
    const { apply } = await run();
    expect(await apply('g1 a,b')).toMatchObject({ kind: 'unchanged', owed: false });
    expect([await running(), await reloads()]).toEqual(['g1 a,b', 1]);
    await writeFile(at('running'), 'g1 a\n');
    expect(await apply('g1 a,b', { ask: true })).toMatchObject({ kind: 'unchanged' });
    expect([await running(), await reloads()]).toEqual(['g1 a,b', 1]);
  });

  it('lets a proxy that was loaded by hand be, for that has the same file', async () => {
    const { run, at, reloads, proxy } = await aProxy();
    const { apply } = await run();
    await apply('g1 a');
    await apply('g1 a,b');
    await rm(at('running'));
    await writeFile(at('running'), await readFile(at('conf/a.conf')));
    expect(await apply('g1 a,b', { ask: true })).toMatchObject({ confirmed: 'g1 a,b' });
    expect([await reloads(), proxy.told]).toEqual([1, 1]);
  });

  it('gives nothing more to who leaves, before anything is rendered without them', async () => {
    const { run, live, running, reloads, proxy } = await aProxy();
    const { apply, letGo, log } = await run();
    await apply('g1 a,b,c');
    await letGo('b');
    expect([await live(), await running()]).toEqual(['g1 a,b,c', 'g1 a,c']);
    expect(log.lines).toContain('info Told Paper at run time: app: drained b');
    await letGo('b', 'nobody');
    const told = { kind: 'at-run-time', changes: 'app: drained b' };
    expect(await apply('g1 a,c')).toMatchObject({ ...TOLD, confirmed: 'g1 a,c', told });
    // Once.
    expect([proxy.told, await live(), await reloads()]).toEqual([1, 'g1 a,c', 1]);
    expect(await apply('g1 c,d')).toMatchObject(TOLD);
    expect([await running(), await reloads()]).toEqual(['g1 c,d', 1]);
  });

  it('tells the rest of a change that is more than who leaves', async () => {
    const { run, running, reloads, proxy } = await aProxy();
    const { apply, letGo } = await run();
    await apply('g1 a,b,c');
    await letGo('a');
    await letGo('b');
    const changes = 'app: added d';
    expect(await apply('g1 c,d')).toMatchObject({ ...TOLD, told: { changes } });
    expect([await running(), await reloads(), proxy.told]).toEqual(['g1 c,d', 1, 3]);
  });

  it('does so too when it was another run that had the proxy load', async () => {
    const { run, running, proxy } = await aProxy();
    await (await run()).apply('g1 a,b');
    const { apply, letGo } = await run();
    expect(await apply('g1 a,b')).toMatchObject({ kind: 'unchanged', confirmed: 'g1 a,b' });
    await letGo('b');
    expect([await running(), proxy.told]).toEqual(['g1 a', 1]);
  });

  it('takes back who stays after all', async () => {
    const { run, running, reloads } = await aProxy();
    const { apply, letGo } = await run();
    await apply('g1 a,b');
    await letGo('b');
    expect(await apply('g1 a,b', { ask: true })).toMatchObject({ kind: 'unchanged', owed: false });
    expect([await running(), await reloads()]).toEqual(['g1 a,b', 1]);
  });

  it('takes nobody back for a rendering that was made before they began to leave', async () => {
    const { run, running, reloads, proxy } = await aProxy();
    const { apply, letGo } = await run();
    await apply('g1 a,b,c');
    const left = new Set(['b']);
    await letGo('b');
    expect(await apply('g1 a,b,c,d', { left })).toMatchObject(TOLD);
    expect(await running()).toBe('g1 a,c,d');
    // That it is to be so is known already.
    expect(await apply('g1 a,c,d')).toMatchObject(TOLD);
    expect([await running(), await reloads(), proxy.told]).toEqual(['g1 a,c,d', 1, 2]);
  });

  it('lets them go once more when such a rendering had to be loaded', async () => {
    const { run, running, reloads } = await aProxy();
    const { apply, letGo } = await run();
    await apply('g1 a,b');
    await letGo('b');
    const left = new Set(['b']);
    expect(await apply('g2 a,b', { left })).toMatchObject({ confirmed: 'g2 a,b' });
    expect([await running(), await reloads()]).toEqual(['g2 a', 2]);
    expect(await apply('g2 a')).toMatchObject(TOLD);
    expect([await running(), await reloads()]).toEqual(['g2 a', 2]);
  });

  it('leaves the last of those that leave to what is rendered without them', async () => {
    const { run, running } = await aProxy();
    const { apply, letGo } = await run();
    await apply('g1 a,b');
    await letGo('a', 'b');
    expect(await running()).toBe('g1 a,b');
    await letGo('a');
    await letGo('b');
    expect(await running()).toBe('g1 b');
  });

  it('loads nothing when a proxy does not listen, and mends it with the next rendering', async () => {
    const { run, running, reloads, proxy } = await aProxy();
    const { apply, letGo } = await run();
    await letGo('a');
    await apply('g1 a,b');
    proxy.isDeaf = true;
    await letGo('b');
    expect([await running(), await reloads(), proxy.told]).toEqual(['g1 a,b', 1, 0]);
    proxy.isDeaf = false;
    expect(await apply('g1 a')).toMatchObject(TOLD);
    expect([await running(), await reloads()]).toEqual(['g1 a', 1]);
  });
});
