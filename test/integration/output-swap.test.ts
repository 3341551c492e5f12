import { once } from 'node:events';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TsgenError } from '../../src/base/errors.ts';
import { ContentMemory } from '../../src/output/content.ts';
import { type FileSystem, systemFiles } from '../../src/output/files.ts';
import { removeLeftovers, temporaryBeside } from '../../src/output/leftovers.ts';
import { replaceFile } from '../../src/output/swap.ts';
import { aLog } from '../support/memory-log.ts';
import { aFolder } from '../support/temporary-folder.ts';

function refusing(code: string): () => Promise<never> {
  return async () => {
    throw Object.assign(new Error(`${code}: refused by the test`), { code });
  };
}

function deps(files: Partial<FileSystem> = {}) {
  return { files: { ...systemFiles, ...files }, log: aLog(), warned: new Set<string>() };
}

/** A file system in which opening a new file fails, as in a folder that may not be written. */
function lockedFolder(code: string): Partial<FileSystem> {
  return {
    open: async (path, flags, mode) =>
      flags === 'wx' ? await refusing(code)() : await systemFiles.open(path, flags, mode),
  };
}

const ROOT = process.getuid?.() === 0;

describe('replaceFile', () => {
  it('makes a file that was not there, and leaves nothing else', async () => {
    const folder = await aFolder();
    const dest = join(folder, 'a.conf');
    expect(await replaceFile(dest, ['one ', 'grüße'], deps())).toEqual({ how: 'created' });
    expect(await readFile(dest, 'utf8')).toBe('one grüße');
    expect((await stat(dest)).mode & 0o777).toBe(0o644 & ~process.umask());
    expect(await readdir(folder)).toEqual(['a.conf']);
  });

  it('writes what takes more than one batch', async () => {
    const dest = join(await aFolder(), 'a.conf');
    const chunks = Array.from({ length: 5000 }, (_, line) => `# line ${line} ${'x'.repeat(40)}\n`);
    await replaceFile(dest, chunks, deps());
    expect((await readFile(dest, 'utf8')) === chunks.join('')).toBe(true);
  });

  it('replaces a file by another one that keeps its mode and owner', async () => {
    const dest = join(await aFolder(), 'a.conf');
    await writeFile(dest, 'old');
    if (ROOT) await chown(dest, 12_345, 54_321);
    await chmod(dest, 0o4640);
    const before = await stat(dest);
    expect(await replaceFile(dest, ['new'], deps())).toEqual({ how: 'renamed' });
    const after = await stat(dest);
    expect(await readFile(dest, 'utf8')).toBe('new');
    expect(after.ino).not.toBe(before.ino);
    expect([after.uid, after.gid, after.mode]).toEqual([before.uid, before.gid, before.mode]);
  });

  it('goes on without the owner where that may not be given away', async () => {
    const folder = await aFolder();
    const dest = join(folder, 'a.conf');
    await writeFile(dest, 'old');
    await chmod(dest, 0o640);
    const asked: number[][] = [];
    const open: FileSystem['open'] = async (...args) => {
      const handle = await systemFiles.open(...args);
      const theirs = Object.assign(await handle.stat(), { uid: 77, gid: 78 });
      handle.stat = (async () => theirs) as unknown as typeof handle.stat;
      handle.chown = async (uid, gid) => {
        asked.push([uid, gid]);
        await refusing('EPERM')();
      };
      return handle;
    };
    const { uid, gid } = await stat(dest);
    expect(await replaceFile(dest, ['new'], deps({ open }))).toEqual({ how: 'renamed' });
    expect(asked).toEqual([
      [uid, gid],
      [77, gid],
    ]);
    expect((await stat(dest)).mode & 0o777).toBe(0o640);
  });

  it('keeps a symbolic link and replaces what it leads to', async () => {
    const folder = await aFolder();
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real', 'b.conf'), 'old');
    await symlink('real/b.conf', join(folder, 'middle.conf'));
    await symlink('middle.conf', join(folder, 'a.conf'));
    expect(await replaceFile(join(folder, 'a.conf'), ['new'], deps())).toEqual({ how: 'renamed' });
    expect(await readlink(join(folder, 'a.conf'))).toBe('middle.conf');
    expect(await readlink(join(folder, 'middle.conf'))).toBe('real/b.conf');
    expect(await readFile(join(folder, 'real', 'b.conf'), 'utf8')).toBe('new');
    expect(await readdir(join(folder, 'real'))).toEqual(['b.conf']);
  });

  it('makes what a dangling link leads to', async () => {
    const folder = await aFolder();
    await symlink('b.conf', join(folder, 'a.conf'));
    expect(await replaceFile(join(folder, 'a.conf'), ['new'], deps())).toEqual({ how: 'created' });
    expect((await lstat(join(folder, 'a.conf'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'b.conf'), 'utf8')).toBe('new');
  });

  it.each(['EBUSY', 'EXDEV', 'EPERM', 'EACCES', 'EROFS'])(
    'writes in place when the rename fails with %s, and warns once',
    async (code) => {
      const folder = await aFolder();
      const dest = join(folder, 'a.conf');
      await writeFile(dest, 'an old and longer content');
      const { ino } = await stat(dest);
      const given = deps({ rename: refusing(code) });
      expect(await replaceFile(dest, ['new'], given)).toEqual({ how: 'in-place' });
      expect(await replaceFile(dest, ['newer'], given)).toEqual({ how: 'in-place' });
      expect(await readFile(dest, 'utf8')).toBe('newer');
      expect((await stat(dest)).ino).toBe(ino);
      expect(await readdir(folder)).toEqual(['a.conf']);
      expect(given.log.lines).toEqual([
        `warn Wrote '${dest}' in place: it cannot be replaced by a rename (${code}: refused by the test). A reader may see half a file; mount the directory that holds it, writable, instead of the file alone.`,
      ]);
    },
  );

  it('writes in place where the folder may not be written but the file may', async () => {
    const dest = join(await aFolder(), 'a.conf');
    await writeFile(dest, 'old');
    expect(await replaceFile(dest, ['new'], deps(lockedFolder('EACCES')))).toEqual({
      how: 'in-place',
    });
    expect(await readFile(dest, 'utf8')).toBe('new');
  });

  it('puts the old content back when writing in place fails half-way', async () => {
    const dest = join(await aFolder(), 'a.conf');
    await writeFile(dest, 'old content');
    const open: FileSystem['open'] = async (path, flags, mode) => {
      const handle = await systemFiles.open(path, flags, mode);
      if (path === dest) {
        const { writeFile: write } = handle;
        handle.writeFile = (async (data: Buffer) => {
          await write.call(handle, data.subarray(0, 5));
          await refusing('ENOSPC')();
        }) as typeof handle.writeFile;
      }
      return handle;
    };
    const given = deps({ open, rename: refusing('EBUSY') });
    await expect(replaceFile(dest, ['something new'], given)).rejects.toThrow('ENOSPC');
    expect(await readFile(dest, 'utf8')).toBe('old content');
  });

  it('does not fall back to writing in place when the disk is full', async () => {
    const folder = await aFolder();
    const dest = join(folder, 'a.conf');
    await writeFile(dest, 'old');
    const open: FileSystem['open'] = async (...args) => {
      const handle = await systemFiles.open(...args);
      handle.sync = refusing('ENOSPC');
      return handle;
    };
    await expect(replaceFile(dest, ['new'], deps({ open }))).rejects.toThrow(
      `Make room on the disk that holds '${folder}'`,
    );
    expect(await readFile(dest, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.conf']);
  });

  it('writes to what is no regular file without replacing it', async () => {
    expect(await replaceFile('/dev/null', ['x'], deps())).toEqual({ how: 'in-place' });
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  describe('says what to do', () => {
    it.each<[string, (folder: string) => Promise<string>, string]>([
      [
        'when the folder is missing',
        async (folder) => join(folder, 'missing', 'a.conf'),
        "Its directory does not exist: create 'FOLDER/missing' or mount it.",
      ],
      [
        'when a part of the path is a file',
        async (folder) => {
          await writeFile(join(folder, 'file'), '');
          return join(folder, 'file', 'a.conf');
        },
        "A part of 'FOLDER/file' is a file, not a directory.",
      ],
      [
        'when it is a directory',
        async (folder) => folder,
        "Cannot write 'FOLDER': it is a directory.",
      ],
      [
        'when links go in a circle',
        async (folder) => {
          await symlink('b', join(folder, 'a'));
          await symlink('a', join(folder, 'b'));
          return join(folder, 'a');
        },
        'Its symbolic links go in a circle.',
      ],
      [
        'when it is a socket',
        async (folder) => {
          const server = createServer().listen(join(folder, 's'));
          await once(server, 'listening');
          server.unref();
          return join(folder, 's');
        },
        "Cannot write 'FOLDER/s': ENXIO",
      ],
    ])('%s', async (_, prepare, message) => {
      const folder = await aFolder();
      const attempt = replaceFile(await prepare(folder), ['x'], deps());
      await expect(attempt).rejects.toBeInstanceOf(TsgenError);
      await expect(attempt).rejects.toThrow(message.replaceAll('FOLDER', folder));
    });

    it('when a new file may not be made', async () => {
      const folder = await aFolder();
      await expect(
        replaceFile(join(folder, 'a.conf'), ['x'], deps(lockedFolder('EACCES'))),
      ).rejects.toThrow(`Give the user that tsgen runs as the right to write in '${folder}'`);
    });
  });
});

describe('removeLeftovers', () => {
  it('removes what a killed run left for this destination, and nothing else', async () => {
    const folder = await aFolder();
    const dest = join(folder, 'a.conf');
    const leftover = temporaryBeside(dest);
    await writeFile(leftover, 'half');
    await mkdir(temporaryBeside(dest));
    const others = ['a.conf', '.a.conf.tsgen-notes', '.b.conf.tsgen-0123456789ab'];
    for (const name of others) await writeFile(join(folder, name), 'x');
    await removeLeftovers(dest, { files: systemFiles, olderThanMs: 0, now: Date.now() + 1000 });
    expect(new Set(await readdir(folder))).toEqual(new Set(others));
  });

  it('leaves what another run may be writing', async () => {
    const folder = await aFolder();
    const dest = join(folder, 'a.conf');
    const [old, fresh] = [temporaryBeside(dest), temporaryBeside(dest)];
    await writeFile(old, 'half');
    await writeFile(fresh, 'half');
    await utimes(old, 1000, 1000);
    await removeLeftovers(dest, { files: systemFiles, olderThanMs: 60_000, now: Date.now() });
    expect((await readdir(folder)).map((name) => join(folder, name))).toEqual([fresh]);
  });

  it('has nothing to say about a folder that is not there', async () => {
    const dest = join(await aFolder(), 'missing', 'a.conf');
    await expect(
      removeLeftovers(dest, { files: systemFiles, olderThanMs: 0, now: 0 }),
    ).resolves.toBeUndefined();
  });

  it('knows a long name again', async () => {
    const folder = await aFolder();
    const dest = join(folder, `${'ü'.repeat(120)}.conf`);
    await replaceFile(dest, ['x'], deps({ rename: async () => {} }));
    expect(await readdir(folder)).toHaveLength(1);
    await removeLeftovers(dest, { files: systemFiles, olderThanMs: 0, now: Date.now() + 1000 });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('ContentMemory', () => {
  async function aMemory() {
    const dest = join(await aFolder(), 'a.conf');
    let reads = 0;
    const readCounted = (async (...args: Parameters<typeof readFile>) => {
      reads += 1;
      return await readFile(...args);
    }) as FileSystem['readFile'];
    const memory = new ContentMemory({ ...systemFiles, readFile: readCounted });
    return { dest, memory, reads: () => reads };
  }

  it('does not read again what it wrote or saw', async () => {
    const { dest, memory, reads } = await aMemory();
    await writeFile(dest, 'one two');
    expect(await memory.holds(dest, ['one ', 'two'])).toBe(true);
    expect(await memory.holds(dest, ['one ', 'two'])).toBe(true);
    expect(reads()).toBe(1);
    await replaceFile(dest, ['three'], deps());
    await memory.remember(dest, ['three']);
    expect(await memory.holds(dest, ['three'])).toBe(true);
    expect(reads()).toBe(1);
  });

  it('looks again when somebody else has edited or removed the file', async () => {
    const { dest, memory } = await aMemory();
    await writeFile(dest, 'one');
    expect(await memory.holds(dest, ['one'])).toBe(true);
    await replaceFile(dest, ['two'], deps());
    expect(await memory.holds(dest, ['one'])).toBe(false);
    expect(await memory.holds(dest, ['two'])).toBe(true);
    await systemFiles.rm(dest);
    expect(await memory.holds(dest, ['two'])).toBe(false);
  });

  it('compares the text, not its parts', async () => {
    const { dest, memory } = await aMemory();
    await writeFile(dest, 'one two');
    expect(await memory.holds(dest, ['one ', 'two'])).toBe(true);
    expect(await memory.holds(dest, ['one', ' two'])).toBe(true);
    expect(await memory.holds(dest, ['one', ' three'])).toBe(false);
  });
});
