import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../test/support/engine.ts';
import { get, portFront } from '../../test/support/http.ts';
import type { Workspace } from '../../test/support/workspace.ts';
import type { ProxyName } from '../hitless/access-log.ts';
import type { Stand } from '../hitless/stand.ts';
import { NEIGHBOUR_IMAGE } from '../images.ts';
import { loadsOf } from './loads-of.ts';

/** What is asked in between may be the new member's, if it is there: so many at a time. */
const CLIENTS = 4;
const PATIENCE_MS = 60_000;

/**
 * Starts a second member, another one each time, and measures until it answers the first time, in ms.
 */
export async function startToRequest(
  { port, network, proxy, generator }: Stand,
  kind: ProxyName,
  workspace: Workspace,
  rounds: number,
): Promise<{ readonly samples: readonly number[]; readonly reloads: number }> {
  const { engine } = workspace;
  const host = workspace.host('members');
  const wish = { network, env: { VIRTUAL_HOST: host } };
  await workspace.run('first', NEIGHBOUR_IMAGE, wish);
  const who = () => whoAnswers(port, host);
  await until(async () => (await who()) === 'first');
  const seen = new Set(await loadsOf(proxy, kind, engine));
  const before = seen.size;
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const second = await workspace.create(`second-${round}`, NEIGHBOUR_IMAGE, wish);
    const since = Date.now();
    const asked = firstAnswer(who, `second-${round}`);
    await engine.docker(['start', second]);
    const at = await asked.catch(async (cause: Error) => {
      const log = (await engine.logs(generator)).slice(-20).join('\n');
      throw new Error(`${cause.message}; the generator's last lines:\n${log}`, { cause });
    });
    samples.push(at - (await startOf(second, since, engine)));
    for (const load of await loadsOf(proxy, kind, engine)) seen.add(load);
    await engine.docker(['rm', '--force', second]);
    await until(async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, who));
      return answers.every((answer) => answer === 'first');
    });
    for (const load of await loadsOf(proxy, kind, engine)) seen.add(load);
    // It gets no requests before it is out of the file; and longer than changes are put together for.
    await delay(4_000);
  }
  return { samples, reloads: seen.size - before };
}

/** When the first answer of it was there, in milliseconds since 1970. */
async function firstAnswer(who: () => Promise<string>, wanted: string): Promise<number> {
  let at: number | undefined;
  const end = Date.now() + PATIENCE_MS;
  const client = async () => {
    while (at === undefined && Date.now() < end) {
      if ((await who()) === wanted) at ??= Date.now();
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  if (at === undefined) throw new Error(`'${wanted}' was not asked within ${PATIENCE_MS} ms`);
  return at;
}

async function whoAnswers(port: number, host: string): Promise<string> {
  return await get(portFront(port), host, '/etc/hostname', { timeoutMs: 2_000 }).then(
    ({ status, body }) => (status === 200 ? body.trim() : `status ${status}`),
    (error: Error) => error.message,
  );
}

/** The time of the engine's event, in milliseconds since 1970. */
async function startOf(container: string, sinceMs: number, engine: Engine): Promise<number> {
  const said = await engine.docker([
    ...['events', `--since=${sinceMs / 1_000}`, `--until=${Date.now() / 1_000}`],
    ...[`--filter=container=${container}`, '--filter=event=start', '--format={{.TimeNano}}'],
  ]);
  return Number(said.split('\n').at(-1)) / 1e6;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`The proxy did not follow within ${PATIENCE_MS} ms`);
    await delay(50);
  }
}
