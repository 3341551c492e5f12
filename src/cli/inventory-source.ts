import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { codeOf, messageOf, TsgenError } from '../base/errors.ts';
import { Looker } from '../inventory/look.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { takeSnapshot } from '../inventory/sync.ts';
import { Selection } from '../pipeline/selection.ts';
import { World } from '../pipeline/world.ts';
import { parseProxySelector } from '../proxies/select.ts';
import { assembleShared } from './assemble.ts';
import { withEnvironment } from './flag-values.ts';
import { type InventoryFile, readInventoryJson } from './inventory-json.ts';
import type { Io } from './io.ts';
import type { RunInput } from './run-settings.ts';
import { resolveSettings, type Settings } from './settings.ts';

/** An inventory, and what else one may want to know of it. */
export interface Inventory extends InventoryFile {
  /**
   * A container that is not in it because it does not run, by name or ID; `undefined` where there
   * is none, or nobody to ask.
   */
  readonly find: (name: string) => Promise<RuntimeContainer | undefined>;
  /** What templates see of it, by the filters in the flags. */
  readonly listed: () => Promise<readonly RuntimeContainer[]>;
}

/** With an inventory of its own a run asks no engine; so a DOCKER_HOST cannot be at fault either. */
const NEVER_ASKED = 'unix:///dev/null';

/**
 * The settings of a run from an inventory file: the file says who the proxy is where the flags do
 * not, and nobody is asked or told, because what is rendered is not what runs.
 */
export function offlineSettings(settings: Settings, { proxy }: InventoryFile): Settings {
  const { check: _check, ...rest } = settings;
  const { notifications, confirm } = settings.online ?? settings;
  return {
    ...rest,
    offline: true,
    online: { notifications, ...(confirm ? { confirm } : {}) },
    notifications: [],
    endpoint: NEVER_ASKED,
    tls: {},
    ...(proxy !== undefined && settings.proxySelector === ''
      ? { proxy: parseProxySelector(proxy), proxySelector: proxy }
      : {}),
  };
}

/**
 * The inventory of this moment: one look at the engine, or the file of `--from` instead.
 *
 * @throws TsgenError `config` for a file that cannot be read or is none, `engine` when the engine
 * cannot be asked, `usage` for flags that cannot be meant.
 */
export async function takeInventory(input: RunInput, io: Io): Promise<Inventory> {
  const flags = withEnvironment(input.flags, input.fromEnv);
  const { from, ...others } = flags;
  // What a one-shot with these flags would look at; which template it renders makes no difference.
  const asked = resolveSettings({ flags: others, operands: ['any.hbs'], cwd: input.cwd });
  const file = from === undefined ? undefined : await readInventoryFile(from, io);
  const settings = file ? offlineSettings(asked, file) : asked;
  const { inventory, api, log } = await assembleShared(settings, [settings], io);
  const signal = io.stop;
  const known = file ?? { snapshot: await takeSnapshot(inventory, { signal }) };
  const { snapshot } = known;
  const { containerFilters: filters, includeStopped } = settings;
  return {
    ...known,
    find: async (name) => {
      if (file) return undefined;
      const looker = new Looker({ api, log, clock: systemClock });
      const answer = await looker.one(name, { signal, begin: () => undefined });
      return answer.kind === 'found' ? answer.entry.container : undefined;
    },
    listed: async () => {
      const world = new World(settings.proxy);
      world.snapshot = snapshot;
      const proxy = world.proxy?.kind === 'selected' ? world.proxy.container.ID : '';
      const own = new Set([proxy, world.self?.ID ?? '']);
      const selection = new Selection({ filters, includeStopped, api });
      return (await selection.select(snapshot.containers, own, signal)).listed;
    },
  };
}

/** @throws TsgenError `config` that names the file. */
export async function readInventoryFile(from: string, io: Io): Promise<InventoryFile> {
  if (from === '-') return readInventoryJson(await io.readInput(), 'on standard input');
  return readInventoryJson(await readText(resolve(io.cwd, from), from), from);
}

async function readText(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const isMissing = codeOf(cause) === 'ENOENT';
    const reason = isMissing ? 'there is no such file' : messageOf(cause);
    const advice = isMissing ? ` Write one with: tsgen inventory --full > ${name}` : '';
    throw new TsgenError('config', `Cannot read the inventory ${name}: ${reason}.${advice}`, {
      cause,
    });
  }
}
