import { messageOf, TsgenError } from '../../base/errors.ts';
import { visible } from '../../base/visible.ts';
import { takeSnapshot } from '../../inventory/sync.ts';
import { describeOutcome, isLive } from '../../pipeline/outcome.ts';
import { assemble } from '../assemble.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { type RunningWatch, watchOf } from '../find-watch.ts';
import type { Io } from '../io.ts';
import type { Settings } from '../settings.ts';
import { templatePath } from '../templates.ts';
import { askRefresh } from './refresh.ts';

/** Renders and applies once. A watch that owns the destination does it in its place. */
export async function once(settings: Settings, io: Io): Promise<number> {
  const owner = settings.destination ? await watchOf(settings.destination) : undefined;
  if (owner) return await askOwner(owner, settings, io);

  const parts = await assemble(settings, io);
  await using output = parts.output();
  await output.prepare();
  parts.world.snapshot = await takeSnapshot(parts.inventory, { signal: io.stop });
  const outcome = await parts.job(output).run({ signal: io.stop });
  if (outcome.kind === 'aborted') io.stop.throwIfAborted();
  if (!isLive(outcome)) parts.log.error(describeOutcome(outcome));
  return exitCodeOf(outcome);
}

async function askOwner(owner: RunningWatch, settings: Settings, io: Io): Promise<number> {
  const { report, socket } = owner;
  if (report.templateFile !== templatePath(settings.template, io.cwd)) {
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
