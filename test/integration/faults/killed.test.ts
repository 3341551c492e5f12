import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFaultScene } from '../../support/fault-scene.ts';
import type { Asked } from '../../support/paper-proxy.ts';

const PRELOAD = resolve('test/support/killed-at.mjs');

describe('tsgen that is killed', () => {
  it.each([
    ['before the candidate is made', 'before open .*/candidate/'],
    ['while the candidate is written', 'after open .*/candidate/'],
    ['after the check', 'before rm .*/candidate/'],
    ['while the manifest is written', 'after open .*/manifest[.]json'],
    ['before the manifest is there', 'before rename .*/manifest[.]json$'],
    ['after the manifest is there', 'after rename .*/manifest[.]json$'],
    ['while the new file is written', 'after open .*/[.]out[.]conf[.]tsgen-'],
    ['before the swap', 'before rename .*/out[.]conf$'],
    ['after the swap', 'after rename .*/out[.]conf$'],
  ])('%s leaves what works, and goes on from there', async (_, at) => {
    const { cli, file, web, join, start, expectServing, expectRecovered, proxy } =
      await aFaultScene();
    for (const name of ['a', 'b']) web(name);
    const armed = file('armed');
    const env = { NODE_OPTIONS: `--import ${PRELOAD}`, KILLED_AT: at, KILLED_WHEN: armed };
    const killed = start({ cli: cli.with(env) });
    await expectServing(killed, 'a', 'b');
    await writeFile(armed, '');
    join('c');
    expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });

    expect(proxy.complaint()).toBeUndefined();
    proxy.die();
    proxy.start();
    expect(['a b', 'a b c']).toContain(proxy.servers?.join(' '));
    await expectRecovered(start(), 'a', 'b', 'c');
  });

  it.each<Asked>(['check', 'reload', 'confirm'])(
    'while the proxy does what it was asked (%s) leaves what works, and goes on from there',
    async (step) => {
      const { web, join, start, expectServing, expectRecovered, proxy } = await aFaultScene();
      for (const name of ['a', 'b']) web(name);
      const killed = start();
      await expectServing(killed, 'a', 'b');
      proxy.before = (asked) => {
        if (asked === step) killed.signal('SIGKILL');
        // The command itself is lost with it: the next run cannot count on it.
        return asked === step ? { hangs: true } : undefined;
      };
      join('c');
      expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
      proxy.before = () => undefined;

      expect(proxy.complaint()).toBeUndefined();
      await expectRecovered(start(), 'a', 'b', 'c');
    },
  );

  it('again and again while containers come is as good as one that never was', async () => {
    const { web, join, start, expectServing, expectRecovered } = await aFaultScene();
    web('a');
    for (const name of ['b', 'c', 'd']) {
      const killed = start();
      await expectServing(killed, ...['a', 'b', 'c'].slice(0, ['b', 'c', 'd'].indexOf(name) + 1));
      join(name);
      killed.signal('SIGKILL');
      await killed.ended;
    }
    await expectRecovered(start(), 'a', 'b', 'c', 'd');
  });
});
