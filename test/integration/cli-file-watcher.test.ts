import { appendFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FileWatcher } from '../../src/templates/watch.ts';
import { aFolder } from '../support/temporary-folder.ts';

async function scene() {
  const folder = await aFolder();
  const changed = new Set<string>();
  const before = new Set<string>();
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
      // A file that is seen while it is written, and empty, is told of twice, maybe late.
      before.delete(file(name));
      changed.clear();
      await change();
      await expect
        .poll(() => [...changed].filter((path) => !before.has(path)))
        .toEqual([file(name)]);
      before.add(file(name));
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

  it('tells of a change between the reading of a file and the watching', async () => {
    const { watcher, file, told } = await scene();
    await writeFile(file('a'), '1');
    watcher.note(file('a'));
    await told('a', async () => {
      await writeFile(file('a'), 'longer');
      await watcher.set([file('a')]);
    });
  });

  it('tells of such a change also where the system told of it before, for the sake of another file', async () => {
    const { watcher, file, told } = await scene();
    for (const name of ['a', 'b']) await writeFile(file(name), '1');
    await watcher.set([file('a')]);
    watcher.note(file('b'));
    await told('a', async () => {
      await writeFile(file('b'), 'longer');
      await writeFile(file('a'), 'longer');
    });
    await told('b', () => watcher.set([file('a'), file('b')]));
  });

  it('tells of a file in a folder that does not exist yet, goes, and is replaced', async () => {
    const { watcher, file, told } = await scene();
    await watcher.set([file('x/y/a')]);
    await told('x/y/a', async () => {
      await mkdir(file('x/y'), { recursive: true });
      await writeFile(file('x/y/a'), '1');
    });
    await told('x/y/a', () => rm(file('x'), { recursive: true }));
    await told('x/y/a', async () => {
      await mkdir(file('new/y'), { recursive: true });
      await writeFile(file('new/y/a'), '2');
      await rename(file('new'), file('x'));
    });
    await told('x/y/a', () => writeFile(file('x/y/a'), 'longer'));
  });

  it('tells of what a link leads to, and of another link in its place', async () => {
    const { watcher, file, told } = await scene();
    for (const name of ['one', 'two', 'live']) await mkdir(file(name));
    await writeFile(file('one/a'), '1');
    await writeFile(file('two/a'), '2');
    await symlink('../one/a', file('live/a'));
    await watcher.set([file('live/a')]);
    await told('live/a', () => writeFile(file('one/a'), 'longer'));
    await told('live/a', async () => {
      await symlink('../two/a', file('live/b'));
      await rename(file('live/b'), file('live/a'));
    });
    await told('live/a', () => writeFile(file('two/a'), 'longer'));
  });

  it('tells of a path that is a folder when an entry comes or goes', async () => {
    const { watcher, file, told } = await scene();
    await mkdir(file('d'));
    await writeFile(file('d/a'), '1');
    await watcher.set([file('d')]);
    await told('d', () => writeFile(file('d/b'), '1'));
    await told('d', async () => {
      await writeFile(file('d/b'), 'an entry that changes is none that comes');
      await rm(file('d/a'));
    });
    await told('d', () => rm(file('d'), { recursive: true }));
    await told('d', () => mkdir(file('d')));
    await told('d', () => writeFile(file('d/c'), '1'));
  });

  it('looks at files though their folder is never still', async () => {
    const { watcher, file, told } = await scene();
    await writeFile(file('a'), '1');
    await watcher.set([file('a')]);
    const noise = setInterval(() => void appendFile(file('log'), 'x'), 20);
    onTestFinished(() => clearInterval(noise));
    await told('a', () => writeFile(file('a'), 'longer'));
  });
});

describe('FileWatcher, of whole folders,', () => {
  it('tells of each entry that comes, changes or goes', async () => {
    const { watcher, file, told, errors } = await scene();
    await mkdir(file('certs'));
    await writeFile(file('certs/a.crt'), '1');
    await watcher.set([file('other')], { folders: [file('certs')] });
    await told('certs/a.crt', () => writeFile(file('certs/a.crt'), 'longer'));
    await told('certs/b.crt', () => writeFile(file('certs/b.crt'), '1'));
    await told('certs/a.crt', () => rm(file('certs/a.crt')));
    await told('other', () => writeFile(file('other'), '1'));
    expect(errors).toEqual([]);
  });

  it('tells of the entries of one that comes later, and of one in its place', async () => {
    const { watcher, file, told } = await scene();
    await watcher.set([], { folders: [file('certs')] });
    await told('certs/a.crt', async () => {
      await mkdir(file('certs'));
      await writeFile(file('certs/a.crt'), '1');
    });
    await mkdir(file('new'));
    await writeFile(file('new/a.crt'), 'renewed');
    await told('certs/a.crt', async () => {
      await rename(file('certs'), file('old'));
      await rename(file('new'), file('certs'));
    });
    await told('certs/a.crt', () => rm(file('certs/a.crt')));
  });

  it('follows a folder in another one’s place though somebody else watches that path too', async () => {
    const first = await scene();
    const changed = new Set<string>();
    const second = new FileWatcher({
      onChange: (path) => changed.add(path),
      onError: () => undefined,
    });
    onTestFinished(() => second[Symbol.asyncDispose]());
    const { watcher, file, told } = first;
    await mkdir(file('certs'));
    await watcher.set([], { folders: [file('certs')] });
    await second.set([], { folders: [file('certs')] });
    await told('certs/a.crt', async () => {
      await rm(file('certs'), { recursive: true });
      await mkdir(file('certs'));
      await writeFile(file('certs/a.crt'), '1');
    });
    changed.clear();
    await told('certs/a.crt', () => writeFile(file('certs/a.crt'), 'longer'));
    await expect.poll(() => [...changed]).toEqual([file('certs/a.crt')]);
  });

  it('watches no folder any more that it is not told of again', async () => {
    const { watcher, file, told } = await scene();
    await mkdir(file('certs'));
    await watcher.set([], { folders: [file('certs')] });
    await watcher.set([file('a')]);
    await told('a', async () => {
      await writeFile(file('certs/a.crt'), 'not watched any more');
      await writeFile(file('a'), '1');
    });
  });
});
