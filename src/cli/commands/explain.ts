import { basename } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { TsgenError } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import type { RuntimeContainer, Snapshot } from '../../inventory/runtime-container.ts';
import { ProxyFilesReader } from '../../pipeline/proxy-files-reader.ts';
import { vantageOf } from '../../pipeline/vantage.ts';
import { World } from '../../pipeline/world.ts';
import { PROXY_BY_TEMPLATE } from '../../proxies/index.ts';
import { nginx } from '../../proxies/nginx.ts';
import type { ProxyKind } from '../../proxies/proxy-kind.ts';
import { parseProxySelector } from '../../proxies/select.ts';
import { explain as explainRouting } from '../../routing/explain.ts';
import { filePlacesOf } from '../../routing/hooks.ts';
import { NO_LIMITS } from '../../routing/limits.ts';
import type { Vantage } from '../../routing/model.ts';
import { byNaturalText } from '../../routing/order.ts';
import { outsideProblem } from '../../routing/problem.ts';
import { readProxySettings } from '../../routing/read-proxy-settings.ts';
import type { StatusReport } from '../../status/report.ts';
import { findWatch } from '../find-watch.ts';
import { withEnvironment } from '../flag-values.ts';
import { type Inventory, takeInventory } from '../inventory-source.ts';
import type { Io } from '../io.ts';
import type { RunInput } from '../run-settings.ts';
import { watchRegistry } from '../runtime-dir.ts';
import { vocabularyOf } from '../settings.ts';
import { explainOne } from '../view/explain-one.ts';
import { reportOf } from '../view/explain-report.ts';
import { explainTable } from '../view/explain-table.ts';
import { heldLines } from '../view/history-words.ts';
import { prettyJson } from '../view/json.ts';
import { painter } from '../view/style.ts';

/**
 * Says for each container, or for those of one name, to which sites it goes, over which network
 * and port, and if not, why not and what to do. The proxy is that of the flags, else of the
 * inventory file, else of the only watch that runs here.
 *
 * @param input with no operand or one, the container.
 * @throws TsgenError `usage` when there is no such container, `check` when the proxy does not run.
 */
export async function explain(
  input: RunInput,
  { json = false }: { readonly json?: boolean },
  io: Io,
): Promise<number> {
  const [wanted] = input.operands;
  const inventory = await takeInventory(input, io);
  const chosen = wanted === undefined ? undefined : await choose(wanted, inventory);
  // One that does not run is not in the inventory, and has something to say all the same.
  const known = new Set(inventory.snapshot.containers);
  const others = (chosen ?? []).filter((container) => !known.has(container));
  const watch = await watchHere(input, io);
  const snapshot = {
    ...inventory.snapshot,
    containers: [...inventory.snapshot.containers, ...others].toSorted(byName).map(asSeenBy(watch)),
  };
  const proxy =
    input.flags.proxy ?? inventory.proxy ?? watch?.proxy?.container ?? watch?.proxy?.selector;
  const vantage = vantageFor(proxy, snapshot);
  const asked = withEnvironment(input.flags, input.fromEnv);
  const vocabulary = watch?.vocabulary ?? vocabularyOf(asked);
  const { settings, problems: settingProblems } = readProxySettings(io.env, vocabulary);
  const { places, limits = NO_LIMITS } = kindOf(watch);
  const { explanations, problems } = explainRouting(
    {
      ...{ containers: snapshot.containers, vantage, settings, settingProblems, places, limits },
      vocabulary,
      files: await new ProxyFilesReader({ places: filePlacesOf(places) }).read(),
      now: systemClock.now(),
    },
    watch?.setAside?.map(({ id, container: name, ...problem }) =>
      outsideProblem({ ...problem, container: { id, name } }),
    ),
  );
  const report = reportOf(explanations, { snapshot, vantage, problems });
  const ids = new Set(chosen?.map(({ ID }) => ID));
  const containers = chosen ? report.containers.filter(({ id }) => ids.has(id)) : report.containers;
  const held = watch?.held;
  if (json) {
    io.out.write(prettyJson({ ...report, ...(held ? { held } : {}), containers }));
    return 0;
  }
  // What follows is what the containers ask for, not what is live.
  if (held) io.out.write(`${heldLines(held, painter(io.out.color)).join('\n')}\n\n`);
  if (!chosen) io.out.write(explainTable(report, io.out));
  else {
    const style = { proxy: report.proxy, color: io.out.color };
    io.out.write(containers.map((container) => explainOne(container, style)).join('\n'));
  }
  return 0;
}

function byName(a: RuntimeContainer, b: RuntimeContainer): number {
  return byNaturalText(a.Name, b.Name);
}

/** By name, ID, beginning of an ID, or as Compose calls its service. */
async function choose(
  wanted: string,
  { snapshot, find }: Inventory,
): Promise<readonly RuntimeContainer[]> {
  const { containers } = snapshot;
  const name = wanted.replace(/^\//, '');
  const exact = containers.filter(({ Name, ID }) => Name === name || ID === name);
  if (exact.length > 0) return exact;
  const service = containers.filter(({ Labels }) => Labels['com.docker.compose.service'] === name);
  if (service.length > 0) return service;
  const begun = containers.filter(({ ID }) => /^[0-9a-f]{4,}$/.test(name) && ID.startsWith(name));
  if (begun.length > 0) return begun;
  const stopped = /^[a-zA-Z0-9][\w.-]*$/.test(name) ? await find(name) : undefined;
  if (stopped) return [stopped];
  throw new TsgenError('usage', `There is no container '${wanted}'. ${hint(name, containers)}`);
}

function hint(name: string, containers: readonly RuntimeContainer[]): string {
  const names = containers.map(({ Name }) => Name).sort(byNaturalText);
  const near = names.find((known) => known.includes(name)) ?? nearest(name, names);
  if (near !== undefined && name !== '') return `Did you mean '${near}'?`;
  return names.length === 0 ? 'No container runs.' : 'tsgen explain lists those that run.';
}

function vantageFor(proxy: string | undefined, snapshot: Snapshot): Vantage {
  const world = new World(proxy ? parseProxySelector(proxy) : undefined);
  world.snapshot = snapshot;
  const selection = world.proxy;
  if (selection?.kind === 'none') {
    throw new TsgenError(
      'check',
      `Cannot tell what the proxy '${proxy}' reaches: ${selection.reason}. Start it, or name another with --proxy.`,
    );
  }
  return vantageOf(selection?.container ?? world.self);
}

/** Who runs `tsgen explain` beside a watch wants to know what that one sees. */
async function watchHere({ flags }: RunInput, io: Io): Promise<StatusReport | undefined> {
  if (flags.from !== undefined) return undefined;
  try {
    const { report } = await findWatch(undefined, { cwd: io.cwd, registry: watchRegistry() });
    return report;
  } catch (error) {
    if (error instanceof TsgenError && error.kind === 'conflict') return undefined;
    throw error;
  }
}

/** With what the watch knows of a container, and the engine does not. */
function asSeenBy(
  watch: StatusReport | undefined,
): (container: RuntimeContainer) => RuntimeContainer {
  const heldBack = new Map(watch?.heldBack?.map(({ id, why }) => [id, why]));
  return (container) => {
    const why = heldBack.get(container.ID);
    return why === undefined ? container : { ...container, heldBack: why };
  };
}

/** Which proxy the watch drives; nginx where nobody says. */
function kindOf(watch: StatusReport | undefined): ProxyKind {
  const [template = ''] = watch?.templateFile.split(';') ?? [];
  return PROXY_BY_TEMPLATE.get(basename(template)) ?? nginx;
}
