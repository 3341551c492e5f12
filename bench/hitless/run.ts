import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../../test/support/engine.ts';
import type { Session } from '../../test/support/session.ts';
import { Workspace } from '../../test/support/workspace.ts';
import { cpuTimes, cpuUse } from '../cpu.ts';
import { type LogEntry, readAccessLog } from './access-log.ts';
import { type Attributed, attribute } from './attribute.ts';
import type { Behaviour } from './behaviours.ts';
import { Fleet, type Replica, timeOf } from './fleet.ts';
import { Load, type LoadResult } from './load.ts';
import { type StandImages, startStand } from './stand.ts';
import { play, type Story, type StoryOptions } from './story.ts';

export interface RunOptions extends Omit<StoryOptions, 'patienceMs'> {
  readonly images: StandImages & { readonly neighbour: string };
  readonly clients: number;
  /** Requests a second that all clients together begin, as long as the answers come in time. */
  readonly rate: number;
}

export interface RunResult extends LoadResult, Attributed {
  readonly behaviour: Behaviour;
  readonly story: Story;
  /** How often the generator told the proxy to load its files; of members alone, while they changed. */
  readonly reloads: number;
  /** The part of the machine that was used meanwhile, by whomever: 0 to 1. */
  readonly cpu: number;
  /** New replicas that got no request in time. */
  readonly late: readonly string[];
  /** What the proxy and the generator wrote and what was done, line by line. */
  readonly logs: Readonly<Record<'proxy' | 'generator' | 'story', readonly string[]>>;
  readonly log: ReadonlyMap<string, LogEntry>;
}

/**
 * For traffic to reach a new replica. A busy machine takes seconds for a health check; who does not
 * look at health needs no such time, and may wait in vain.
 */
const PATIENCE_MS = { claimed: 20_000, other: 5_000 };

/** Plays the story under load with one proxy and one generator, and takes everything down again. */
export async function runBehaviour(
  behaviour: Behaviour,
  engine: Engine,
  session: Session,
  options: RunOptions,
): Promise<RunResult> {
  await using workspace = new Workspace(engine, session);
  const { images, story, sizes, clients, rate } = options;
  const stand = await startStand(behaviour, workspace, images);
  const host = workspace.host('web');
  const { network, port } = stand;
  const done: string[] = [];
  const note = (text: string) => void done.push(`${timeOf(Date.now())} ${text}`);
  const progress = (text: string) => {
    note(text);
    options.progress(text);
  };
  const fleet = new Fleet(workspace, { network, host, image: images.node, note });
  await fleet.start(sizes[0]);
  await served(port, host, fleet.replicas);
  const reloads = async () => (await engine.logs(stand.generator)).filter(isReload).length;
  // The first replicas make a new site.
  const atStart = story === 'whole' ? 0 : await reloads();
  const changing =
    story === 'beside' ? new Fleet(workspace, { network, image: images.node, note }) : fleet;
  const before = cpuTimes();
  await using load = new Load({ port, host, clients, paceMs: (1000 * clients) / rate });
  const neighbour = neighbourOf(workspace, network, images.neighbour);
  const patienceMs = behaviour.isClaimed ? PATIENCE_MS.claimed : PATIENCE_MS.other;
  const late = await play(
    { fleet: changing, load, neighbour },
    { ...options, progress, patienceMs },
  );
  const result = await load.stop();
  const cpu = cpuUse(before, cpuTimes());
  const logs = {
    proxy: await engine.logs(stand.proxy),
    generator: await engine.logs(stand.generator),
    story: done,
  };
  const log = readAccessLog(logs.proxy, behaviour.proxy);
  // httpd repeats nothing that it has sent.
  const repeats = behaviour.proxy !== 'httpd';
  return {
    ...result,
    ...attribute(result.failures, { log, endings: fleet.endings, repeats }),
    behaviour,
    story,
    reloads: logs.generator.filter(isReload).length - atStart,
    cpu,
    late,
    logs,
    log,
  };
}

function isReload(line: string): boolean {
  return /Running '|Sending container '/.test(line);
}

/** It asks for a path with a brace, which no proxy's configuration may come to hold. */
function neighbourOf(workspace: Workspace, network: string, image: string) {
  let count = 0;
  let running = '';
  return {
    start: async () => {
      count += 1;
      running = await workspace.run(`neighbour${count}`, image, {
        network,
        env: { VIRTUAL_HOST: workspace.host('neighbour'), VIRTUAL_PATH: '/a{' },
      });
    },
    stop: async () => {
      await workspace.engine.docker(['rm', '--force', running]);
    },
  };
}

const START_MS = 60_000;

/** Waits until each of them got a request. */
async function served(port: number, host: string, replicas: readonly Replica[]): Promise<void> {
  const load = new Load({ port, host, clients: 1, paceMs: 100 });
  const end = Date.now() + START_MS;
  const isServed = () => replicas.every(({ hostname }) => load.lastServed(hostname) > 0);
  while (!isServed() && Date.now() < end) await delay(100);
  const isThere = isServed();
  await load.stop();
  if (!isThere)
    throw new Error(`The first replicas of ${host} are not served after ${START_MS} ms`);
}
