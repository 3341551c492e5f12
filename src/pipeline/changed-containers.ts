import { listChanges } from '../base/list-changes.ts';
import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';

/** All that came, went or changed, as they were before and as they are: who stays as it is keeps its object. */
export function changedContainers(before: Snapshot, after: Snapshot): readonly RuntimeContainer[] {
  const { removed, added } = listChanges(before.containers, after.containers);
  return [...removed, ...added];
}
