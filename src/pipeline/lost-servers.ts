import { listChanges } from '../base/list-changes.ts';
import type { Snapshot } from '../inventory/runtime-container.ts';
import type { RoutingModel } from '../routing/model.ts';
import { isLeaving } from '../routing/readiness.ts';

/** IDs of those that get requests, and are on their way out or gone, which they were not before. */
export function lostServers(
  { sites, tcp }: RoutingModel,
  before: Snapshot,
  after: Snapshot,
): ReadonlySet<string> {
  const { removed, added } = listChanges(before.containers, after.containers);
  const changed = new Map(added.map((container) => [container.ID, container]));
  const leaving = new Set<string>();
  for (const container of removed) {
    const now = changed.get(container.ID);
    if (!isLeaving(container) && (!now || isLeaving(now))) leaving.add(container.ID);
  }
  if (leaving.size === 0) return leaving;
  const upstreams = [...sites.flatMap(({ routes }) => routes), ...tcp];
  const served = upstreams.flatMap(({ upstream }) =>
    upstream.servers.map(({ container }) => container.id),
  );
  return new Set(served.filter((id) => leaving.has(id)));
}
