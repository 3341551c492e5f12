import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder } from '../../test/support/temporary-folder.ts';
import { makeFile } from './new-file.ts';

const aPath = async () => join(await aFolder(), 'new');

describe('makeFile', () => {
  it.each([
    ['small', 35_000],
    ['large', 3_500_000],
  ])('writes one piece after the other to a %s file, and cuts it', async (_, size) => {
    const path = await aPath();
    const file = makeFile(path, 0o600);
    const bytes = Buffer.alloc(size, 'tsgen ');
    await file.writeFile(bytes);
    await file.writeFile(Buffer.from('end'));
    expect(await readFile(path, 'utf8')).toBe(`${bytes}end`);
    const { bytesWritten } = await file.write(Buffer.from('(begin)'), 1, 5, 0);
    expect(bytesWritten).toBe(5);
    await file.truncate(8);
    await file.sync();
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('begin ts');
  });

  it('gives it the mode that it is told, then and later', async () => {
    const path = await aPath();
    const file = makeFile(path, 0o600);
    expect((await file.stat()).mode & 0o777).toBe(0o600);
    await file.chmod(0o640);
    await file.close();
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('refuses what is there already, and leaves it as it is', async () => {
    const path = await aPath();
    await writeFile(path, 'theirs');
    expect(() => makeFile(path, 0o600)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    expect(await readFile(path, 'utf8')).toBe('theirs');
  });

  it('says what the system says of a file that was closed', async () => {
    const path = await aPath();
    const file = makeFile(path, 0o600);
    await file.close();
    await expect(file.chmod(0o600)).rejects.toMatchObject({ code: 'EBADF' });
  });
});
