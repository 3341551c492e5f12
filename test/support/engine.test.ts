import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Engine } from './engine.ts';
import { aFolder } from './temporary-folder.ts';

/** An engine whose docker command notes what it is asked, a line each, and then does what a script says. */
async function scripted(script: (asked: string) => string) {
  const folder = await aFolder();
  const asked = join(folder, 'asked');
  const programs = join(folder, 'programs');
  await mkdir(programs);
  await writeFile(join(programs, 'docker'), `#!/bin/sh\necho "$*" >>${asked}\n${script(asked)}\n`);
  await chmod(join(programs, 'docker'), 0o755);
  return {
    engine: new Engine('unix:///nowhere', programs),
    asked: async () => (await readFile(asked, 'utf8')).trim().split('\n'),
  };
}

const NOT_FROZEN =
  "echo 'Cannot pause container web: OCI runtime pause failed: unable to freeze: unknown' >&2; exit 1";

it('asks again to pause a container that the engine could not freeze', async () => {
  const { engine, asked } = await scripted(
    (file) => `[ "$(wc -l <${file})" -ge 3 ] || { ${NOT_FROZEN}; }`,
  );
  await engine.pause('web');
  expect(await asked()).toEqual(['pause web', 'pause web', 'pause web']);
});

it('asks once where the engine refuses for another reason', async () => {
  const { engine, asked } = await scripted(() => "echo 'No such container: web' >&2; exit 1");
  await expect(engine.pause('web')).rejects.toThrow('docker pause web failed: No such container');
  expect(await asked()).toEqual(['pause web']);
});
