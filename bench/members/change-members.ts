import { setTimeout as delay } from 'node:timers/promises';
import { stateDirFor } from '../../src/output/state.ts';
import type { Engine } from '../../test/support/engine.ts';
import { type Answer, get, portFront } from '../../test/support/http.ts';
import { type Kept, keepingConnection } from '../../test/support/kept-client.ts';
import type { Workspace } from '../../test/support/workspace.ts';
import type { Behaviour } from '../hitless/behaviours.ts';
import type { Stand } from '../hitless/stand.ts';
import { NEIGHBOUR_IMAGE } from '../images.ts';
import { type Held, heldBy } from '../soak/resources.ts';
import { type Trend, trendOf } from '../soak/trend.ts';
import { loadsOf } from './loads-of.ts';

export interface Churned {
  readonly changes: number;
  readonly reloads: number;
  readonly seconds: number;
  /** Of a client that asked all the time, over one connection. */
  readonly kept: Kept;
  readonly trends: readonly {
    readonly who: string;
    readonly what: string;
    readonly trend: Trend;
  }[];
}

/** Beside them one that stays. */
const MEMBERS = 50;
/** Of all members, between two looks at what the processes hold. */
const ROUNDS = 2;
const PATIENCE_MS = 60_000;
/** On a machine that has much else to do it ends with less than was wanted. */
const LIMIT_MS = 15 * 60_000;
/** Of the client between two requests: it is to be there, and not to keep the machine busy. */
const PAUSE_MS = 20;

/** Takes members out and back in, all of them at a time, while a client sends requests. */
export async function changeMembers(
  { port, network, proxy, generator }: Stand,
  { proxy: who, kind }: Pick<Behaviour, 'proxy' | 'kind'>,
  workspace: Workspace,
  wanted: number,
): Promise<Churned> {
  const { engine } = workspace;
  const host = workspace.host('churn');
  const names: string[] = [];
  for (let index = 0; index <= MEMBERS; index += 1) {
    const env = { VIRTUAL_HOST: host };
    names.push(await workspace.run(`m${index}`, NEIGHBOUR_IMAGE, { network, env }));
  }
  await until(async () => (await answering(port, host)).size === MEMBERS + 1);
  const folder = stateDirFor(kind.destination);
  const user = await engine.docker(['exec', generator, 'stat', '--format=%u:%g', folder]);
  const before = await loadsOf(proxy, who, engine);
  const started = Date.now();
  const samples: { readonly tsgen: Held; readonly proxy: Held; readonly sharedMb: number }[] = [];
  let changes = 0;
  const change = async () => {
    while (changes < wanted && Date.now() - started < LIMIT_MS) {
      const args = [`${folder}/control.sock`, String(ROUNDS), ...names.slice(1)];
      await engine.docker(['exec', `--user=${user}`, generator, 'node', '-e', CHANGES, ...args], {
        timeoutMs: 300_000,
      });
      changes += 2 * ROUNDS * MEMBERS;
      samples.push({
        tsgen: await heldBy(generator, engine),
        proxy: await heldBy(proxy, engine),
        sharedMb: await sharedBy(proxy, engine),
      });
      process.stderr.write(`${changes} changes\n`);
    }
  };
  const site = { front: portFront(port), host, path: '/etc/hostname', replicaOf: anyReplica };
  const kept = await keepingConnection(site, change, PAUSE_MS);
  const seconds = (Date.now() - started) / 1_000;
  await until(async () => (await answering(port, host)).size === MEMBERS + 1);
  const known = new Set(before);
  return {
    ...{ changes, seconds, kept },
    reloads: (await loadsOf(proxy, who, engine)).filter((load) => !known.has(load)).length,
    trends: [
      ['tsgen', 'memory, MB', samples.map(({ tsgen }) => tsgen.memoryMb), 8],
      ['tsgen', 'descriptors', samples.map(({ tsgen }) => tsgen.descriptors), 4],
      [who, 'memory, MB', samples.map((sample) => sample.proxy.memoryMb), 8],
      [who, 'descriptors', samples.map((sample) => sample.proxy.descriptors), 40],
      [who, 'shared memory, MB', samples.map(({ sharedMb }) => sharedMb), 0],
    ].map(([holder, what, values, slack]) => ({
      ...{ who: holder as string, what: what as string },
      trend: trendOf(values as readonly number[], slack as number),
    })),
  };
}

/** What lies in the shared memory of a container, be it for processes that have ended. */
async function sharedBy(container: string, engine: Engine): Promise<number> {
  const table = await engine.docker(['exec', container, 'df', '-Pk', '/dev/shm']);
  return Number(table.split('\n').at(-1)?.split(/\s+/)[2]) / 1024;
}

/** An answer without its body does not tell which one it is from. */
function anyReplica({ status }: Answer): string {
  return status === 200 ? '0'.repeat(12) : `status ${status}`;
}

/** Runs beside tsgen: what `tsgen drain` and `undrain` do, without a start of node for each. */
const CHANGES = `
const { request } = require('node:http');
const [socketPath, rounds, ...names] = process.argv.slice(1);
const ask = (verb, name) => new Promise((done, failed) => {
  const path = '/' + verb + '?container=' + name;
  request({ socketPath, method: 'POST', path }, (answer) => {
    let text = '';
    answer.on('data', (part) => { text += part; }).on('end', () => {
      const { exitCode, message } = JSON.parse(text);
      if (exitCode === 0) done(); else failed(new Error(name + ': ' + message));
    });
  }).on('error', failed).end();
});
(async () => {
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const verb of ['drain', 'undrain']) await Promise.all(names.map((name) => ask(verb, name)));
  }
})();`;

async function answering(port: number, host: string): Promise<ReadonlySet<string>> {
  const answers = Array.from({ length: 4 * MEMBERS }, async () => {
    const { status, body } = await get(portFront(port), host, '/etc/hostname');
    return status === 200 ? body.trim() : `status ${status}`;
  });
  return new Set(await Promise.all(answers));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`The proxy did not follow within ${PATIENCE_MS} ms`);
    await delay(100);
  }
}
