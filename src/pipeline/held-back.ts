import type { HeldBack, RuntimeContainer } from '../inventory/runtime-container.ts';

const twins = new WeakMap<RuntimeContainer, Map<HeldBack, RuntimeContainer>>();

/** The container as one that gets no traffic: the same object each time, for what is kept by it. */
export function heldBack(container: RuntimeContainer, why: HeldBack): RuntimeContainer {
  const known = twins.get(container) ?? new Map<HeldBack, RuntimeContainer>();
  twins.set(container, known);
  const twin = known.get(why) ?? { ...container, heldBack: why };
  known.set(why, twin);
  return twin;
}
