import type { DockerApi } from '../docker/api.ts';
import type { IsInternal } from './container.ts';

/**
 * Which networks are internal: the engine says so of the network, not of the container. A network
 * never changes in this, so the table is asked for again only when a container is on a network
 * that it lacks.
 */
export class NetworkTable {
  readonly #api: DockerApi;
  #internal: Map<string, boolean> = new Map();
  #names: Map<string, boolean> = new Map();
  #refreshing: Promise<void> | undefined;

  constructor(api: DockerApi) {
    this.#api = api;
  }

  readonly isInternal: IsInternal = ({ id, name }) =>
    this.#internal.get(id) ?? this.#names.get(name) ?? false;

  async refresh(signal: AbortSignal): Promise<void> {
    const networks = await this.#api.listNetworks({ signal });
    this.#internal = new Map(networks.map(({ Id, Internal }) => [Id, Internal ?? false]));
    this.#names = new Map(networks.map(({ Name, Internal }) => [Name, Internal ?? false]));
  }

  /** Sees to it that the table has these networks. */
  async cover(ids: readonly string[], signal: AbortSignal): Promise<void> {
    const missing = () => ids.filter((id) => !this.#internal.has(id));
    if (missing().length === 0) return;
    this.#refreshing ??= this.refresh(signal).finally(() => {
      this.#refreshing = undefined;
    });
    await this.#refreshing;
    // Removed in the meantime: nothing more will be known of it.
    for (const id of missing()) this.#internal.set(id, false);
  }
}
