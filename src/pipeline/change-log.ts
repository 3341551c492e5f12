import type { RoutingModel } from '../routing/model.ts';
import type { ChangeReport } from '../status/report.ts';
import type { Outcome } from './outcome.ts';

/**
 * Remembers of each container how its last change came to the proxy: that it was given requests, or
 * none any more. It is forgotten with the container.
 */
export class ChangeLog {
  #served: ReadonlySet<string> = new Set();
  readonly #changes = new Map<string, ChangeReport>();

  /** By container ID. */
  get changes(): readonly ChangeReport[] {
    return [...this.#changes.values()];
  }

  /** @param at milliseconds since 1970. */
  note(outcome: Outcome, model: RoutingModel, at: number): void {
    const by = howItCame(outcome);
    // What is live was so before, such as when tsgen was started: nothing came to the proxy now.
    const isLive = outcome.kind === 'unchanged' && !outcome.owed && !outcome.superseded;
    if (by === undefined && !isLive) return;
    const members = membersOf(model);
    const served = new Set([...members].flatMap(([id, { isServed }]) => (isServed ? [id] : [])));
    for (const [id, { container, isServed }] of members) {
      if (by === undefined || isServed === this.#served.has(id)) continue;
      const change = isServed ? 'added' : 'drained';
      this.#changes.set(id, { id, container, change, by, at: new Date(at).toISOString() });
    }
    for (const id of this.#changes.keys()) if (!members.has(id)) this.#changes.delete(id);
    this.#served = served;
  }
}

/** `undefined`: nothing came to the proxy. */
function howItCame(outcome: Outcome): ChangeReport['by'] | undefined {
  switch (outcome.kind) {
    case 'applied':
      return outcome.told?.kind ?? (outcome.notifications.length > 0 ? 'by-reload' : undefined);
    // What was owed from an earlier run.
    case 'unchanged':
      return outcome.notified ? (outcome.told?.kind ?? 'by-reload') : undefined;
    default:
      return undefined;
  }
}

interface Seen {
  readonly container: string;
  /** On one route at least. */
  readonly isServed: boolean;
}

function membersOf({ sites, tcp }: RoutingModel): ReadonlyMap<string, Seen> {
  const upstreams = [
    ...sites.flatMap(({ routes }) => routes.map(({ upstream }) => upstream)),
    ...tcp.map(({ upstream }) => upstream),
  ];
  const seen = new Map<string, Seen>();
  for (const { absent } of upstreams) {
    for (const { container } of absent) {
      seen.set(container.id, { container: container.name, isServed: false });
    }
  }
  for (const { servers } of upstreams) {
    for (const { container } of servers) {
      seen.set(container.id, { container: container.name, isServed: true });
    }
  }
  return seen;
}
