import { mkdir, readFile, readlink, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { aFaultScene } from '../../support/fault-scene.ts';
import { aMountNamespace } from '../../support/mount-namespace.ts';
import { SOON } from '../../support/soon.ts';

/** A scene whose watch runs where mounts are its own; `mounts` are made there first. */
async function aMountedScene(mounts: (dest: string, folder: string) => string) {
  const scene = await aFaultScene();
  const { dest, folder, where, proxy } = scene;
  const namespace = await aMountNamespace();
  await namespace.run(mounts(dest, folder));
  where.cli = where.cli.by(namespace.command);
  proxy.view = namespace.view;
  return { ...scene, namespace };
}

describe('a destination', () => {
  it('on a disk that is full stays as it is, and is brought up to date once there is room', async () => {
    const { web, join, start, settled, expectServing, expectRecovered, namespace, folder } =
      await aMountedScene((_, place) => `mount -t tmpfs -o size=256k tmpfs ${place}`);
    for (const name of ['a', 'b']) web(name);
    const watch = start();
    await settled(watch, 'a', 'b');
    const fill = joinPath(namespace.view(folder), 'fill');
    for (let round = 0; round < 3; round += 1) {
      await expect(writeFile(fill, Buffer.alloc(1_000_000))).rejects.toThrow('ENOSPC');
      join(`c${round}`);
      await vi.waitFor(
        () => expect(watch.log().split('ENOSPC').length).toBeGreaterThan(round + 1),
        SOON,
      );
      const those = ['a', 'b', 'c0', 'c1'].slice(0, 2 + round);
      await expectServing(watch, ...those);
      await rm(fill);
      await expectRecovered(watch, ...those, `c${round}`);
    }
  });

  it('on a disk that is full when tsgen starts is brought up to date once there is room', async () => {
    const { web, join, start, expectServing, expectRecovered, namespace, folder } =
      await aMountedScene((_, place) => `mount -t tmpfs -o size=256k tmpfs ${place}`);
    web('a');
    const first = start();
    await expectServing(first, 'a');
    first.signal('SIGKILL');
    await first.ended;
    join('b');
    const fill = joinPath(namespace.view(folder), 'fill');
    await expect(writeFile(fill, Buffer.alloc(1_000_000))).rejects.toThrow('ENOSPC');
    const watch = start();
    await expect.poll(watch.log).toContain('ENOSPC');
    await expectServing(watch, 'a');
    await rm(fill);
    await expectRecovered(watch, 'a', 'b');
  });

  it('in a folder that turns read-only stays as it is until it may be written', async () => {
    const { web, join, start, settled, expectServing, expectRecovered, namespace, folder } =
      await aMountedScene((_, place) => `mount --bind ${place} ${place}`);
    for (const name of ['a', 'b']) web(name);
    const watch = start();
    await settled(watch, 'a', 'b');
    // Not while somebody has a file open there to write to it.
    await namespace.run(`until mount -o remount,ro,bind ${folder}; do sleep 0.05; done`);
    join('c');
    await expect.poll(watch.log).toContain('EROFS');
    await expectServing(watch, 'a', 'b');
    await namespace.run(`mount -o remount,rw,bind ${folder}`);
    await expectRecovered(watch, 'a', 'b', 'c');
  });

  it('that is a file mounted alone is written in place, whole, with one warning', async () => {
    const { web, join, start, settled, expectRecovered, file, dest } = await aMountedScene(
      (place, folder) => `: >${folder}.file; : >${place}; mount --bind ${folder}.file ${place}`,
    );
    web('a');
    const watch = start();
    await settled(watch, 'a');
    join('b');
    await expectRecovered(watch, 'a', 'b');
    // What others have mounted as well.
    expect(await readFile(file('conf.file'), 'utf8')).toContain('server b\n');
    expect(watch.log().match(/WARN.*in place/g), watch.log()).toHaveLength(1);
    expect(await readFile(dest, 'utf8'), 'what lies below the mount').toBe('');
  });

  it('that is a directory is said to be one, and written once it is none', async () => {
    const { web, join, start, expectRecovered, dest } = await aFaultScene();
    web('a');
    await mkdir(dest);
    const watch = start();
    await expect.poll(watch.log).toContain('it is a directory');
    join('b');
    await rmdir(dest);
    await expectRecovered(watch, 'a', 'b');
  });

  it('that is a symbolic link stays one, wherever it leads in the meantime', async () => {
    const { web, join, start, settled, expectRecovered, dest, file } = await aFaultScene();
    web('a');
    await symlink('../elsewhere.conf', dest);
    const watch = start();
    await settled(watch, 'a');
    await rm(dest);
    await symlink('out.conf', dest);
    join('b');
    await expect.poll(watch.log).toContain('go in a circle');
    await rm(dest);
    await symlink('../another.conf', dest);
    await expectRecovered(watch, 'a', 'b');
    expect(await readlink(dest)).toBe('../another.conf');
    expect(await readFile(file('another.conf'), 'utf8')).toContain('server b\n');
  });
});
