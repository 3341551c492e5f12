import { setTimeout as delay } from 'node:timers/promises';
import { TsgenError } from '../../base/errors.ts';
import { visible } from '../../base/visible.ts';
import { requestControl } from '../../status/control-client.ts';
import type { DrainProgressReport, DrainReport } from '../../status/control-server.ts';
import { findWatch } from '../find-watch.ts';
import type { Io } from '../io.ts';
import { watchRegistry } from '../runtime-dir.ts';

export interface DrainOptions {
  readonly dest?: string;
  readonly stop?: boolean;
  /** In seconds, as the user wrote it. */
  readonly timeout?: string;
}

/** Long enough for a check and a notification that take all the time they are given. */
const APPLY_TIMEOUT_MS = 120_000;
/** The engine waits as long as the container's stop timeout says. */
const STOP_TIMEOUT_MS = 3_600_000;
const POLL_MS = 250;
const DEFAULT_TIMEOUT_S = '60';

/**
 * Takes a container out of what the proxy serves, and returns when that gives it no new request
 * and, where it can tell, has none open with it.
 *
 * @throws TsgenError `usage` for a container that does not run, `drain` when the time is up,
 * `engine` when it cannot be stopped.
 */
export async function drain(container: string, options: DrainOptions, io: Io): Promise<number> {
  const timeoutMs = milliseconds(options.timeout ?? DEFAULT_TIMEOUT_S);
  const ask = await askerOf(options.dest, io);
  const { id, name, ...report } = await ask<DrainReport>('POST', '/drain', container);
  if (report.exitCode !== 0) {
    io.out.write(`${visible(`${name} is to be drained: ${report.message}`)}\n`);
    return report.exitCode;
  }
  const end = await untilDone(() => ask('GET', '/drain', id), timeoutMs, io.stop);
  if (end.kind === 'waiting') {
    const stopping = options.stop ? ' It was not stopped.' : '';
    throw new TsgenError(
      'drain',
      `${name} gets no new request, but after ${timeoutMs / 1_000} s ${whatIsOpen(end)}.${stopping} Wait longer with --timeout, or stop it all the same.`,
    );
  }
  const how =
    end.kind === 'done'
      ? 'the proxy gives it no new request and has none open with it'
      : 'the proxy gives it no new request; which are open cannot be told';
  io.out.write(`${visible(`${name} is drained: ${how}`)}\n`);
  if (!options.stop) return 0;
  await ask<object>('POST', '/stop', id, STOP_TIMEOUT_MS);
  io.out.write(`${visible(`${name} is stopped`)}\n`);
  return 0;
}

function whatIsOpen(progress: Extract<DrainProgressReport, { kind: 'waiting' }>): string {
  return 'openRequests' in progress
    ? `${progress.openRequests} of its requests are still open`
    : `${progress.oldWorkers} of the proxy's old workers still run, with connections that are open`;
}

/** Gives a container that was drained its requests back. */
export async function undrain(
  container: string,
  { dest }: { readonly dest?: string },
  io: Io,
): Promise<number> {
  const ask = await askerOf(dest, io);
  const report = await ask<DrainReport>('POST', '/undrain', container);
  io.out.write(`${visible(`${report.name} is not drained any more: ${report.message}`)}\n`);
  return report.exitCode;
}

/** Asks the watch about a container. */
type Ask = <Answer>(
  method: 'GET' | 'POST',
  path: string,
  container: string,
  timeoutMs?: number,
) => Promise<Answer>;

async function askerOf(dest: string | undefined, io: Io): Promise<Ask> {
  const { socket } = await findWatch(dest, { cwd: io.cwd, registry: watchRegistry() });
  return async (method, path, container, timeoutMs = APPLY_TIMEOUT_MS) => {
    const url = `${path}?container=${encodeURIComponent(container)}`;
    return await requestControl(socket, method, url, { timeoutMs, signal: io.stop });
  };
}

async function untilDone(
  look: () => Promise<DrainProgressReport>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<DrainProgressReport> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const progress = await look();
    if (progress.kind !== 'waiting' || performance.now() >= until) return progress;
    await delay(Math.min(POLL_MS, Math.max(0, until - performance.now())), undefined, { signal });
  }
}

function milliseconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds <= 86_400) return seconds * 1_000;
  throw new TsgenError('usage', `--timeout takes seconds, at most 86400; it got '${text}'.`);
}
