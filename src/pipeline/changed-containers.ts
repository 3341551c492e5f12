import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';

/** All that came, went or changed, as they were before and as they are: who stays as it is keeps its object. */
export function changedContainers(before: Snapshot, after: Snapshot): readonly RuntimeContainer[] {
  const [old, now] = [new Set(before.containers), new Set(after.containers)];
  return [
    ...before.containers.filter((container) => !now.has(container)),
    ...after.containers.filter((container) => !old.has(container)),
  ];
}
