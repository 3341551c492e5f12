/** How far the replacement of one replica is: all that the next step depends on. */
export interface ReplicaView {
  /** The container that is replaced. */
  readonly old: 'running' | 'stopped' | 'gone';
  /** The one that takes its place. */
  readonly next: NextView;
  /** The new one has the name that is to be its own. */
  readonly isNamed: boolean;
  /** The proxy gives, or gave, one of them requests. */
  readonly isRouted: boolean;
  /** The proxy was seen to give the new one requests; else why not. */
  readonly confirmation:
    | { readonly confirmed: true }
    | { readonly confirmed: false; readonly why: string };
  /** How far the proxy is with letting the old one go. */
  readonly drain: 'not-begun' | 'waiting' | 'done';
  /** The new one has had all the time that it is given to become healthy and be confirmed. */
  readonly isLate: boolean;
  /** The old one has had all the time that open requests are given. */
  readonly isDrainLate: boolean;
}

export type NextView =
  | { readonly kind: 'absent' }
  /** It was made and never started: whoever made it was cut off. */
  | { readonly kind: 'created' }
  | { readonly kind: 'starting' }
  /** It runs, and is healthy where it has a health check. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string };

export type ReplicaStep =
  /** Make the new one and start it; one that was made and not started is removed before. */
  | { readonly kind: 'start' }
  | { readonly kind: 'wait'; readonly for: 'health' | 'proxy' | 'drain' }
  /** Have the proxy give the old one no new request. */
  | { readonly kind: 'drain' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'remove' }
  /** Give the new one the name of the old one. */
  | { readonly kind: 'rename' }
  | { readonly kind: 'done' }
  /** The old one gets its requests back, and the new one goes. */
  | { readonly kind: 'abandon'; readonly reason: string };

/**
 * What to do next for one replica. It depends on what is there and on nothing that was remembered:
 * whoever takes up a roll-out that was cut off goes on where that was.
 *
 * The old one is let go only once the new one is ready and the proxy gives it requests; whatever
 * goes wrong before it was stopped ends with the old one as it was.
 */
export function stepFor(view: ReplicaView): ReplicaStep {
  const { old, next, confirmation } = view;
  switch (next.kind) {
    case 'absent':
      return old === 'gone'
        ? { kind: 'abandon', reason: 'somebody else removed the old one meanwhile' }
        : { kind: 'start' };
    case 'created':
      return old === 'gone'
        ? { kind: 'abandon', reason: 'somebody else removed the old one meanwhile' }
        : { kind: 'start' };
    case 'failed':
      return { kind: 'abandon', reason: next.reason };
    case 'starting':
      return view.isLate
        ? { kind: 'abandon', reason: 'it did not get healthy in time' }
        : { kind: 'wait', for: 'health' };
    case 'ready':
      break;
  }
  if (old === 'gone') return view.isNamed ? { kind: 'done' } : { kind: 'rename' };
  if (old === 'stopped') return { kind: 'remove' };
  if (!view.isRouted) return { kind: 'stop' };
  // Also while the old one is let go: one that was left drained is not all that there is.
  if (!confirmation.confirmed) {
    return view.isLate
      ? { kind: 'abandon', reason: `the proxy does not give it requests: ${confirmation.why}` }
      : { kind: 'wait', for: 'proxy' };
  }
  switch (view.drain) {
    case 'not-begun':
      return { kind: 'drain' };
    case 'waiting':
      return view.isDrainLate ? { kind: 'stop' } : { kind: 'wait', for: 'drain' };
    case 'done':
      return { kind: 'stop' };
  }
}
