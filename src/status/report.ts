import type { HeldBack } from '../inventory/runtime-container.ts';
import type { HeldReport } from './history-report.ts';

/** What a watch says of itself on its control socket: `GET /status`. */
export interface StatusReport {
  readonly version: string;
  readonly pid: number;
  /** RFC 3339, as all times here. */
  readonly startedAt: string;
  /** As the user named it. */
  readonly template: string;
  /** The file that the name means. */
  readonly templateFile: string;
  readonly destination: string;
  /** The container that runs the proxy: its name while it runs. Absent when none was named. */
  readonly proxy?: { readonly selector: string; readonly container?: string };
  /** The proxy that runs as a child process; absent without `--exec`. */
  readonly child?: ChildReport;
  readonly engine: {
    readonly endpoint: string;
    readonly connected: boolean;
    readonly lastError?: string;
    /** Since when the engine has not been followed. */
    readonly disconnectedSince?: string;
  };
  /** What was asked for by this watch has gone live, or the proxy was seen to run its last good. */
  readonly live: boolean;
  /** A set of the history is live, in the place of what the containers ask for: that follows. */
  readonly held?: HeldReport;
  /** Since when what is live is not what was asked for; a rejected candidate does not count. */
  readonly behindSince?: string;
  /** Whether the proxy was seen to run what is live; absent where nobody can ask it. */
  readonly confirmation?: ConfirmationReport;
  /** What came of the last run; absent before the first. */
  readonly lastRun?: { readonly at: string; readonly kind: string; readonly message: string };
  readonly containers: number;
  /** Whose words count. */
  readonly vocabulary: { readonly dockercloud: boolean; readonly allowsRaw: boolean };
  /** Ports that are handed on as they are. */
  readonly tcp: readonly TcpReport[];
  readonly sites: readonly SiteReport[];
  readonly problems: readonly ProblemReport[];
  /** The containers that the watch itself gives no traffic, such as those that are drained. */
  readonly heldBack?: readonly {
    readonly id: string;
    readonly container: string;
    readonly why: HeldBack;
  }[];
  /** Those of the problems for which a container's part is left out; absent: none. */
  readonly setAside?: readonly (ProblemReport & { readonly id: string })[];
}

export type ConfirmationReport =
  | { readonly kind: 'confirmed'; readonly revision: string; readonly at: string }
  | { readonly kind: 'unconfirmed'; readonly since: string; readonly reason: string };

export interface ChildReport {
  readonly command: string;
  /** Absent while it does not run. */
  readonly pid?: number;
  /** How often it was started again after it had ended by itself. */
  readonly restarts: number;
  /** How it ended the last time by itself. */
  readonly lastEnd?: string;
}

export interface SiteReport extends UpstreamReport {
  readonly host: string;
  readonly path: string;
}

export interface TcpReport extends UpstreamReport {
  readonly port: number;
}

export interface UpstreamReport {
  /** Container name, address and port of each that gets traffic. */
  readonly servers: readonly { readonly container: string; readonly address: string }[];
  readonly absent: readonly { readonly container: string; readonly reason: string }[];
}

export interface ProblemReport {
  readonly container: string;
  readonly variable: string;
  readonly value: string;
  readonly reason: string;
}

/** Whether a watch does its work, and why it is said to. */
export interface Health {
  readonly healthy: boolean;
  readonly reason: string;
}

/** How long the engine may be out of reach, or the proxy untold, in milliseconds. */
const GRACE_MS = 60_000;

/**
 * Whether a watch does its work: its first configuration is live, and it follows the engine (or
 * lost it less than a minute ago), what is live has not been behind for more than a minute, and the
 * proxy runs, where it is a child process. A candidate that was rejected later does not count against it: the last good one is live.
 * Nor does a set that somebody holds: the watch does what it was told.
 */
export function healthOf(report: StatusReport, now: number): Health {
  const { engine, lastRun, child } = report;
  if (!report.live) {
    const why = lastRun?.message ?? engine.lastError ?? 'the first run has not ended yet';
    return { healthy: false, reason: `no configuration is live yet: ${why}` };
  }
  if (child && child.pid === undefined) {
    const why = child.lastEnd ? `: it ${child.lastEnd}` : '';
    return { healthy: false, reason: `'${child.command}' does not run${why}` };
  }
  const lostFor = engine.disconnectedSince ? now - Date.parse(engine.disconnectedSince) : 0;
  if (!engine.connected && lostFor > GRACE_MS) {
    const seconds = Math.round(lostFor / 1_000);
    const why = engine.lastError ? `: ${engine.lastError}` : '';
    return { healthy: false, reason: `${engine.endpoint} is out of reach for ${seconds} s${why}` };
  }
  const behindFor = report.behindSince ? now - Date.parse(report.behindSince) : 0;
  if (behindFor > GRACE_MS) {
    const seconds = Math.round(behindFor / 1_000);
    const why = lastRun ? `: ${lastRun.message}` : '';
    return { healthy: false, reason: `what is live is ${seconds} s behind${why}` };
  }
  return { healthy: true, reason: `${report.destination} is live${heldSince(report)}` };
}

function heldSince({ held }: StatusReport): string {
  return held
    ? `, but set ${held.number} of its history is held since ${held.since}, until tsgen resume`
    : '';
}
