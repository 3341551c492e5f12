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
  /** They were in flight in a container that ended without a warning. */
  readonly inFlight: readonly Failure[];
  /**
   * Resets of a connection that had served before, of which the proxy's log knows nothing: it never
   * took them up.
   */
  readonly resets: readonly Failure[];
  /** The proxy could have avoided them. */
  readonly avoidable: readonly Failure[];
}

/** Asks the proxy's own log where each failed request went. */
export function attribute(
  failures: readonly Failure[],
  log: ReadonlyMap<string, LogEntry>,
  endings: readonly Ending[],
): Attributed {
  const inFlight: Failure[] = [];
  const resets: Failure[] = [];
  const avoidable: Failure[] = [];
  for (const failure of failures) {
    const entry = log.get(failure.id);
    if (entry && endings.some((ending) => wasIn(ending, failure, entry))) inFlight.push(failure);
    else if (!entry && failure.reused && isReset(failure)) resets.push(failure);
    else avoidable.push(failure);
  }
  return { inFlight, resets, avoidable };
}

/** The last server counts: those before it were asked in vain, and others after them. */
function wasIn({ server, from, to }: Ending, failure: Failure, { upstreams }: LogEntry): boolean {
  return upstreams.at(-1) === server && failure.from <= to && failure.to >= from;
}

function isReset({ kind }: Failure): boolean {
  return kind === 'ECONNRESET' || kind === 'EPIPE';
}
