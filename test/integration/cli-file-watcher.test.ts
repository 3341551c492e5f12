import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileWatcher } from '../../src/templates/watch.ts';
import { aFolder } from '../support/temporary-folder.ts';

async function scene() {
  const folder = await aFolder();
  const changed = new Set<string>();
  const errors: unknown[] = [];
  const watcher = new FileWatcher({
    onChange: (path) => changed.add(path),
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => watcher[Symbol.asyncDispose]());
  const file = (name: string) => join(folder, name);
  return {
    watcher,
    file,
    errors,
    /** Until the watcher has told of this file; what it told before is forgotten. */
    told: async (name: string, change: () => Promise<unknown>) => {
      changed.clear();
      await change();
      await expect.poll(() => [...changed], { timeout: 10_000 }).toEqual([file(name)]);
    },
  };
}

describe('FileWatcher', () => {
  it('tells of its files alone: written, replaced, gone and come again', async () => {
    const { watcher, file, told, errors } = await scene();
    await writeFile(file('a'), '1');
    await watcher.set([file('a'), file('later')]);
    await told('a', () => writeFile(file('a'), 'longer'));
    await told('a', async () => {
      await writeFile(file('new'), 'replacement');
      await rename(file('new'), file('a'));
    });
    await told('a', () => rm(file('a')));
    await told('a', () => writeFile(file('a'), 'again'));
    await told('later', () => writeFile(file('later'), 'first'));
    expect(errors).toEqual([]);
  });

  it('takes other files, in the same folder and in another one', async () => {
    const { watcher, file, told } = await scene();
    await mkdir(file('sub'));
    for (const name of ['a', 'b', 'sub/c']) await writeFile(file(name), '1');
    await watcher.set([file('a')]);
    await watcher.set([file('b'), file('sub/c')]);
    await told('b', async () => {
      await writeFile(file('a'), 'not watched any more');
      await writeFile(file('b'), 'longer');
    });
    await told('sub/c', () => writeFile(file('sub/c'), 'longer'));
  });
});
