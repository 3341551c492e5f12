import { requestControl } from '../status/control-client.ts';
import type { DrainProgressReport, DrainReport, RefreshReport } from '../status/control-server.ts';
import type { StatusReport } from '../status/report.ts';

/** The watch that configures the proxy. Rejects when it does not answer, or refuses. */
export interface ProxyWatch {
  status(signal: AbortSignal): Promise<StatusReport>;
  /** Renders and applies now; resolves when that is over. */
  refresh(signal: AbortSignal): Promise<RefreshReport>;
  /** Of a container by its ID, as the next. */
  drain(id: string, signal: AbortSignal): Promise<DrainReport>;
  drainProgress(id: string, signal: AbortSignal): Promise<DrainProgressReport>;
  undrain(id: string, signal: AbortSignal): Promise<DrainReport>;
}

/** Long enough for a check and a notification that take all the time they are given. */
const APPLY_TIMEOUT_MS = 120_000;

/**
 * A watch, by its control socket.
 *
 * @param find where the socket is; asked anew each time, for a watch that was started again may be
 *   elsewhere. Throws when no watch answers.
 */
export function proxyWatch(
  find: () => Promise<{ readonly socket: string; readonly report: StatusReport }>,
): ProxyWatch {
  const ask = async <Answer>(
    method: 'GET' | 'POST',
    path: string,
    id: string,
    signal: AbortSignal,
  ) => {
    const { socket } = await find();
    return await requestControl<Answer>(
      socket,
      method,
      `${path}?container=${encodeURIComponent(id)}`,
      { timeoutMs: APPLY_TIMEOUT_MS, signal },
    );
  };
  return {
    status: async () => (await find()).report,
    refresh: async (signal) => {
      const { socket } = await find();
      return await requestControl(socket, 'POST', '/refresh', {
        timeoutMs: APPLY_TIMEOUT_MS,
        signal,
      });
    },
    drain: (id, signal) => ask('POST', '/drain', id, signal),
    drainProgress: (id, signal) => ask('GET', '/drain', id, signal),
    undrain: (id, signal) => ask('POST', '/undrain', id, signal),
  };
}
