import { listChanges } from '../base/list-changes.ts';
import type { DockerApi, Filters } from '../docker/api.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { readContainerFilters } from './container-filters.ts';

export interface SelectionOptions {
  readonly filters: Filters;
  /** Show templates the containers that do not run too. */
  readonly includeStopped: boolean;
  readonly api: Pick<DockerApi, 'listContainers'>;
}

/** What of the inventory takes part in a run. */
export interface Selected {
  /** What templates see. */
  readonly listed: readonly RuntimeContainer[];
  /** What may become a server, now or once it is ready. */
  readonly routed: readonly RuntimeContainer[];
}

const RUNNING: ReadonlySet<string> = new Set(['running']);
/** Those that do not count as ready yet, but will be shown with the reason. */
const ROUTED: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

/**
 * Chooses the containers by the user's filters. Those that nothing but the engine can judge cost
 * one filtered list for the containers that changed since the last time.
 */
export class Selection {
  readonly #options: SelectionOptions;
  readonly #filters: ReturnType<typeof readContainerFilters>;
  /** Some of the filters only the engine can judge. */
  readonly #asks: boolean;
  /** The last containers, where all of them took part. */
  #all: readonly RuntimeContainer[] | undefined;
  readonly #judged = new WeakMap<RuntimeContainer, boolean>();

  /** @throws TsgenError `usage` for a filter that cannot be meant. */
  constructor(options: SelectionOptions) {
    this.#options = options;
    this.#filters = readContainerFilters(options.filters);
    this.#asks = Object.keys(this.#filters.byEngine).length > 0;
  }

  /**
   * @param own the containers of tsgen and its proxy: templates see them whatever the filters say,
   * because they look for the networks that they share with the others.
   * @throws TsgenError `engine` when it has to be asked and does not answer.
   */
  async select(
    containers: readonly RuntimeContainer[],
    own: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Selected> {
    if (this.#takesAll(containers)) return { listed: containers, routed: containers };
    await this.#judge(containers, signal);
    const { statuses } = this.#filters;
    const shown = statuses ?? (this.#options.includeStopped ? undefined : RUNNING);
    const listed: RuntimeContainer[] = [];
    const routed: RuntimeContainer[] = [];
    for (const container of containers) {
      const { status } = container;
      const fits = this.mayFit(container);
      if (own.has(container.ID) || (fits && (shown?.has(status) ?? true))) listed.push(container);
      if (fits && ROUTED.has(status) && (statuses?.has(status) ?? true)) routed.push(container);
    }
    const isAll = listed.length === containers.length && routed.length === containers.length;
    this.#all = isAll && !this.#asks ? containers : undefined;
    return { listed, routed };
  }

  /** All of the last time took part, and so do those that came since then. */
  #takesAll(containers: readonly RuntimeContainer[]): boolean {
    if (!this.#all) return false;
    const { statuses = RUNNING } = this.#filters;
    const { added } = listChanges(this.#all, containers);
    const takesAll = added.every(
      (container) =>
        statuses.has(container.status) && ROUTED.has(container.status) && this.mayFit(container),
    );
    this.#all = takesAll ? containers : undefined;
    return takesAll;
  }

  /** Whether a container may take part, as far as that is known without the engine. */
  mayFit(container: RuntimeContainer): boolean {
    const { fits } = this.#filters;
    return fits(container) && !(this.#asks && this.#judged.get(container) === false);
  }

  async #judge(containers: readonly RuntimeContainer[], signal: AbortSignal): Promise<void> {
    const { byEngine, fits } = this.#filters;
    if (!this.#asks) return;
    const open = containers.filter((container) => fits(container) && !this.#judged.has(container));
    const [only, another] = open;
    if (!only) return;
    const list = await this.#options.api.listContainers({
      all: true,
      filters: { ...byEngine, ...(another ? {} : { id: [only.ID] }) },
      signal,
    });
    const fitting = new Set(list.map(({ id }) => id));
    for (const container of open) this.#judged.set(container, fitting.has(container.ID));
  }
}
