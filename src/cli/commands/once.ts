import { readFile } from 'node:fs/promises';
import { messageOf, TsgenError } from '../../base/errors.ts';
import { visible } from '../../base/visible.ts';
import type { Snapshot } from '../../inventory/runtime-container.ts';
import { takeSnapshot } from '../../inventory/sync.ts';
import type { Output } from '../../output/output.ts';
import { describeOutcome, isLive } from '../../pipeline/outcome.ts';
import { refuseGoTemplate } from '../../templates/go-template.ts';
import {
  assembleJob,
  assembleShared,
  type JobParts,
  type JobWishes,
  type Shared,
} from '../assemble.ts';
import { EXIT_CODES, exitCodeOf } from '../exit-codes.ts';
import { type RunningWatch, watchOf } from '../find-watch.ts';
import type { Io } from '../io.ts';
import { keptHold } from '../kept-hold.ts';
import { memberSecretIfThere } from '../member-secret.ts';
import type { RunSettings } from '../run-settings.ts';
import type { Settings } from '../settings.ts';
import { templatePaths } from '../templates.ts';
import { askRefresh } from './refresh.ts';

interface Planned {
  readonly settings: Settings;
  /** A watch that owns the destination renders in this one's place. */
  readonly owner: RunningWatch | undefined;
}

/**
 * Renders and applies each job once, in their order and from one look at the engine. A job that
 * fails does not keep the next from being done.
 *
 * @returns the exit code of the first that failed.
 */
export async function once({ process, jobs, warnings }: RunSettings, io: Io): Promise<number> {
  const planned: Planned[] = [];
  for (const settings of jobs) {
    const { destination } = settings;
    planned.push({ settings, owner: destination ? await watchOf(destination) : undefined });
  }
  const shared = await assembleShared(process, jobs, io);
  for (const warning of warnings) shared.log.warn(warning);
  // It answers while the templates are read. Whoever needs the look hears of its failure.
  const end = new AbortController();
  const signal = AbortSignal.any([io.stop, end.signal]);
  const look = planned.every(({ owner }) => owner)
    ? undefined
    : takeSnapshot(shared.inventory, { signal });
  look?.catch(() => undefined);
  try {
    return await applyAll(planned, { shared, look }, io);
  } finally {
    end.abort();
  }
}

async function applyAll(
  planned: readonly Planned[],
  { shared, look }: { readonly shared: Shared; readonly look: Promise<Snapshot> | undefined },
  io: Io,
): Promise<number> {
  const parts = new Map<Settings, JobParts>();
  for (const { settings, owner } of planned) {
    if (!owner) parts.set(settings, await assembleJob(settings, shared, io));
  }
  let exitCode = 0;
  for (const { settings, owner } of planned) {
    const own = parts.get(settings);
    let code = 0;
    if (owner) {
      code = await askOwner(owner, settings, io);
    } else if (await isHeld(settings, shared)) {
      code = EXIT_CODES.held.code;
    } else if (own && look) {
      const secret = await memberSecretIfThere(settings.destination);
      await using output = own.output({ secret });
      await output.prepare();
      own.world.snapshot = await look;
      code = await renderOnce(own, { output, secret }, shared, io);
    }
    if (exitCode === 0) exitCode = code;
  }
  return exitCode;
}

/** By a watch that has ended, and goes on with it when it is started again. */
async function isHeld({ destination }: Settings, { log }: Shared): Promise<boolean> {
  const held = await keptHold(destination, log);
  if (!held) return false;
  log.error(
    `Cannot apply to '${destination}': set ${held.number} is held since ${held.since}, and the watch that holds it does not run. Start that, and run tsgen resume first.`,
  );
  return true;
}

async function renderOnce(
  parts: JobParts,
  { output, secret }: Pick<JobWishes, 'secret'> & { readonly output: Output },
  { log }: Shared,
  io: Io,
): Promise<number> {
  const outcome = await parts.job(output, { secret }).run({ signal: io.stop });
  if (outcome.kind === 'aborted') io.stop.throwIfAborted();
  if (!isLive(outcome)) log.error(describeOutcome(outcome));
  return exitCodeOf(outcome);
}

async function askOwner(owner: RunningWatch, settings: Settings, io: Io): Promise<number> {
  // The watch renders its own template: nobody else would say that this one is of another kind.
  for (const path of templatePaths(settings.template, io.cwd)) {
    refuseGoTemplate(path, await readFile(path, 'utf8').catch(() => ''));
  }
  const { report, socket } = owner;
  if (report.templateFile !== templatePaths(settings.template, io.cwd).join(';')) {
    throw new TsgenError(
      'conflict',
      `${report.destination} is owned by a watch (process ${report.pid}) that renders ${report.templateFile}, not ${settings.template}. Stop it first, or write to another destination.`,
    );
  }
  try {
    const { message, exitCode } = await askRefresh(socket, io.stop);
    io.err.write(
      `The watch that owns ${report.destination} (process ${report.pid}): ${visible(message)}\n`,
    );
    return exitCode;
  } catch (error) {
    throw new TsgenError(
      'conflict',
      `The watch that owns ${report.destination} (process ${report.pid}) could not be asked to refresh: ${messageOf(error)}. Look at its log.`,
      { cause: error },
    );
  }
}
