import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFaultScene } from '../../support/fault-scene.ts';

const PRELOAD = resolve('test/support/stepped-clock.mjs');
const DAY_MS = 24 * 60 * 60 * 1000;
const STEPS = [
  ['forward by a day', DAY_MS],
  ['back by a day', -DAY_MS],
] as const;

describe('a clock that is set', () => {
  it.each(STEPS)('%s here stops nothing and hurries nothing', async (_, step) => {
    const scene = await aFaultScene();
    const { cli, where, file, write, web, start, settled, expectServing, expectRecovered, join } =
      scene;
    const { engine } = scene;
    await write('step', '0');
    where.cli = cli.with({ NODE_OPTIONS: `--import ${PRELOAD}`, CLOCK_STEP: file('step') });
    const leaving = web('a');
    for (const name of ['b', 'c']) web(name);
    const watch = start();
    await settled(watch, 'a', 'b', 'c');
    await write('step', String(step));
    join('d');
    await expectServing(watch, 'a', 'b', 'c', 'd');
    engine.stop(leaving);
    await expectServing(watch, 'b', 'c', 'd');
    // While nobody is there to follow, and back again.
    await engine.stopListening();
    await write('step', '0');
    web('e');
    await engine.listen();
    await expectRecovered(watch, 'b', 'c', 'd', 'e');
    const { exitCode, stderr } = await where.cli.run('healthcheck', '--dest', scene.dest);
    expect(exitCode, stderr).toBe(0);
  });

  it.each(STEPS)('%s where the engine runs is nothing to tsgen', async (_, step) => {
    const { engine, web, start, settled, expectServing, expectRecovered, join } =
      await aFaultScene();
    const leaving = web('a');
    web('b');
    const watch = start();
    await settled(watch, 'a', 'b');
    engine.now = () => Date.now() + step;
    join('c');
    engine.beginStop(leaving);
    await expectServing(watch, 'b', 'c');
    engine.cutEvents();
    // Who is stopping gets no request after a reconnection either.
    join('d');
    await expectServing(watch, 'b', 'c', 'd');
    engine.finishStop(leaving);
    engine.now = Date.now;
    join('e');
    await expectRecovered(watch, 'b', 'c', 'd', 'e');
  });
});
