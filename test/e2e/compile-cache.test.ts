import { resolve } from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { Engine } from '../support/engine.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const { node } = inject('images');
const workspace = new Workspace(engine, inject('session'));

afterAll(() => workspace[Symbol.asyncDispose]());

/** The built program on a newer Node.js than this one may be, with nothing beside it. */
async function newerHost(part: string): Promise<(script: string) => Promise<string>> {
  const host = await workspace.run(part, node, {
    args: [
      `--volume=${resolve('dist/chunks')}:/opt/tsgen/dist/chunks:ro`,
      `--volume=${resolve('dist/tsgen.js')}:/opt/tsgen/dist/tsgen.js:ro`,
      `--volume=${resolve('templates')}:/opt/tsgen/templates:ro`,
      '--stop-timeout=1',
    ],
    command: ['sleep', '300'],
  });
  return async (script) => (await engine.docker(['exec', host, 'sh', '-c', script])).trim();
}

const COMPLETION = 'node /opt/tsgen/dist/tsgen.js completion bash';

it("keeps compiled code in the user's own cache, and takes it from there", async () => {
  const sh = await newerHost('kept');
  const first = await sh(COMPLETION);
  expect(await sh('stat -c "%a %U" ~/.cache/tsgen')).toBe('700 root');
  expect(await sh('find ~/.cache/tsgen -type f')).not.toBe('');
  expect(await sh(COMPLETION)).toBe(first);
  const told = await sh(`NODE_DEBUG_NATIVE=COMPILE_CACHE ${COMPLETION} 2>&1`);
  expect(told).toMatch(/completion-\w+\.mjs was accepted/);
});

it('does without where others may write there, and says nothing', async () => {
  const sh = await newerHost('open');
  await sh('mkdir -p ~/.cache/tsgen && chmod 777 ~/.cache/tsgen');
  expect(await sh(`${COMPLETION} >/dev/null 2>/tmp/said; echo $?; cat /tmp/said`)).toBe('0');
  expect(await sh('ls -A ~/.cache/tsgen')).toBe('');
});
