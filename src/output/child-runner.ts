import type { Clock } from '../base/clock.ts';
import type { CommandResult, CommandRunner } from './runner.ts';

/** A proxy that has been started a moment ago may not know how to be told yet, in milliseconds. */
const YOUNG_MS = 5_000;
const RETRY_MS = 100;

export interface ChildRunnerDeps {
  /** Milliseconds since the proxy's start; `undefined` while it does not run. */
  readonly runsFor: () => number | undefined;
  readonly clock: Pick<Clock, 'sleep'>;
}

/**
 * Runs what tells a child process of a new configuration. While that one does not run there is
 * nothing to tell: it reads the configuration when it starts. One that was just started may have
 * read the old one and not yet have what the command needs (nginx's pid file): then it is tried
 * again for a while.
 */
export function childRunner(
  here: CommandRunner,
  { runsFor, clock }: ChildRunnerDeps,
): CommandRunner {
  const tell: CommandRunner['run'] = async (command, options) => {
    for (;;) {
      const result = await here.run(command, options);
      if (result.kind !== 'exited' || result.exitCode === 0) return result;
      const age = runsFor();
      if (age === undefined) return toldByItsStart(result);
      if (age >= YOUNG_MS) return result;
      await clock.sleep(RETRY_MS, options.signal).catch(() => undefined);
      if (options.signal?.aborted) return { kind: 'aborted' };
    }
  };
  return {
    where: here.where,
    unavailable: () => undefined,
    needless: () =>
      runsFor() === undefined
        ? 'the proxy is not running, and reads its configuration when it starts'
        : undefined,
    run: tell,
    translate: here.translate,
  };
}

/** It ended while it was told. */
function toldByItsStart(result: Extract<CommandResult, { kind: 'exited' }>): CommandResult {
  return { ...result, exitCode: 0 };
}
