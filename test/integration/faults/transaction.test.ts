import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FileSystem } from '../../../src/output/files.ts';
import { createOutput } from '../../../src/output/output.ts';
import type { Rendering } from '../../../src/output/rendering.ts';
import type { CommandResult, CommandRunner } from '../../../src/output/runner.ts';
import { openState } from '../../../src/output/state.ts';
import { type Fault, FaultyFiles, needsRoom } from '../../support/faulty-files.ts';
import { aDockerApi } from '../../support/memory-docker-api.ts';
import { aLog } from '../../support/memory-log.ts';
import { aFolder } from '../../support/temporary-folder.ts';

/*
 * The transaction of candidate, check, side files, manifest, swap, notification and confirmation,
 * broken at each of its steps in the file system, one after the other.
 */

/** What a configuration says that nothing is missing of and that names what is there. */
const spelled = (revision: string, word: string) =>
  `begin\nrevision ${revision}\n${word}\ninclude shared.map\ninclude ${revision}.map\nend\n`;
const MAP = /^begin map [^\n]*\nend map\n$/;

interface Setup {
  /** With `{file}` a candidate is checked, without what is live. */
  readonly check: 'check {file}' | 'check {dest}' | undefined;
  /** What goes live in the middle of the fault. */
  readonly next: 'good' | 'bad';
  /** Whether something is live already. */
  readonly hasOld: boolean;
}

/** A proxy that has its configuration checked, loads it when it is told, and says what it runs. */
async function aStand({ check, next, hasOld }: Setup) {
  const folder = await aFolder();
  const temporaryFolder = join(folder, 'tmp');
  const conf = join(folder, 'conf');
  await mkdir(temporaryFolder);
  await mkdir(conf);
  const dest = join(conf, 'a.conf');
  const read = async (path: string) => await readFile(path, 'utf8').catch(() => undefined);

  /** What the proxy has against a file, and what that names. */
  const complaint = async (file: string): Promise<string | undefined> => {
    const text = await read(file);
    if (text === undefined) return 'there is no file';
    if (!text.startsWith('begin\n') || !text.endsWith('\nend\n')) return `half a file: ${text}`;
    if (text.includes('bad')) return 'a bad word';
    for (const [, name] of text.matchAll(/^include (.*)$/gm)) {
      const included = await read(join(conf, String(name)));
      if (included === undefined) return `${name} is not there`;
      if (!MAP.test(included)) return `half a file: ${name}`;
    }
    return undefined;
  };

  let loaded: string | undefined;
  const exited = (exitCode: number, output = ''): CommandResult => ({
    ...{ kind: 'exited', exitCode, output, durationMs: 0 },
  });
  const answer = async (command: string): Promise<CommandResult> => {
    const [, checked] = /^check '?([^']*)'?$/.exec(command) ?? [];
    if (checked !== undefined) {
      const wrong = await complaint(checked);
      return wrong === undefined ? exited(0) : exited(1, wrong);
    }
    if (command === 'reload') {
      if ((await complaint(dest)) === undefined) loaded = await read(dest);
      return exited(0);
    }
    const [, wanted] = /^wanted='?(\w+)'?$/m.exec(command) ?? [];
    return loaded?.includes(`revision ${wanted}\n`) ? exited(0) : exited(3, 'another one');
  };

  const run = async (faulty: FaultyFiles) => {
    // What a crash ended hears no answer any more.
    const runner: CommandRunner = {
      where: 'here',
      unavailable: () => undefined,
      translate: async (path) => ({ kind: 'ok', path }),
      run: async (command) => {
        const result = await answer(command);
        await faulty.files.stat(folder);
        return result;
      },
    };
    const files: FileSystem = faulty.files;
    const log = aLog();
    const shared = { files, temporaryFolder, log, uid: process.getuid?.() };
    const output = createOutput(
      {
        dest,
        write: () => undefined,
        notifications: [{ kind: 'command', command: 'reload' }],
        ...(check ? { check: { command: check, runner, timeoutMs: 1_000 } } : {}),
        confirmation: { command: 'ask', runner, timeoutMs: 1_000 },
        state: await openState(dest, shared),
      },
      {
        ...shared,
        runner,
        api: aDockerApi(),
        monotonic: () => performance.now(),
        now: Date.now,
        timeoutMs: 1_000,
      },
    );
    await output.prepare();
    return {
      log,
      apply: async (revision: string) =>
        await output.apply(rendered(revision, revision === 'new' ? next : 'good'), {
          signal: new AbortController().signal,
        }),
    };
  };

  function rendered(revision: string, word: string): Rendering {
    const side = (name: string) => ({
      path: join(conf, name),
      chunks: [`begin map ${revision}\n`, 'end map\n'],
      confined: true as const,
    });
    return {
      files: [
        { path: dest, chunks: spelled(revision, word).split(/(?<=\n)/) },
        side('shared.map'),
        side(`${revision}.map`),
      ],
      generation: 'g',
      revision,
      effect: revision,
      containerCount: 1,
    };
  }

  const old = hasOld ? spelled('old', 'good') : undefined;
  if (hasOld) await (await run(new FaultyFiles())).apply('old');

  return {
    dest,
    run,
    old,
    loaded: () => loaded,
    live: () => read(dest),
    complaint: () => complaint(dest),
    /** The old or the new content, whole, with all that it names. */
    expectWhole: async (step: string) => {
      const live = await read(dest);
      expect([old, spelled('new', next)], step).toContain(live);
      if (live !== undefined && (next === 'good' || live === old)) {
        expect(await complaint(dest), step).toBeUndefined();
      }
    },
    /** Nothing lies about that a run has to take away. */
    expectTidy: async (step: string, revision: 'old' | 'new' | undefined) => {
      const names = (await readdir(conf)).sort();
      const sides = revision === undefined ? [] : [`${revision}.map`, 'shared.map'];
      expect(names, step).toEqual(
        ['.tsgen', ...(revision === undefined ? [] : ['a.conf']), ...sides].sort(),
      );
      const kept = await readdir(join(conf, '.tsgen', basename(dest)));
      expect(
        kept.filter((name) => /\.new$|^pending\.json$|^sides\.json$/.test(name)),
        step,
      ).toEqual([]);
    },
  };
}

type Stand = Awaited<ReturnType<typeof aStand>>;

/** Plays a setup once to the end, to learn the steps, and then with a fault at each that it hits. */
async function atEachStep(
  setup: Setup,
  fault: Fault,
  play: (stand: Stand, faulty: FaultyFiles, step: string) => Promise<void>,
): Promise<number> {
  const whole = new FaultyFiles();
  const stand = await aStand(setup);
  const { apply } = await stand.run(whole);
  // The disk that refuses to begin at all is another story.
  const first = fault === 'refused' ? whole.steps.length : 0;
  await apply('new');
  const steps = whole.steps.map((step) => step.replaceAll(dirname(stand.dest), ''));
  const hit = [...steps.entries()].filter(([number, step]) => {
    if (fault === 'full') return needsRoom(step);
    // Without a power cut, what is to be synced is there already.
    if (fault === 'crash') return !/^(sync|chmod|chown) /.test(step);
    return number >= first;
  });
  const playOne = async ([number, step]: readonly [number, string]) =>
    await play(
      await aStand(setup),
      new FaultyFiles(fault, number),
      `${fault} at ${number}: ${step}`,
    );
  // Some at a time: they wait for the disk more than they work.
  while (hit.length > 0) await Promise.all(hit.splice(0, 8).map(playOne));
  return steps.length;
}

const SETUPS: readonly Setup[] = [
  { check: undefined, next: 'good', hasOld: true },
  { check: 'check {file}', next: 'good', hasOld: false },
  { check: 'check {file}', next: 'good', hasOld: true },
  { check: 'check {file}', next: 'bad', hasOld: true },
  { check: 'check {dest}', next: 'good', hasOld: false },
  { check: 'check {dest}', next: 'good', hasOld: true },
  { check: 'check {dest}', next: 'bad', hasOld: true },
];
/** After the recovery. */
const winner = ({ next, hasOld }: Setup) => {
  if (next === 'good') return 'new';
  return hasOld ? 'old' : undefined;
};
/** A check of what is live looks at it after the swap: until then it may be anything. */
const isWholeMeanwhile = ({ check, next }: Setup) => check !== 'check {dest}' || next === 'good';

/** Attempts it once; `undefined` where the state folder could not be made or tidied, and all is as it was. */
async function begin(setup: Setup, stand: Stand, faulty: FaultyFiles, step: string) {
  const running = await stand.run(faulty).catch(() => undefined);
  await running?.apply('new');
  if (!running || isWholeMeanwhile(setup)) await stand.expectWhole(step);
  return running;
}

async function expectWinner(setup: Setup, stand: Stand, step: string): Promise<void> {
  const revision = winner(setup);
  const expected = revision && spelled(revision, 'good');
  expect(await stand.live(), step).toBe(expected);
  expect(stand.loaded(), step).toBe(expected);
}

describe.each(SETUPS)('with $check, a $next one, something live before: $hasOld', (setup) => {
  it('a run that is killed at any step leaves what works, and the next one goes on from there', async () => {
    const steps = await atEachStep(setup, 'crash', async (stand, faulty, step) => {
      const killed = stand.run(faulty).then(({ apply }) => apply('new'));
      await Promise.race([faulty.crashed, killed]);
      expect(faulty.hasStruck, step).toBe(true);
      await faulty.closeAll();
      // A proxy that is started now has to find something that it can start with.
      if (isWholeMeanwhile(setup)) await stand.expectWhole(step);

      const next = await stand.run(new FaultyFiles());
      await stand.expectWhole(step);
      await next.apply('new');
      await stand.expectTidy(step, winner(setup));
      await expectWinner(setup, stand, step);
    });
    expect(steps).toBeGreaterThan(10);
  });

  it('a disk that is full from any step on leaves what works, and what it is to be once there is room', async () => {
    await atEachStep(setup, 'full', async (stand, faulty, step) => {
      const running = await begin(setup, stand, faulty, step);
      if (!running) return;
      faulty.heal();
      await running.apply('new');
      await stand.expectTidy(step, winner(setup));
      await expectWinner(setup, stand, step);
      expect(await faulty.closeAll(), step).toBe(0);
    });
  });

  it('a step that is refused leaves what works, and the next attempt makes it good', async () => {
    await atEachStep(setup, 'refused', async (stand, faulty, step) => {
      const running = await begin(setup, stand, faulty, step);
      if (!running) return;
      await running.apply('new');
      await expectWinner(setup, stand, step);
      expect(await faulty.closeAll(), step).toBe(0);
    });
  });
});
