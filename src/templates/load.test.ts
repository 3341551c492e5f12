import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTemplate } from './load.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tsgen-load-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function write(path: string, content: string | Uint8Array): Promise<string> {
  const full = join(dir, path);
  await mkdir(join(full, '..'), { recursive: true });
  await writeFile(full, content);
  return full;
}

describe('loadTemplate', () => {
  it('reads the template and all partials, named after their paths', async () => {
    const path = await write('main.hbs', '\ufeff{{> server}}');
    await write('one/server.hbs', 'first');
    await write('one/http/gzip.hbs', 'gzip');
    await write('one/notes.txt', 'no partial');
    await write('one/.hidden/x.hbs', 'no partial');
    await write('two/server.hbs', 'second');
    await write('two/tail.hbs', 'tail');
    await symlink('tail.hbs', join(dir, 'two/linked.hbs'));
    const partialDirs = [join(dir, 'one'), join(dir, 'two')];
    const source = await loadTemplate(path, { partialDirs });
    expect(source.name).toBe(path);
    expect(source.text).toBe('{{> server}}');
    expect(Object.fromEntries(source.partials)).toEqual({
      server: 'first',
      'http/gzip': 'gzip',
      tail: 'tail',
      linked: 'tail',
    });
  });

  it('tells of each file and folder, also of what is not there', async () => {
    const path = await write('main.hbs', '');
    await write('p/deep/x.hbs', '');
    await write('p/notes.txt', 'no partial');
    const noted: string[] = [];
    const options = { partialDirs: [join(dir, 'p')], note: (one: string) => noted.push(one) };
    await loadTemplate(path, options);
    expect(new Set(noted)).toEqual(
      new Set(['main.hbs', 'p', 'p/deep', 'p/deep/x.hbs'].map((name) => join(dir, name))),
    );
    noted.length = 0;
    await expect(loadTemplate(join(dir, 'none.hbs'), options)).rejects.toThrow('does not exist');
    expect(noted).toContain(join(dir, 'none.hbs'));
  });

  it('needs no partials', async () => {
    const source = await loadTemplate(await write('a.hbs', ''), { partialDirs: [] });
    expect(source.partials.size).toBe(0);
  });

  it.each([
    [
      'absent.hbs',
      'it does not exist; check the path, which is relative to the working directory unless it begins with /',
    ],
    ['folder', 'it is a directory; name a file in it'],
    ['binary.hbs', 'it is not UTF-8; save it in that encoding'],
  ])('says why %s cannot be read', async (name, reason) => {
    await mkdir(join(dir, 'folder'));
    await write('binary.hbs', new Uint8Array([0x61, 0xff, 0x62]));
    const path = join(dir, name);
    await expect(loadTemplate(path, { partialDirs: [] })).rejects.toMatchObject({
      kind: 'template',
      message: `Could not read template ${path}: ${reason}`,
      cause: expect.any(Error),
    });
  });

  it('says which folder of partials is missing or none', async () => {
    const path = await write('a.hbs', '');
    const missing = join(dir, 'missing');
    await expect(loadTemplate(path, { partialDirs: [missing] })).rejects.toThrow(
      `Could not read partials in ${missing}: it does not exist`,
    );
    await expect(loadTemplate(path, { partialDirs: [path] })).rejects.toThrow(
      `Could not read partials in ${path}: a part of its path is a file; name a directory`,
    );
  });

  it('names a partial that dangles', async () => {
    const path = await write('a.hbs', '');
    await mkdir(join(dir, 'p'));
    await symlink('nowhere.hbs', join(dir, 'p/x.hbs'));
    await expect(loadTemplate(path, { partialDirs: [join(dir, 'p')] })).rejects.toThrow(
      `Could not read partial ${join(dir, 'p/x.hbs')}: it does not exist`,
    );
  });
});
