import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { Engine } from '../support/engine.ts';
import { ATTACKERS, EXAMPLES, STACK } from '../support/example-inventory.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));

afterAll(() => workspace[Symbol.asyncDispose]());

it.each([
  ['of ordinary containers', STACK],
  ['of containers that try to break it', [...STACK, ...ATTACKERS]],
])('nginx accepts what the example makes %s', async (_, containers) => {
  const folder = await workspace.folder('nginx');
  const file = join(folder, 'inventory.json');
  const dest = join(folder, 'default.conf');
  await writeFile(file, JSON.stringify(containers));
  const { code, err } = await TsgenProcess.run(workspace, [
    ...['--from', file, join(EXAMPLES, 'nginx.hbs'), dest],
  ]);
  expect(code, err).toBe(0);
  expect(await readFile(dest, 'utf8')).toContain('server_name shop.example.com;');
  const mount = `--volume=${dest}:/etc/nginx/conf.d/default.conf:ro`;
  const proxy = await workspace.run(`nginx${containers.length}`, images.nginx, { args: [mount] });
  const said = await engine.docker(['exec', proxy, 'sh', '-c', 'nginx -t 2>&1']);
  expect(said).toContain('test is successful');
  expect(said).not.toContain('[warn]');
});
