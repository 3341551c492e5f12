// `make bench-hitless`: who loses requests while the service behind the proxy changes. Environment:
//
//   BENCH_SECONDS    how long each run takes at least (60)
//   BENCH_CLIENTS    how many ask at a time (100)
//   BENCH_RATE       how many requests they begin a second, all together (200)
//   BENCH_SIZES      how many replicas there are, one after the other (2,8,3,10,1,5)
//   BENCH_STORY      `members`: only members come and go, on the proxies that are told of them at run time,
//                    beside runs with as many containers of no site and with no change at all
//   BENCH_ONLY       only these, by comma, such as `tsgen on nginx`
//   BENCH_LOGS       a folder for what the proxy and the generator wrote, what was done, and the failures
//   DOCKER_GEN       a docker-gen for this machine, to be run too, with
//   DOCKER_GEN_TEMPLATE  its template: nginx-proxy's nginx.tmpl
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../../test/support/engine.ts';
import { removeSession, removeStale } from '../../test/support/leftovers.ts';
import { currentSession } from '../../test/support/session.ts';
import { buildGen, NEIGHBOUR_IMAGE, NODE_IMAGE } from '../images.ts';
import { type Behaviour, behaviours } from './behaviours.ts';
import { timeOf } from './fleet.ts';
import { avoidable, faultOf, hitlessTable, kinds, memberFaults, membersTable } from './report.ts';
import { type RunResult, runBehaviour } from './run.ts';
import { type Story, sizesOf } from './story.ts';

const {
  BENCH_SECONDS = '60',
  BENCH_CLIENTS = '100',
  BENCH_RATE = '200',
  BENCH_SIZES,
  BENCH_STORY = 'whole',
  BENCH_ONLY,
  BENCH_LOGS,
} = process.env;
const STORIES: Readonly<Record<string, readonly Story[]>> = {
  whole: ['whole'],
  members: ['nothing', 'beside', 'members'],
};
const stories = STORIES[BENCH_STORY];
if (!stories) throw new Error(`BENCH_STORY is '${BENCH_STORY}'; there are whole, members`);
const ofMembers = BENCH_STORY === 'members';
const all = behaviours(process.env).filter(
  ({ isClaimed, kind }) => !ofMembers || (isClaimed && (kind.members ?? kind.membersWith)),
);
const titleOf = ({ name, proxy }: Behaviour) => `${name} on ${proxy}`;
const titles = all.map(titleOf);
const wanted = BENCH_ONLY?.split(',').map((name) => name.trim()) ?? titles;
const unknown = wanted.filter((title) => !titles.includes(title));
if (unknown.length > 0) {
  throw new Error(`BENCH_ONLY has '${unknown.join("', '")}'; there are ${titles.join(', ')}`);
}

const engine = await Engine.ofThisMachine();
const session = currentSession();
const results: RunResult[] = [];
await removeStale(engine);
try {
  const gen = await buildGen(engine, session);
  for (const behaviour of all) {
    if (!wanted.includes(titleOf(behaviour))) continue;
    for (const story of stories) {
      const title = ofMembers ? `${titleOf(behaviour)}, ${story}` : titleOf(behaviour);
      const result = await runBehaviour(behaviour, engine, session, {
        images: { gen, node: NODE_IMAGE, neighbour: NEIGHBOUR_IMAGE },
        story,
        sizes: sizesOf(BENCH_SIZES),
        seconds: Number(BENCH_SECONDS),
        clients: Number(BENCH_CLIENTS),
        rate: Number(BENCH_RATE),
        progress: (text) => process.stderr.write(`${title}: ${text}\n`),
      });
      results.push(result);
      if (BENCH_LOGS) await keepLogs(join(BENCH_LOGS, title), result);
      const failed = avoidable(result);
      if (failed.length > 0) process.stderr.write(`${title} lost ${kinds(failed)}\n`);
    }
  }
} finally {
  await removeSession(engine, session);
}

async function keepLogs(folder: string, result: RunResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [who, lines] of Object.entries(result.logs)) {
    await writeFile(join(folder, `${who}.log`), lines.join('\n'));
  }
  const failures = [
    ...result.inFlight.map((failure) => ({ is: 'in flight', ...failure })),
    ...result.resets.map((failure) => ({ is: 'reset', ...failure })),
    ...result.avoidable.map((failure) => ({ is: 'avoidable', ...failure })),
  ].map(({ from, to, ...failure }) => ({
    ...failure,
    ...{ from: timeOf(from), to: timeOf(to), logged: result.log.get(failure.id) ?? 'nothing' },
  }));
  await writeFile(join(folder, 'failures.json'), JSON.stringify(failures, undefined, 2));
}

const faults = ofMembers
  ? memberFaults(results)
  : results.map(faultOf).filter((fault) => fault !== '');
process.stdout.write(`${ofMembers ? membersTable(results) : hitlessTable(results)}\n\n`);
const isClaimed = results.some(({ behaviour }) => behaviour.isClaimed);
if (faults.length > 0) {
  process.stdout.write(
    `The claim does not hold:\n${faults.map((fault) => `  ${fault}\n`).join('')}`,
  );
} else if (isClaimed) {
  process.stdout.write(
    ofMembers
      ? 'Members came and went without a reload, a failed request or a reset connection.\n'
      : 'With tsgen, no request failed that the proxy could have saved.\n',
  );
}
process.exitCode = faults.length === 0 ? 0 : 1;
