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
  readonly #judged = new WeakMap<RuntimeContainer, boolean>();

  /** @throws TsgenError `usage` for a filter that cannot be meant. */
  constructor(options: SelectionOptions) {
    this.#options = options;
    this.#filters = readContainerFilters(options.filters);
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
    const known = containers.filter(this.#filters.fits);
    await this.#judge(known, signal);
    const fitting = new Set(known.filter((container) => this.#judged.get(container) !== false));
    const { statuses } = this.#filters;
    const shown = statuses ?? (this.#options.includeStopped ? undefined : RUNNING);
    return {
      listed: containers.filter(
        (container) =>
          own.has(container.ID) ||
          (fitting.has(container) && (shown?.has(container.status) ?? true)),
      ),
      routed: containers.filter(
        (container) =>
          fitting.has(container) &&
          ROUTED.has(container.status) &&
          (statuses?.has(container.status) ?? true),
      ),
    };
  }

  /** Whether a container may take part, as far as that is known without the engine. */
  mayFit(container: RuntimeContainer): boolean {
    return this.#filters.fits(container) && this.#judged.get(container) !== false;
  }

  async #judge(containers: readonly RuntimeContainer[], signal: AbortSignal): Promise<void> {
    const { byEngine } = this.#filters;
    if (Object.keys(byEngine).length === 0) return;
    const open = containers.filter((container) => !this.#judged.has(container));
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
