import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileSystem, systemFiles } from '../../src/output/files.ts';
import { HistoryStore } from '../../src/output/history-store.ts';
import type { ApplyResult } from '../../src/output/output.ts';
import type { Rendering } from '../../src/output/rendering.ts';
import { openState } from '../../src/output/state.ts';
import { History } from '../../src/pipeline/history.ts';
import { aLog } from '../support/memory-log.ts';
import { APPLIED, UNCHANGED } from '../support/outcomes.ts';
import { aRendering } from '../support/output-destination.ts';
import { aFolder } from '../support/temporary-folder.ts';

const APPLIES = { ...APPLIED, confirmed: 'r' } as ApplyResult;
const REFUSED: ApplyResult = { kind: 'rejected', message: 'no', reason: 'no' };

/** A history on disk, and runs that it is told of. */
async function scene() {
  const folder = await aFolder();
  const dest = join(folder, 'a.conf');
  const log = aLog();
  const uid = process.getuid?.();
  let isFull = false;
  const guarded: FileSystem['open'] = async (path, flags, mode) => {
    if (isFull && flags === 'wx')
      throw Object.assign(new Error('ENOSPC: full'), { code: 'ENOSPC' });
    return await systemFiles.open(path, flags, mode);
  };
  const files = { ...systemFiles, open: guarded };
  const state = await openState(dest, { files, temporaryFolder: folder, uid, log });
  const history = join(state.path, 'history');
  let now = 0;
  const open = async () => {
    const store = new HistoryStore(state);
    const made = new History({ store, log, now: () => now, dest });
    await made.load();
    return { store, history: made };
  };
  let { store, history: current } = await open();
  const rendering = (text: string, sides: Readonly<Record<string, string>> = {}): Rendering => {
    const one = aRendering(dest, text);
    const [main] = one.files;
    return {
      ...one,
      files: [
        main,
        ...Object.entries(sides).map(([name, content]) => ({
          ...{ path: join(folder, name), chunks: [content] },
          confined: true as const,
        })),
      ],
    };
  };
  const note = async (
    made: Rendering,
    result: ApplyResult,
    more: { readonly live?: Rendering; readonly restores?: number } = {},
  ) => {
    now += 1_000;
    const live = more.live ?? (result.kind === 'rejected' ? undefined : made);
    const containers = () => [{ id: 'i', name: 'web', servers: [], print: made.files[0].path }];
    await current.note({ begun: now, ...more, rendering: made, result, live, containers });
  };
  return {
    ...{ folder, dest, log, history, rendering, note },
    fill: (value: boolean) => {
      isFull = value;
    },
    /** As the next run of tsgen. */
    reopen: async () => {
      ({ store, history: current } = await open());
    },
    get store() {
      return store;
    },
    get current() {
      return current;
    },
    outline: () =>
      current.index.sets.map(
        ({ number, end }) => `${number} ${end.kind}${number === current.index.live ? ' live' : ''}`,
      ),
    names: async () => (await readdir(history)).filter((name) => name.endsWith('.gz')),
  };
}

describe('the history on disk', () => {
  it('gives a set back as it was, to the next run too', async () => {
    const made = await scene();
    const first = { ...made.rendering('one\ntwo\n', { 'a.pem': 'key\n' }), effect: 'e' };
    await made.note(first, APPLIES);
    await made.reopen();
    const [set] = made.current.index.sets;
    const restored = set && (await made.store.restore(set));
    expect(restored?.containers).toMatchObject([{ name: 'web' }]);
    expect(restored?.rendering).toEqual({
      ...first,
      files: [
        { path: made.dest, chunks: ['one\ntwo\n'] },
        { path: join(made.folder, 'a.pem'), confined: true, chunks: ['key\n'] },
      ],
    });
  });

  it('has each content once, and lets go of what no set has any more', async () => {
    const made = await scene();
    for (let number = 1; number <= 52; number += 1) {
      await made.note(made.rendering(`text ${number}\n`, { 'a.pem': 'key\n' }), APPLIES);
    }
    const { sets } = made.current.index;
    expect([sets.length, sets[0]?.number, sets.at(-1)?.number]).toEqual([50, 3, 52]);
    // A main file for each, the key and the containers.
    expect(await made.names()).toHaveLength(52);
  });

  it('keeps its files from others, whatever may lie beside them', async () => {
    const made = await scene();
    await made.note(made.rendering('one\n'), APPLIES);
    expect((await stat(made.history)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(made.history)) {
      expect((await stat(join(made.history, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('takes what a killed run left half written away, and what nobody names', async () => {
    const made = await scene();
    await made.note(made.rendering('one\n'), APPLIES);
    const half = `${'0'.repeat(64)}.gz.0123456789ab.new`;
    await writeFile(join(made.history, half), 'half');
    await writeFile(join(made.history, `${'0'.repeat(64)}.gz`), 'of nobody');
    await made.reopen();
    await made.note(made.rendering('two\n'), APPLIES);
    expect(await readdir(made.history)).toHaveLength(4);
  });

  it('says that a content is damaged or gone in the place of giving another back', async () => {
    const made = await scene();
    await made.note(made.rendering('one\n'), APPLIES);
    await made.note(made.rendering('two\n'), APPLIES);
    const [first, second] = made.current.index.sets;
    const [hash, other] = [first?.files[0]?.hash, second?.files[0]?.hash];
    await writeFile(join(made.history, `${hash}.gz`), 'no zip');
    expect(first && (await made.store.restore(first))).toBeUndefined();
    await writeFile(
      join(made.history, `${hash}.gz`),
      await readFile(join(made.history, `${other}.gz`)),
    );
    expect(first && (await made.store.restore(first))).toBeUndefined();
  });

  it('begins anew where its index is no more to be read', async () => {
    const made = await scene();
    await made.note(made.rendering('one\n'), APPLIES);
    await writeFile(join(made.history, 'index.json'), '{"version":1,"sets":[{"numb');
    await made.reopen();
    expect(made.current.index.sets).toEqual([]);
    await made.note(made.rendering('two\n'), APPLIES);
    expect(made.outline()).toEqual(['1 confirmed live']);
    expect(await made.names()).toHaveLength(2);
  });

  it('warns once where others could have put it there, and keeps nothing from going live', async () => {
    const made = await scene();
    await made.note(made.rendering('one\n'), APPLIES);
    await chmod(made.history, 0o777);
    await made.note(made.rendering('two\n'), APPLIES);
    await made.note(made.rendering('three\n'), APPLIES);
    expect(made.log.lines).toEqual([
      expect.stringMatching(/^warn Cannot keep the history of .*may be written by others/),
    ]);
  });
});

describe('a full disk', () => {
  it('keeps what went live from the history until there is room, and harms nothing in it', async () => {
    const made = await scene();
    await made.note(made.rendering('one\n'), APPLIES);
    made.fill(true);
    await made.note(made.rendering('two\n'), APPLIES);
    expect(made.outline()).toEqual(['1 confirmed live']);
    expect(made.log.lines).toEqual([
      expect.stringMatching(/^warn Cannot keep the history .*ENOSPC/),
    ]);
    made.fill(false);
    const seen = { ...UNCHANGED, confirmed: 'r' } as ApplyResult;
    await made.note(made.rendering('two\n'), seen);
    expect(made.outline()).toEqual(['1 confirmed', '2 confirmed live']);
    expect((await made.names()).length).toBe(3);
    await made.reopen();
    expect(made.outline()).toEqual(['1 confirmed', '2 confirmed live']);
  });
});

describe('what is kept as a set', () => {
  it('is what went live, and not that it is still live', async () => {
    const made = await scene();
    const one = made.rendering('one\n');
    await made.note(one, APPLIES);
    await made.note(made.rendering('one\n'), { ...UNCHANGED, confirmed: 'r' } as ApplyResult);
    await made.reopen();
    await made.note(made.rendering('one\n'), { ...UNCHANGED, confirmed: 'r' } as ApplyResult);
    expect(made.outline()).toEqual(['1 confirmed live']);
  });

  it('is what was found live, such as after a crash before it was kept', async () => {
    const made = await scene();
    await made.note(made.rendering('one\n'), UNCHANGED as ApplyResult);
    expect(made.outline()).toEqual(['1 unasked live']);
  });

  it('is what was refused, once as long as nothing else becomes of it', async () => {
    const made = await scene();
    const bad = made.rendering('bad\n');
    await made.note(made.rendering('one\n'), APPLIES);
    await made.note(bad, REFUSED);
    await made.note(bad, REFUSED);
    await made.note(made.rendering('two\n'), APPLIES);
    await made.note(bad, REFUSED);
    expect(made.outline()).toEqual(['1 confirmed', '2 refused', '3 confirmed live']);
    await made.note(made.rendering('three\n'), APPLIES);
    await made.note(bad, REFUSED);
    expect(made.outline().slice(3)).toEqual(['4 confirmed live', '5 refused']);
  });

  it('is still live when the check would not have it again', async () => {
    const made = await scene();
    await made.note(made.rendering('one\n'), APPLIES);
    await made.note(made.rendering('one\n'), REFUSED);
    expect(made.outline()).toEqual(['1 confirmed live']);
  });

  it('is one for all attempts with what the proxy does not take, and live is what it took', async () => {
    const made = await scene();
    const one = made.rendering('one\n');
    const bad = made.rendering('bad\n');
    const failed: ApplyResult = { kind: 'failed', stage: 'confirm', message: 'old', retry: true };
    await made.note(one, APPLIES);
    await made.note(bad, failed);
    expect(made.outline()).toEqual(['1 confirmed', '2 pending live']);
    // It has ended of it: the files of before are back until the next attempt.
    await made.note(bad, failed, { live: one });
    expect(made.outline()).toEqual(['1 confirmed live', '2 pending']);
    await made.note(bad, failed);
    await made.note(bad, { ...REFUSED, restored: true }, { live: one });
    expect(made.outline()).toEqual(['1 confirmed live', '2 refused']);
  });
});

describe('the set before the live one', () => {
  it('differs for the proxy, was live, and is further back after a rollback', async () => {
    const made = await scene();
    const texts = ['one\n', 'two\n', 'three\n'].map((text) => ({
      ...made.rendering(text),
      effect: text,
    }));
    const [one, two, three] = texts as [Rendering, Rendering, Rendering];
    expect(made.current.previous).toBeUndefined();
    await made.note(one, APPLIES);
    expect(made.current.previous).toBeUndefined();
    await made.note(two, APPLIES);
    await made.note(made.rendering('bad\n'), REFUSED);
    await made.note(three, APPLIES);
    expect(made.current.previous?.number).toBe(2);
    const comment = { ...made.rendering('three # web\n'), effect: 'three\n' };
    await made.note(comment, UNCHANGED as ApplyResult);
    expect(made.outline().at(-1)).toBe('5 unasked live');
    expect(made.current.previous?.number).toBe(2);
    await made.note(two, APPLIES, { restores: 2 });
    expect(made.current.previous?.number).toBe(1);
    await made.note(one, APPLIES, { restores: 1 });
    expect(made.current.previous).toBeUndefined();
    await made.reopen();
    expect(made.current.previous).toBeUndefined();
  });
});
