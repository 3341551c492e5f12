import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aFolder } from '../../test/support/temporary-folder.ts';
import { ownFolder } from './compile-cache.ts';

const uid = process.getuid?.() ?? 0;

it('is made for its account alone', async () => {
  const homedir = await aFolder();
  const folder = join(homedir, '.cache/tsgen');
  expect(ownFolder({ homedir, uid })).toBe(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(ownFolder({ homedir, uid })).toBe(folder);
});

it('is none of an account without a home, or without a name', async () => {
  const homedir = await aFolder();
  expect(ownFolder({ homedir: join(homedir, 'none'), uid })).toBeUndefined();
  expect(ownFolder(undefined)).toBeUndefined();
});

it("is none in somebody else's home, and nothing is made there", async () => {
  const homedir = await aFolder();
  expect(ownFolder({ homedir, uid: uid + 1 })).toBeUndefined();
  expect(existsSync(join(homedir, '.cache'))).toBe(false);
});

it.each(['', '.cache', '.cache/tsgen'])('is none where others may write to ~/%s', async (path) => {
  const homedir = await aFolder();
  mkdirSync(join(homedir, '.cache/tsgen'), { recursive: true });
  chmodSync(join(homedir, path), 0o775);
  expect(ownFolder({ homedir, uid })).toBeUndefined();
});

it.each(['.cache', '.cache/tsgen'])('is none where ~/%s is a link', async (path) => {
  const homedir = await aFolder();
  const elsewhere = join(await aFolder(), 'tsgen');
  mkdirSync(join(elsewhere, 'tsgen'), { recursive: true });
  mkdirSync(join(homedir, path, '..'), { recursive: true });
  symlinkSync(elsewhere, join(homedir, path));
  expect(ownFolder({ homedir, uid })).toBeUndefined();
});
