import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeControlGroups } from './control-groups.ts';
import type { Engine } from './engine.ts';
import { isAliveKey, isStale, NAME_PREFIX, OWNER_LABEL, type Session } from './session.ts';

/** How long the engine may go on to hold what it was told to let go. */
const LETTING_GO_MS = 20_000;
const LOOK_AGAIN_MS = 200;
/** A hundred at once made engine 20.10 forget to take one of them out of its network. */
const AT_ONCE = 8;

/**
 * Removes all containers, networks, volumes and images that carry a label. The engine can refuse a
 * network for a moment after the last of its containers is gone: it is asked until it is gone too,
 * or has been asked long enough though nobody is on it.
 */
export async function removeLabelled(engine: Engine, label: string): Promise<void> {
  const find = async (list: readonly string[]) => {
    const found = await engine.docker([...list, '--filter', `label=${label}`]);
    return [...new Set(found.split('\n').filter(Boolean))];
  };
  const each = async (list: readonly string[], remove: readonly string[]) => {
    for (const deadline = Date.now() + LETTING_GO_MS; ; await delay(LOOK_AGAIN_MS)) {
      const names = await find(list);
      if (names.length === 0) return;
      try {
        for (let first = 0; first < names.length; first += AT_ONCE) {
          await engine.docker([...remove, ...names.slice(first, first + AT_ONCE)]);
        }
      } catch (error) {
        if (Date.now() < deadline) continue;
        if (list[0] !== 'network' || !(await areEmpty(engine, await find(list)))) throw error;
        // It forgot to take somebody out, and that is no fault of what is tested.
        process.stderr.write(`The engine keeps a network that nobody is on: ${String(error)}\n`);
        return;
      }
    }
  };
  // In this order: each needs the ones before to be gone.
  await each(['ps', '-aq'], ['rm', '-f', '-v']);
  await each(['network', 'ls', '-q'], ['network', 'rm']);
  await each(['volume', 'ls', '-q'], ['volume', 'rm', '-f']);
  await each(['image', 'ls', '-q'], ['image', 'rm', '-f']);
}

/** Engine 20.10 can refuse to remove such networks all the same. */
async function areEmpty(engine: Engine, networks: readonly string[]): Promise<boolean> {
  const format = '--format={{len .Containers}}';
  const counts = await engine.docker(['network', 'inspect', format, ...networks]);
  return counts.split('\n').every((count) => count === '0');
}

/** Removes what earlier runs of this machine left behind when they were killed. */
export async function removeStale(engine: Engine): Promise<void> {
  const lists = [
    ['ps', '-a'],
    ['network', 'ls'],
    ['volume', 'ls'],
    ['image', 'ls', '-q'],
  ];
  const owners = new Set<string>();
  for (const list of lists) {
    const filter = ['--filter', `label=${OWNER_LABEL}`];
    const isImages = list[0] === 'image';
    const format = isImages ? [] : ['--format', `{{.Label "${OWNER_LABEL}"}}`];
    const found = (await engine.docker([...list, ...filter, ...format])).split('\n');
    const values = isImages ? await imageOwners(engine, found.filter(Boolean)) : found;
    for (const owner of values.filter(Boolean)) owners.add(owner);
  }
  for (const owner of owners) {
    if (!isStale(owner)) continue;
    try {
      await removeLabelled(engine, `${OWNER_LABEL}=${owner}`);
    } catch (error) {
      // It is in nobody's way, and what made it is over.
      process.stderr.write(`Cannot remove what an earlier run left behind: ${String(error)}\n`);
    }
  }
  for (const name of await readdir(tmpdir())) {
    const key = name.match(new RegExp(`^${NAME_PREFIX}(\\d+-\\d+)$`))?.[1];
    if (key === undefined || isAliveKey(key)) continue;
    await removeControlGroups(name);
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

async function imageOwners(engine: Engine, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const format = `{{index .Config.Labels "${OWNER_LABEL}"}}`;
  return (await engine.docker(['image', 'inspect', '--format', format, ...ids])).split('\n');
}

/** Removes whatever a run made and has not removed itself. */
export async function removeSession(engine: Engine, session: Session): Promise<void> {
  await removeLabelled(engine, `${OWNER_LABEL}=${session.owner}`);
  await removeControlGroups(`${NAME_PREFIX}${session.key}`);
  await rm(session.folder, { recursive: true, force: true });
}
