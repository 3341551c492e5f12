import { visible } from '../../base/visible.ts';
import { requestControl } from '../../status/control-client.ts';
import type { ResumeReport, RollbackReport } from '../../status/control-server.ts';
import { findWatch } from '../find-watch.ts';
import type { Io } from '../io.ts';
import { watchRegistry } from '../runtime-dir.ts';
import { setNumber } from '../set-number.ts';

/** Long enough for a check and a notification that take all the time they are given. */
const APPLY_TIMEOUT_MS = 120_000;
/** So many servers are named. */
const LISTED = 5;

/**
 * Has the watch bring an earlier set back and hold it.
 *
 * @param wanted its number as the user wrote it; by default that of the set before the live one.
 * @throws TsgenError `usage` when there is none of that number, or none before.
 */
export async function rollback(
  wanted: string | undefined,
  { dest }: { readonly dest?: string },
  io: Io,
): Promise<number> {
  const number = setNumber(wanted);
  const { socket } = await findWatch(dest, { cwd: io.cwd, registry: watchRegistry() });
  const query = number === undefined ? '' : `?number=${number}`;
  const report = await requestControl<RollbackReport>(socket, 'POST', `/rollback${query}`, {
    timeoutMs: APPLY_TIMEOUT_MS,
    signal: io.stop,
  });
  const set = `set ${report.number}, from ${report.at},`;
  const text = report.isHeld
    ? `${set} is held until tsgen resume: ${report.message}`
    : `${set} was not brought back: ${report.message}`;
  io.out.write(`${visible(text)}\n`);
  for (const warning of warningsOf(report)) io.err.write(`${visible(warning)}\n`);
  return report.exitCode;
}

/** Has the watch apply again what the containers ask for. */
export async function resume({ dest }: { readonly dest?: string }, io: Io): Promise<number> {
  const { socket } = await findWatch(dest, { cwd: io.cwd, registry: watchRegistry() });
  const { number, message, exitCode } = await requestControl<ResumeReport>(
    socket,
    'POST',
    '/resume',
    { timeoutMs: APPLY_TIMEOUT_MS, signal: io.stop },
  );
  const text = number === undefined ? message : `set ${number} is not held any more: ${message}`;
  io.out.write(`${visible(text)}\n`);
  return exitCode;
}

function warningsOf({ isHeld, gone, taken, servers }: RollbackReport): readonly string[] {
  if (!isHeld || gone.length === 0) return [];
  const more = gone.length > LISTED ? ` and ${gone.length - LISTED} more` : '';
  return [
    `${gone.length} of its ${servers} servers are not what they were: ${gone.slice(0, LISTED).join(', ')}${more}. Requests for them fail, or go to the others.`,
    ...taken
      .slice(0, LISTED)
      .map(({ server, by }) => `${by} has the address of ${server} now, and gets its requests.`),
  ];
}
