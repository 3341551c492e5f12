// `make bench-members`: how long it takes from the engine's `start` of a container until it is asked,
// and what HAProxy, httpd and tsgen hold after thousands of changes that came without a reload. Environment:
//
//   ROUNDS           containers that are started before each proxy (15)
//   MEMBER_CHANGES   members that are taken out and taken back (5000), within a quarter of an hour
//   PROXIES          only these, by comma (nginx,HAProxy,httpd)
import { Engine } from '../../test/support/engine.ts';
import { removeSession, removeStale } from '../../test/support/leftovers.ts';
import { currentSession } from '../../test/support/session.ts';
import { Workspace } from '../../test/support/workspace.ts';
import { type Behaviour, behaviours } from '../hitless/behaviours.ts';
import { startStand } from '../hitless/stand.ts';
import { buildGen, NODE_IMAGE } from '../images.ts';
import { summary } from '../stats.ts';
import { renderTable } from '../table.ts';
import { changeMembers } from './change-members.ts';
import { startToRequest } from './start-to-request.ts';

const { ROUNDS = '15', MEMBER_CHANGES = '5000', PROXIES } = process.env;

const engine = await Engine.ofThisMachine();
const session = currentSession();
const claimed = behaviours({}).filter(
  ({ isClaimed, proxy }) => isClaimed && (PROXIES?.split(',').includes(proxy) ?? true),
);
await removeStale(engine);
try {
  const gen = await buildGen(engine, session);
  const latencies = [];
  for (const behaviour of claimed) latencies.push(await latencyOf(behaviour, gen));
  const table = renderTable(['proxy', 'ms until the first request', 'loads'], latencies);
  process.stdout.write(`From the engine's start event until the first request that the new member answers; it stands
beside one that serves already. Medians (quartiles) of ${ROUNDS} rounds; loads are the new workers of
the proxy in all of them, of httpd the graceful restarts; each round starts a container and removes it.

${table}
`);
  for (const behaviour of claimed) {
    const { members, membersWith } = behaviour.kind;
    const isTold = members !== undefined || membersWith !== undefined;
    if (isTold && !(await churn(behaviour, gen))) process.exitCode = 1;
  }
} finally {
  await removeSession(engine, session);
}

async function latencyOf(behaviour: Behaviour, gen: string): Promise<readonly string[]> {
  await using workspace = new Workspace(engine, session);
  const stand = await startStand(behaviour, workspace, { gen, node: NODE_IMAGE });
  const { samples, reloads } = await startToRequest(
    stand,
    behaviour.proxy,
    workspace,
    Number(ROUNDS),
  );
  return [behaviour.proxy, summary(samples, 0), String(reloads)];
}

async function churn(behaviour: Behaviour, gen: string): Promise<boolean> {
  await using workspace = new Workspace(engine, session);
  const stand = await startStand(behaviour, workspace, { gen, node: NODE_IMAGE });
  const { changes, reloads, seconds, kept, trends } = await changeMembers(
    stand,
    behaviour,
    workspace,
    Number(MEMBER_CHANGES),
  );
  const rows = trends.map(({ who, what, trend: { first, last, most, isFlat } }) => [
    ...[who, what, first.toFixed(1), last.toFixed(1), most.toFixed(1)],
    isFlat ? 'flat' : 'grows',
  ]);
  const headings = ['process', 'holds', 'first', 'last', 'most', 'verdict'];
  process.stdout.write(`
${changes} changes of members on ${behaviour.proxy} in ${seconds.toFixed(0)} s, ${reloads} reloads. Meanwhile a client sent ${kept.requests}
requests over ${kept.connections} connection(s) and lost ${kept.lost.length}.

${renderTable(headings, rows)}
`);
  // httpd itself ends a connection after a thousand requests.
  const most = behaviour.proxy === 'httpd' ? Math.ceil(kept.requests / 1_000) + 1 : 1;
  const isUnhurt = kept.connections <= most && kept.lost.length === 0;
  const isWhole = changes >= Number(MEMBER_CHANGES);
  return isWhole && reloads === 0 && isUnhurt && trends.every(({ trend }) => trend.isFlat);
}
