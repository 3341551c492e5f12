import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { CommandRunner } from '../output/runner.ts';

export interface WorkerLimitOptions {
  /** Ends the proxy's workers that are too old, and prints the pid of each on a line of its own. */
  readonly command: string;
  /** Runs where the proxy is. */
  readonly runner: Pick<CommandRunner, 'run' | 'unavailable' | 'where'>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}

/** How often it is looked for them, in milliseconds. */
const LOOK_MS = 5 * 60_000;
const TIMEOUT_MS = 10_000;

/**
 * Has old workers ended, now and then, of a proxy that does not do so by itself. Until the signal
 * aborts.
 */
export async function limitWorkers(
  { command, runner, clock, log }: WorkerLimitOptions,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    if (runner.unavailable() !== undefined) continue;
    const result = await runner.run(command, { timeoutMs: TIMEOUT_MS, signal });
    // Of what fails the next time will tell; it is nobody's reason to worry.
    if (result.kind !== 'exited' || result.exitCode !== 0) {
      log.debug(`Looking for old workers of the proxy (${runner.where}) did not work`);
      continue;
    }
    const ended = result.output.split('\n').filter((line) => /^\d+$/.test(line));
    if (ended.length > 0) {
      log.info(
        `Ended ${ended.length} old workers of the proxy (${runner.where}), with the connections that they still had: half an hour after a reload that is their end.`,
      );
    }
  }
}
