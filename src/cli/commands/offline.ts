import { TsgenError } from '../../base/errors.ts';
import { describeOutcome, isLive } from '../../pipeline/outcome.ts';
import { assemble } from '../assemble.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { watchOf } from '../find-watch.ts';
import { withEnvironment } from '../flag-values.ts';
import type { FlagName } from '../flags.ts';
import type { InventoryFile } from '../inventory-json.ts';
import { offlineSettings, readInventoryFile } from '../inventory-source.ts';
import type { Io } from '../io.ts';
import { memberSecretIfThere } from '../member-secret.ts';
import { type RunInput, resolveRun } from '../run-settings.ts';
import { resolveSettings, type Settings } from '../settings.ts';

/** They follow, ask or tell what runs, of which a file knows nothing. */
const NEED_AN_ENGINE: readonly FlagName[] = [
  'watch',
  'interval',
  'exec',
  'check',
  'notify',
  'notify-sighup',
  'notify-container',
  'notify-filter',
];

/**
 * `tsgen --from FILE …`: renders once from an inventory file. Nothing is implied but the template:
 * without a destination it goes to standard output.
 *
 * @throws TsgenError `usage` for flags that need an engine, `conflict` for a destination that a
 * watch keeps true to what runs.
 */
export async function offline(from: string, input: RunInput, io: Io): Promise<number> {
  const jobs = await jobsOf(input);
  for (const { destination } of jobs) await refuseOwned(destination);
  const inventory = await readInventoryFile(from, io);
  let exitCode = 0;
  for (const settings of jobs) {
    const code = await render(settings, inventory, io);
    if (exitCode === 0) exitCode = code;
  }
  return exitCode;
}

async function jobsOf(input: RunInput): Promise<readonly Settings[]> {
  const { from: _from, ...flags } = input.flags;
  if (flags.config !== undefined) return (await resolveRun({ ...input, flags })).jobs;
  const clash = NEED_AN_ENGINE.find((name) => {
    const value = input.flags[name];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });
  if (clash) {
    throw new TsgenError(
      'usage',
      `--from renders once from a file, and --${clash} is about what runs. Leave one out.`,
    );
  }
  // With --template the other form is the default: to watch, and to write where the proxy reads.
  const own = flags.template === undefined ? {} : { once: true, dest: flags.dest ?? '' };
  const all = withEnvironment(flags, input.fromEnv);
  const { operands, cwd } = input;
  // The text is that of the other form.
  const online = resolveSettings({ flags: all, operands, cwd });
  return [{ ...resolveSettings({ flags: { ...all, ...own }, operands, cwd }), online }];
}

async function refuseOwned(destination: string): Promise<void> {
  const owner = destination === '' ? undefined : await watchOf(destination);
  if (!owner) return;
  throw new TsgenError(
    'conflict',
    `${destination} is owned by a watch (process ${owner.report.pid}), which keeps it true to what runs. Write to another destination, or see the difference with tsgen diff.`,
  );
}

async function render(settings: Settings, inventory: InventoryFile, io: Io): Promise<number> {
  const parts = await assemble(offlineSettings(settings, inventory), io);
  // So that it is what the watch of the destination writes.
  const secret = await memberSecretIfThere(settings.destination);
  await using output = parts.output({ secret });
  await output.prepare();
  parts.world.snapshot = inventory.snapshot;
  const outcome = await parts.job(output, { secret }).run({ signal: io.stop });
  if (!isLive(outcome)) parts.log.error(describeOutcome(outcome));
  return exitCodeOf(outcome);
}
