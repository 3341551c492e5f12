import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { aFaultScene } from '../../support/fault-scene.ts';

const EVENTS = 30_000;
const AT_ONCE = 50;
/** The least spacing between two reloads. */
const SPACING_MS = 200;

it('thirty thousand events cost no more reloads than time allows, no more inspects than changes, and no memory', async () => {
  const { engine, web, start, settled, expectRecovered, proxy } = await aFaultScene();
  const names = Array.from({ length: 20 }, (_, index) => `web-${String(index).padStart(2, '0')}`);
  const ids = names.map(web);
  const watch = start();
  await settled(watch, ...names);
  const { reload, check } = proxy.asked;
  engine.resetRecord();

  let told = 0;
  let starts = 0;
  const { tell } = engine;
  engine.tell = (event) => {
    told += 1;
    tell(event);
  };
  const begun = performance.now();
  for (let round = 0; told < EVENTS; round += 1) {
    const id = String(ids[round % ids.length]);
    const until = told + AT_ONCE;
    engine.stop(id);
    engine.start(id);
    starts += 1;
    // Most of what a busy engine tells is of health checks.
    while (told < until) engine.healthRun(String(ids[told % ids.length]));
    await delay(5);
  }
  await expectRecovered(watch, ...names);
  const mostRuns = (performance.now() - begun) / SPACING_MS + 5;

  expect(told).toBeGreaterThanOrEqual(EVENTS);
  // It comes onto its network and starts: mostly that is heard, and asked about, at once.
  expect(engine.count(/^\/containers\/.{64}\/json$/)).toBeLessThanOrEqual(2 * starts);
  expect(engine.count(/^\/containers\/json$/)).toBe(0);
  expect(proxy.asked.reload - reload).toBeLessThanOrEqual(mostRuns);
  expect(proxy.asked.check - check).toBeLessThanOrEqual(mostRuns);
}, 90_000);
