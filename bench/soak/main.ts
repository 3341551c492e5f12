// `make soak`: random changes, and after each of them the proxy serves those that are ready and no
// others, while nobody's memory and descriptors grow. Environment:
//
//   SOAK_SECONDS   how long it goes on (600)
//   SOAK_SEED      makes the changes of an earlier run again
//   SOAK_PROXY     nginx (default), HAProxy or httpd
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Engine } from '../../test/support/engine.ts';
import { get, portFront } from '../../test/support/http.ts';
import { removeSession, removeStale } from '../../test/support/leftovers.ts';
import { currentSession } from '../../test/support/session.ts';
import { Workspace } from '../../test/support/workspace.ts';
import { behaviours } from '../hitless/behaviours.ts';
import { startStand } from '../hitless/stand.ts';
import { buildGen, NEIGHBOUR_IMAGE, NODE_IMAGE } from '../images.ts';
import { renderTable } from '../table.ts';
import { Pool } from './pool.ts';
import { Random } from './random.ts';
import { type Held, heldBy } from './resources.ts';
import { trendOf } from './trend.ts';

const { SOAK_SECONDS = '600', SOAK_SEED, SOAK_PROXY = 'nginx' } = process.env;
const seed = SOAK_SEED === undefined ? randomInt(2 ** 32) : Number(SOAK_SEED);
/** For the proxy to follow. A busy machine needs seconds for a health check and for a reload. */
const PATIENCE_MS = 30_000;
/** It has to serve them in two looks with so much between them: old workers answer for a while. */
const STEADY_MS = 300;
const REQUESTS_A_REPLICA = 8;

const behaviour = behaviours({}).find(({ proxy, isClaimed }) => isClaimed && proxy === SOAK_PROXY);
if (!behaviour) throw new Error(`SOAK_PROXY is nginx, HAProxy or httpd, and not '${SOAK_PROXY}'`);

const engine = await Engine.ofThisMachine();
const session = currentSession();
process.stdout.write(`Random changes for ${SOAK_SECONDS} s on ${SOAK_PROXY}, SOAK_SEED=${seed}\n`);
await removeStale(engine);
try {
  const gen = await buildGen(engine, session);
  process.exitCode = (await soak(gen)) ? 0 : 1;
} finally {
  await removeSession(engine, session);
}

async function soak(gen: string): Promise<boolean> {
  await using workspace = new Workspace(engine, session);
  if (!behaviour) return false;
  const stand = await startStand(behaviour, workspace, { gen, node: NODE_IMAGE });
  const host = workspace.host('soak');
  const random = new Random(seed);
  const { network } = stand;
  const pool = new Pool(workspace, random, { network, host, image: NEIGHBOUR_IMAGE });
  const look = async () => {
    const ready = await pool.ready();
    const count = Math.max(1, ready.length) * REQUESTS_A_REPLICA;
    return { ready: ready.join(' '), served: (await ask(stand.port, host, count)).join(' ') };
  };

  const wrong: string[] = [];
  const samples: { readonly tsgen: Held; readonly proxy: Held }[] = [];
  const end = Date.now() + Number(SOAK_SECONDS) * 1000;
  let changes = 0;
  while (Date.now() < end) {
    const what = await pool.change();
    changes += 1;
    process.stderr.write(`${changes}: ${what}\n`);
    const deadline = Date.now() + PATIENCE_MS;
    let seen = await look();
    for (let right = 0; ; seen = await look()) {
      right = seen.served === (seen.ready || 'status 503') ? right + 1 : 0;
      if (right === 2 || Date.now() > deadline) break;
      await delay(right === 1 ? STEADY_MS : 100);
    }
    if (seen.served !== (seen.ready || 'status 503')) {
      wrong.push(`${changes} (${what}): ready are '${seen.ready}', served are '${seen.served}'`);
    }
    const [tsgen, proxy] = await Promise.all([
      heldBy(stand.generator, engine),
      heldBy(stand.proxy, engine),
    ]);
    samples.push({ tsgen, proxy });
  }
  return report(changes, wrong, samples);
}

/** Who answers so many requests, each over a connection of its own; sorted. */
async function ask(port: number, host: string, count: number): Promise<readonly string[]> {
  const seen = new Set<string>();
  for (let i = 0; i < count; i += 1) {
    const answer = await get(portFront(port), host, '/etc/hostname', { timeoutMs: 5_000 }).then(
      ({ status, body }) => (status === 200 ? body.trim() : `status ${status}`),
      (error: Error) => `error: ${error.message}`,
    );
    seen.add(answer);
  }
  return [...seen].sort();
}

function report(
  changes: number,
  wrong: readonly string[],
  samples: readonly { readonly tsgen: Held; readonly proxy: Held }[],
): boolean {
  const trends = [
    [
      'tsgen',
      'memory, MB',
      trendOf(
        samples.map(({ tsgen }) => tsgen.memoryMb),
        8,
      ),
    ],
    [
      'tsgen',
      'descriptors',
      trendOf(
        samples.map(({ tsgen }) => tsgen.descriptors),
        4,
      ),
    ],
    [
      SOAK_PROXY,
      'memory, MB',
      trendOf(
        samples.map(({ proxy }) => proxy.memoryMb),
        8,
      ),
    ],
    [
      SOAK_PROXY,
      'descriptors',
      trendOf(
        samples.map(({ proxy }) => proxy.descriptors),
        40,
      ),
    ],
  ] as const;
  const table = renderTable(
    ['process', 'holds', 'first', 'last', 'most', 'verdict'],
    trends.map(([who, what, { first, last, most, isFlat }]) => [
      ...[who, what, first.toFixed(1), last.toFixed(1), most.toFixed(1)],
      isFlat ? 'flat' : 'grows',
    ]),
  );
  process.stdout.write(`\n${table}\n\n`);
  process.stdout.write(
    `${changes} changes; after ${changes - wrong.length} of them just those were served that were ready.\n`,
  );
  for (const line of wrong) process.stdout.write(`  after change ${line}\n`);
  return changes > 0 && wrong.length === 0 && trends.every(([, , { isFlat }]) => isFlat);
}
