import { systemClock } from '../../base/clock.ts';
import type { Logger } from '../../base/log.ts';
import { Inventory } from '../../inventory/sync.ts';
import { hasState, openState, type StateFolder } from '../../output/state.ts';
import { describeOutcome } from '../../pipeline/outcome.ts';
import { Watch } from '../../pipeline/watch.ts';
import { ControlServer } from '../../status/control-server.ts';
import { assemble } from '../assemble.ts';
import { exitCodeOf } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { stateOptions, watchRegistry } from '../runtime-dir.ts';
import type { Settings } from '../settings.ts';
import { templatePath } from '../templates.ts';
import { VERSION } from '../version.ts';

/** Twice what an apply took, within these; see `Schedule`. */
const SPACING = { min: 200, max: 2_000 } as const;
/** Where nobody is asked and nobody is told, an apply is cheap. */
const SHORT_SPACING = { min: 50, max: 50 } as const;

/** Follows the containers until it is told to stop; then finishes what it has begun. */
export async function watch(settings: Settings, io: Io): Promise<number> {
  let running: Watch | undefined;
  // From the start on: a HUP that comes too early is not to end the process.
  io.onHangup(() => void running?.refresh(), io.stop);
  const parts = await assemble(settings, io);
  const { log, api, world } = parts;
  const { destination } = settings;
  const state = hasState(destination)
    ? await openState(destination, { ...stateOptions(), log })
    : undefined;
  await using output = parts.output(state);
  await using inventory = new Inventory(parts.inventory);
  const watching = new Watch({
    job: parts.job(output),
    inventory,
    world,
    log,
    clock: systemClock,
    spacing: settings.check || settings.notifications.length > 0 ? SPACING : SHORT_SPACING,
    about: {
      version: VERSION,
      pid: process.pid,
      template: settings.template,
      templateFile: templatePath(settings.template, io.cwd),
      destination,
      endpoint: api.endpoint,
      ...(settings.proxySelector ? { proxySelector: settings.proxySelector } : {}),
    },
  });
  // The claim goes before the output, which may find something to mend on disk.
  await using _claim = state ? await claim(state, destination, watching, log) : undefined;
  await output.prepare();
  running = watching;
  await watching.run(io.stop);
  return 0;
}

/** Takes the destination for this watch alone, and answers for it. */
async function claim(
  state: StateFolder,
  destination: string,
  watching: Watch,
  log: Logger,
): Promise<AsyncDisposable> {
  const server = await ControlServer.listen(state.controlSocket, {
    status: () => watching.status(),
    refresh: async () => {
      const outcome = await watching.refresh();
      return {
        kind: outcome.kind,
        message: describeOutcome(outcome),
        exitCode: exitCodeOf(outcome),
      };
    },
  });
  const registry = watchRegistry();
  const address = { destination, socket: server.path };
  await registry.add(address, log);
  return {
    [Symbol.asyncDispose]: async () => {
      await registry.remove(address);
      await server[Symbol.asyncDispose]();
    },
  };
}
