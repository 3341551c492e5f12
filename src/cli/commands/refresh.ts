import { visible } from '../../base/visible.ts';
import { requestControl } from '../../status/control-client.ts';
import type { RefreshReport } from '../../status/control-server.ts';
import { findWatch } from '../find-watch.ts';
import type { Io } from '../io.ts';
import { watchRegistry } from '../runtime-dir.ts';

/** Long enough for a check and a notification that take all the time they are given. */
const REFRESH_TIMEOUT_MS = 120_000;

/** Ends as a one-shot in the watch's place would have ended. */
export async function refresh(options: { readonly dest?: string }, io: Io): Promise<number> {
  const { socket } = await findWatch(options.dest, { cwd: io.cwd, registry: watchRegistry() });
  const { message, exitCode } = await askRefresh(socket, io.stop);
  io.out.write(`${visible(message)}\n`);
  return exitCode;
}

/** Has the watch at a control socket render and apply now. */
export function askRefresh(socket: string, signal: AbortSignal): Promise<RefreshReport> {
  return requestControl<RefreshReport>(socket, 'POST', '/refresh', {
    timeoutMs: REFRESH_TIMEOUT_MS,
    signal,
  });
}
