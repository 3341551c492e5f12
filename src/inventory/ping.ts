import type { Clock } from '../base/clock.ts';
import type { DockerApi } from '../docker/api.ts';
import { EngineError } from '../docker/engine-error.ts';

export interface PingOptions {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly pingTimeoutMs: number;
}

/** @throws TsgenError `engine` when the engine does not answer in time, or not well. */
export async function pingWithin(
  { api, clock, pingTimeoutMs }: PingOptions,
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  signal.addEventListener('abort', () => done.abort(signal.reason), { signal: done.signal });
  const limit = clock.sleep(pingTimeoutMs, done.signal).then(() => {
    throw new EngineError(
      `The Docker Engine at ${api.endpoint} did not answer GET /_ping within ${pingTimeoutMs / 1000} s. It is connected to again.`,
    );
  });
  try {
    await Promise.race([api.ping({ signal: done.signal }), limit]);
  } finally {
    done.abort();
    // That its sleep was cut short is no failure.
    limit.catch(() => undefined);
  }
}
