import { listChanges } from '../base/list-changes.ts';
import type { Snapshot } from '../inventory/runtime-container.ts';
import type { RoutingModel } from '../routing/model.ts';
import { isLeaving } from '../routing/readiness.ts';

/** Whether one of those that get requests is on its way out or gone, and was not before. */
export function losesServer(
  { sites, tcp }: RoutingModel,
  before: Snapshot,
  after: Snapshot,
): boolean {
  const { removed, added } = listChanges(before.containers, after.containers);
  const changed = new Map(added.map((container) => [container.ID, container]));
  const lost = new Set<string>();
  for (const container of removed) {
    const now = changed.get(container.ID);
    if (!isLeaving(container) && (!now || isLeaving(now))) lost.add(container.ID);
  }
  if (lost.size === 0) return false;
  const upstreams = [...sites.flatMap(({ routes }) => routes), ...tcp];
  return upstreams.some(({ upstream }) =>
    upstream.servers.some(({ container }) => lost.has(container.id)),
  );
}
