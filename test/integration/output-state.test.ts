import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FileSystem, systemFiles } from '../../src/output/files.ts';
import { controlSocketCandidates, openState, stateDirFor } from '../../src/output/state.ts';
import { aLog } from '../support/memory-log.ts';
import { aFolder } from '../support/temporary-folder.ts';

const UID = process.getuid?.();

async function setUp(wish: { readonly name?: string; readonly beside?: 'locked' } = {}) {
  const folder = await aFolder();
  const temporaryFolder = join(folder, 'tmp');
  await mkdir(temporaryFolder);
  const log = aLog();
  const beside = join(folder, '.tsgen');
  const mkdirGuarded = (async (path: string, options: { mode: number }) => {
    if (wish.beside === 'locked' && path.startsWith(beside)) {
      throw Object.assign(new Error('EACCES: refused by the test'), { code: 'EACCES' });
    }
    return await systemFiles.mkdir(path, options);
  }) as FileSystem['mkdir'];
  const files = { ...systemFiles, mkdir: mkdirGuarded };
  const dest = join(folder, wish.name ?? 'a.conf');
  return { folder, dest, log, options: { files, temporaryFolder, uid: UID, log } };
}

async function linkElsewhere(path: string): Promise<void> {
  const elsewhere = `${path}-elsewhere`;
  await mkdir(elsewhere);
  await symlink(elsewhere, path);
}

async function makeOpen(path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o777);
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

describe('openState', () => {
  it('keeps state beside the destination, open to those who may read its folder', async () => {
    const { folder, dest, log, options } = await setUp();
    const state = await openState(dest, options);
    expect(state.path).toBe(join(folder, '.tsgen', 'a.conf'));
    expect(state.path).toBe(stateDirFor(dest));
    expect(state.controlSocket).toBe(join(state.path, 'control.sock'));
    expect(await modeOf(state.path)).toBe(0o755 & ~process.umask());
    expect(await readdir(state.path)).toEqual([]);
    expect(log.lines).toEqual([]);
    expect((await controlSocketCandidates(dest, options))[0]).toBe(state.controlSocket);
  });

  it('takes a private folder where nothing can be written beside it, and says so', async () => {
    const { folder, dest, log, options } = await setUp({ beside: 'locked' });
    const state = await openState(dest, options);
    const own = join(folder, 'tmp', `tsgen-${UID}`);
    expect(state.path.startsWith(`${own}/`)).toBe(true);
    expect(await modeOf(own)).toBe(0o700);
    expect(await modeOf(state.path)).toBe(0o700);
    expect(log.lines).toEqual([
      `warn Cannot keep state beside '${dest}' (EACCES: refused by the test): it is kept in '${state.path}', where a proxy in a container cannot see a candidate. Make '${folder}' writable for tsgen.`,
    ]);
    expect((await controlSocketCandidates(dest, options))[1]).toBe(state.controlSocket);
  });

  it('stays beside a destination on a disk that is full now', async () => {
    const { dest, log, options } = await setUp();
    await openState(dest, options);
    const open: FileSystem['open'] = async (path, flags, mode) => {
      if (flags === 'wx') throw Object.assign(new Error('ENOSPC: full'), { code: 'ENOSPC' });
      return await systemFiles.open(path, flags, mode);
    };
    const state = await openState(dest, { ...options, files: { ...systemFiles, open } });
    expect(state.path).toBe(stateDirFor(dest));
    expect(log.lines).toEqual([]);
  });

  it('puts the socket of a long path into the private folder, where clients find it', async () => {
    const { dest, options } = await setUp({ name: `${'n'.repeat(90)}.conf` });
    const state = await openState(dest, options);
    expect(state.path).toBe(stateDirFor(dest));
    expect(state.controlSocket.startsWith(options.temporaryFolder)).toBe(true);
    expect(await controlSocketCandidates(dest, options)).toEqual([state.controlSocket]);
    expect(await modeOf(join(state.controlSocket, '..'))).toBe(0o700);
  });

  it('finds the same private folder by another name of the destination', async () => {
    const { folder, dest, options } = await setUp();
    await symlink(folder, join(folder, 'link'));
    const other = await controlSocketCandidates(join(folder, 'link', 'a.conf'), options);
    expect(other[1]).toBe((await controlSocketCandidates(dest, options))[1]);
    const another = await controlSocketCandidates(join(folder, 'b.conf'), options);
    expect(another[1]).not.toBe(other[1]);
  });

  it.each<[string, (own: string) => Promise<unknown>, string]>([
    [
      'a folder where others may write',
      async (own) => {
        await mkdir(own);
        await chmod(own, 0o777);
      },
      'may be written by others',
    ],
    [
      'a link to elsewhere',
      async (own) => {
        await mkdir(`${own}-elsewhere`);
        await symlink(`${own}-elsewhere`, own);
      },
      'is not a directory',
    ],
    ['a file', async (own) => await writeFile(own, ''), 'is not a directory'],
  ])('does not trust %s in the place of the private folder', async (_, prepare, reason) => {
    const { dest, options } = await setUp({ beside: 'locked' });
    await prepare(join(options.temporaryFolder, `tsgen-${UID}`));
    await expect(openState(dest, options)).rejects.toThrow(reason);
    expect(await readdir(`${options.temporaryFolder}/tsgen-${UID}`).catch(() => [])).toEqual([]);
  });

  it("does not trust somebody else's folder", async () => {
    const { dest, options } = await setUp({ beside: 'locked' });
    const uid = (UID ?? 0) + 1;
    await expect(openState(dest, { ...options, uid })).rejects.toThrow(
      `belongs to user ${UID}, not to ${uid}`,
    );
  });

  it.each<[string, string, (path: string) => Promise<unknown>, string]>([
    ['a link', '.tsgen', linkElsewhere, 'is a symbolic link'],
    ['a link', '.tsgen/a.conf', linkElsewhere, 'is a symbolic link'],
    ['a file', '.tsgen', (path) => writeFile(path, ''), 'is not a directory'],
    ['a folder where others may write', '.tsgen', makeOpen, 'may be written by others'],
    ['a folder where others may write', '.tsgen/a.conf', makeOpen, 'may be written by others'],
  ])('refuses %s in the place of %s', async (_, name, prepare, reason) => {
    const { folder, dest, options } = await setUp();
    if (name !== '.tsgen') await mkdir(join(folder, '.tsgen'));
    await prepare(join(folder, name));
    await expect(openState(dest, options)).rejects.toMatchObject({
      kind: 'output',
      message: expect.stringContaining(`'${folder}/${name}' ${reason}`),
    });
  });

  it('takes a folder where others may write where they may replace the destination too', async () => {
    const { folder, dest, options } = await setUp();
    await chmod(folder, 0o777);
    await makeOpen(join(folder, '.tsgen'));
    expect((await openState(dest, options)).path).toBe(stateDirFor(dest));
    await chmod(folder, 0o1777);
    await expect(openState(dest, options)).rejects.toThrow('may be written by others');
  });

  it("refuses somebody else's folder beside the destination", async () => {
    const { folder, dest, options } = await setUp();
    const lstat = (async (path: string) => {
      const found = await systemFiles.lstat(path);
      return path.endsWith('.tsgen') ? Object.assign(found, { uid: 4711 }) : found;
    }) as unknown as FileSystem['lstat'];
    await expect(
      openState(dest, { ...options, files: { ...options.files, lstat } }),
    ).rejects.toThrow(`'${folder}/.tsgen' belongs to user 4711`);
  });

  it('does not make the folder of the destination', async () => {
    const { folder, options } = await setUp();
    await expect(openState(join(folder, 'missing', 'a.conf'), options)).rejects.toThrow(
      `its directory does not exist. Create '${folder}/missing' or mount it.`,
    );
    expect(await readdir(folder)).toEqual(['tmp']);
  });
});

describe('StateFolder', () => {
  async function aState() {
    const { dest, options } = await setUp();
    return await openState(dest, options);
  }

  it('keeps the manifest', async () => {
    const state = await aState();
    expect(await state.readManifest()).toBeUndefined();
    const manifest = { version: 1, content: 'c', generation: 'g', notified: false } as const;
    await state.writeManifest(manifest);
    await state.writeManifest({ ...manifest, notified: true });
    expect(await state.readManifest()).toEqual({ ...manifest, notified: true });
    expect(await readdir(state.path)).toEqual(['manifest.json']);
  });

  it.each([
    ['garbage', '{'],
    ['nothing', ''],
    ['another version', '{"version":2,"content":"c","generation":"g","notified":true}'],
    ['another shape', '{"version":1,"content":5}'],
    ['a list', '[1]'],
  ])('knows nothing when the manifest is %s', async (_, text) => {
    const state = await aState();
    await writeFile(join(state.path, 'manifest.json'), text);
    expect(await state.readManifest()).toBeUndefined();
  });

  it('keeps the last good content until it is not needed', async () => {
    const state = await aState();
    expect(await state.readPending()).toBeUndefined();
    await state.begin(Buffer.from('good'));
    expect(await state.readPending()).toEqual({ version: 1, hadFile: true });
    expect((await state.readLastGood())?.toString()).toBe('good');
    expect(await modeOf(join(state.path, 'last-good'))).toBe(0o600);
    await state.end();
    expect(await state.readPending()).toBeUndefined();
    await state.begin(undefined);
    expect(await state.readPending()).toEqual({ version: 1, hadFile: false });
    await state.end();
    await state.end();
  });

  it('fails loudly when the folder is gone', async () => {
    const state = await aState();
    await rm(state.path, { recursive: true });
    await expect(state.begin(undefined)).rejects.toThrow('ENOENT');
    await expect(readFile(join(state.path, 'pending.json'))).rejects.toThrow('ENOENT');
  });
});
