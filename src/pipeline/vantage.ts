import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { Vantage } from '../routing/model.ts';

/** From where a proxy in this container reaches others; without a container, from the host. */
export function vantageOf(container: RuntimeContainer | undefined): Vantage {
  if (!container) return { kind: 'host' };
  return {
    kind: 'container',
    container: { id: container.ID, name: container.Name },
    hostNetwork: container.NetworkMode === 'host',
    networks: container.Networks.map(({ Name, Gateway, Internal }) => ({
      name: Name,
      gateway: Gateway,
      internal: Internal,
    })),
  };
}
