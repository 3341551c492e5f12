import { expect, inject, it } from 'vitest';
import { TSGEN_ON_NGINX } from '../../bench/hitless/behaviours.ts';
import { avoidable, kinds } from '../../bench/hitless/report.ts';
import { runBehaviour } from '../../bench/hitless/run.ts';
import { Engine } from '../support/engine.ts';

// The short form of `make bench-hitless`: all that can happen to a service, on nginx alone.

const engine = new Engine(inject('engineHost'));
const session = inject('session');
const images = inject('images');

it('loses no request that nginx could have saved while the service changes', {
  timeout: 300_000,
}, async () => {
  const result = await runBehaviour(TSGEN_ON_NGINX, engine, session, {
    images: { gen: images.gen, node: images.node, neighbour: images.backend },
    story: 'whole',
    sizes: [2, 3, 1, 3, 1, 2],
    seconds: 20,
    clients: 12,
    rate: 60,
    progress: () => undefined,
  });
  expect(result.requests).toBeGreaterThan(500);
  expect(kinds(avoidable(result)), result.logs.generator.join('\n')).toBe('');
  expect(result.late).toEqual([]);
});
