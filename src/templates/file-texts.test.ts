import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder } from '../../test/support/temporary-folder.ts';
import { FileTexts } from './file-texts.ts';

/** One file, and how often it was read. */
async function aFile(text: string) {
  const folder = await aFolder();
  const path = join(folder, 'a.hbs');
  await writeFile(path, text);
  const { ctimeMs } = await stat(path);
  const seen = { path, folder, reads: 0, now: ctimeMs + 1_000 };
  const texts = new FileTexts({
    now: () => seen.now,
    readFile: async (one) => {
      seen.reads += 1;
      return await readFile(one);
    },
  });
  return Object.assign(seen, { read: () => texts.read(path) });
}

describe('FileTexts', () => {
  it('reads a file once while nobody touches it', async () => {
    const file = await aFile('\ufeffa');
    expect(await file.read()).toBe('a');
    expect(await file.read()).toBe('a');
    expect(file.reads).toBe(1);
  });

  it.each([
    ['was written to', (path: string) => writeFile(path, 'bc')],
    [
      'was replaced',
      async (path: string, folder: string) => {
        await writeFile(join(folder, 'new'), 'bc');
        await rename(join(folder, 'new'), path);
      },
    ],
  ])('reads one again that %s', async (_, change) => {
    const file = await aFile('a');
    expect(await file.read()).toBe('a');
    await change(file.path, file.folder);
    expect(await file.read()).toBe('bc');
  });

  it('keeps nothing of one that may change once more and look the same', async () => {
    const file = await aFile('a');
    file.now -= 990;
    await file.read();
    await file.read();
    expect(file.reads).toBe(2);
    file.now += 990;
    await file.read();
    await file.read();
    expect(file.reads).toBe(3);
  });

  it('says each time why one cannot be read', async () => {
    const file = await aFile('a');
    const texts = new FileTexts({ now: () => file.now });
    await mkdir(join(file.folder, 'b'));
    for (let times = 0; times < 2; times += 1) {
      await expect(texts.read(join(file.folder, 'none'))).rejects.toThrow('ENOENT');
      await expect(texts.read(join(file.folder, 'b'))).rejects.toThrow('EISDIR');
    }
    await writeFile(file.path, Uint8Array.of(0xff));
    await expect(texts.read(file.path)).rejects.toThrow(TypeError);
  });
});
