import type { StatusReport, UpstreamReport } from '../status/report.ts';
import type { ReplicaView } from './replica-step.ts';

/** What a watch says of the two containers of a replacement. */
export type ProxyVerdict = Pick<ReplicaView, 'isRouted' | 'confirmation'>;

/** A container as the engine has it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * Whether the proxy gives a new container requests: it is a server of what the watch applied last, and
 * the proxy was seen to run that. What the old one has no part in, the new one is not asked for.
 */
export function proxyVerdict(
  report: StatusReport,
  { old, next }: { readonly old: Named | undefined; readonly next: Named | undefined },
): ProxyVerdict {
  const upstreams: readonly UpstreamReport[] = [...report.sites, ...report.tcp];
  const has = (named: Named | undefined) =>
    named !== undefined &&
    upstreams.some(
      ({ servers, absent }) =>
        servers.some(({ container }) => container === named.name) ||
        absent.some(({ container }) => container === named.name),
    );
  // A watch that has just been started knows of no sites yet.
  const isRouted = !report.live || !report.lastRun || has(old) || has(next);
  const why = whyNot(report, upstreams, next);
  return {
    isRouted,
    confirmation: why === undefined ? { confirmed: true } : { confirmed: false, why },
  };
}

function whyNot(
  report: StatusReport,
  upstreams: readonly UpstreamReport[],
  next: Named | undefined,
): string | undefined {
  const { held, lastRun, live, confirmation, setAside, engine } = report;
  if (held) return `set ${held.number} of the history is held, until tsgen resume`;
  if (!live || !lastRun) return 'no configuration is live yet';
  if (!engine.connected) return 'tsgen does not reach the engine';
  if (!next) return 'it is not there';
  const aside = setAside?.find(({ id }) => id === next.id);
  if (aside) return `it was set aside: ${aside.reason}`;
  const isServer = upstreams.some(({ servers }) =>
    servers.some(({ container }) => container === next.name),
  );
  if (!isServer) {
    const absent = upstreams
      .flatMap((upstream) => upstream.absent)
      .find(({ container }) => container === next.name);
    return absent ? absent.reason : 'tsgen does not route to it';
  }
  if (lastRun.kind !== 'applied' && lastRun.kind !== 'unchanged') return lastRun.message;
  if (report.behindSince !== undefined) return `what is live is behind: ${lastRun.message}`;
  if (confirmation?.kind === 'unconfirmed') return confirmation.reason;
  return undefined;
}
