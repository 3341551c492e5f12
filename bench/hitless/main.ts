// `make bench-hitless`: who loses requests while the service behind the proxy changes. Environment:
//
//   BENCH_SECONDS    how long each run takes at least (60)
//   BENCH_CLIENTS    how many ask at a time (100)
//   BENCH_PROXIES    only these, by comma: nginx, HAProxy, httpd
//   DOCKER_GEN       a docker-gen for this machine, to be run too, with
//   DOCKER_GEN_TEMPLATE  its template: nginx-proxy's nginx.tmpl
import { Engine } from '../../test/support/engine.ts';
import { removeSession, removeStale } from '../../test/support/leftovers.ts';
import { currentSession } from '../../test/support/session.ts';
import { buildGen, NEIGHBOUR_IMAGE, NODE_IMAGE } from '../images.ts';
import { behaviours } from './behaviours.ts';
import { avoidable, faultOf, hitlessTable, kinds } from './report.ts';
import { type RunResult, runBehaviour } from './run.ts';
import { FULL_SIZES } from './story.ts';

const { BENCH_SECONDS = '60', BENCH_CLIENTS = '100', BENCH_PROXIES } = process.env;
const wanted = BENCH_PROXIES?.split(',').map((name) => name.trim().toLowerCase());

const engine = await Engine.ofThisMachine();
const session = currentSession();
const results: RunResult[] = [];
await removeStale(engine);
try {
  const gen = await buildGen(engine, session);
  for (const behaviour of behaviours(process.env)) {
    if (wanted && !wanted.includes(behaviour.proxy.toLowerCase())) continue;
    const title = `${behaviour.name} on ${behaviour.proxy}`;
    const result = await runBehaviour(behaviour, engine, session, {
      images: { gen, node: NODE_IMAGE, neighbour: NEIGHBOUR_IMAGE },
      sizes: FULL_SIZES,
      seconds: Number(BENCH_SECONDS),
      clients: Number(BENCH_CLIENTS),
      progress: (text) => process.stderr.write(`${title}: ${text}\n`),
    });
    results.push(result);
    const failed = avoidable(result);
    if (failed.length > 0) process.stderr.write(`${title} lost ${kinds(failed)}\n`);
  }
} finally {
  await removeSession(engine, session);
}

const faults = results.map(faultOf).filter((fault) => fault !== '');
process.stdout.write(`${hitlessTable(results)}\n\n`);
process.stdout.write(
  faults.length === 0
    ? 'With tsgen, no request failed that the proxy could have saved.\n'
    : `The claim does not hold:\n${faults.map((fault) => `  ${fault}\n`).join('')}`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
