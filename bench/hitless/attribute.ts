import type { LogEntry } from './access-log.ts';
import type { Failure } from './load.ts';

/** How a container ended that was not told to stop before. Times are in ms since 1970. */
export interface Ending {
  readonly container: string;
  /** `172.18.0.2:8080` */
  readonly server: string;
  /** It lived until here at least, and until there at most. */
  readonly from: number;
  readonly to: number;
}

export interface Attributed {
  /** They were in flight in a container that ended without a warning, and may not be repeated. */
  readonly inFlight: readonly Failure[];
  /**
   * Resets of a connection that had served before, of which the proxy's log knows nothing: it never
   * took them up.
   */
  readonly resets: readonly Failure[];
  /** The proxy could have avoided them. */
  readonly avoidable: readonly Failure[];
}

export interface Evidence {
  readonly log: ReadonlyMap<string, LogEntry>;
  readonly endings: readonly Ending[];
  /** The proxy sends a GET to another server when one has not answered it. */
  readonly repeats: boolean;
}

/** Asks the proxy's own log where each failed request went. */
export function attribute(failures: readonly Failure[], evidence: Evidence): Attributed {
  const inFlight: Failure[] = [];
  const resets: Failure[] = [];
  const avoidable: Failure[] = [];
  for (const failure of failures) {
    const entry = evidence.log.get(failure.id);
    if (entry && wasInFlight(failure, entry, evidence)) inFlight.push(failure);
    else if (!entry && failure.reused && isReset(failure)) resets.push(failure);
    else avoidable.push(failure);
  }
  return { inFlight, resets, avoidable };
}

/**
 * The last server counts: those before it were asked in vain, and others after them. It had taken the
 * connection, for what is refused can go elsewhere; and the proxy said at once that it was lost. httpd
 * says so on a kept connection by ending that, for its client to repeat what may be repeated.
 */
function wasInFlight(
  failure: Failure,
  { upstreams, isConnected }: LogEntry,
  { endings, repeats }: Evidence,
): boolean {
  const { method, kind, reused, from, to } = failure;
  if (!isConnected || (repeats && method === 'GET')) return false;
  const isTold = kind === 'status 502' || (!repeats && reused && isReset(failure));
  if (!isTold) return false;
  const server = upstreams.at(-1);
  return endings.some(
    (ending) => ending.server === server && from <= ending.to && to >= ending.from,
  );
}

function isReset({ kind }: Failure): boolean {
  return kind === 'ECONNRESET' || kind === 'EPIPE';
}
