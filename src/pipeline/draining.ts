import type { Clock } from '../base/clock.ts';
import { TsgenError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { DockerApi } from '../docker/api.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { OpenRequests } from '../output/member-changes.ts';
import { oldWorkers, type Worker, workersLeft } from '../proxies/workers.ts';
import type { Drains } from './drains.ts';
import type { Outcome } from './outcome.ts';
import type { World } from './world.ts';

export interface DrainingOptions {
  readonly drains: Drains;
  readonly world: Pick<World, 'snapshot'>;
  /** Renders and applies what is known now. */
  readonly apply: () => Promise<Outcome>;
  /** The proxy's processes that handle connections; `undefined` when that cannot be told. */
  readonly listWorkers: () => Promise<readonly Worker[] | undefined>;
  /** Of a container that the proxy was told to let go while it runs; `undefined`: cannot be told. */
  readonly openRequests: (id: string) => Promise<OpenRequests | undefined>;
  /**
   * Rejects while something else is live than what the containers ask for: nobody is taken out of that.
   *
   * @param what was to be done.
   */
  readonly refuseWhileHeld: (what: string) => Promise<void>;
  readonly api: Pick<DockerApi, 'stopContainer'>;
  readonly clock: Clock;
}

export interface Drained {
  readonly container: Pick<RuntimeContainer, 'ID' | 'Name'>;
  readonly outcome: Outcome;
}

/** How far the proxy is with letting a drained container go. */
export type DrainProgress =
  /** It gives it no new request, and has none open with it. */
  | { readonly kind: 'done' }
  /** So many of the proxy's workers from before still run. */
  | { readonly kind: 'waiting'; readonly oldWorkers: number }
  /** So many requests are open with it. */
  | { readonly kind: 'waiting'; readonly openRequests: number }
  /** It gives it no new request; what is still open cannot be seen. */
  | { readonly kind: 'unknown' };

interface Parting {
  /** The proxy's workers when it was drained. */
  readonly workers: readonly Worker[];
  /** When the proxy had been told, by `monotonic`. */
  readonly at: number;
  /** The worker of then goes on, and gives it no new request. */
  readonly isAtRunTime: boolean;
}

/** A reload that has begun nothing by then has had nothing to do. */
const BEGINS_WITHIN_MS = 3_000;

/** `tsgen drain` and `undrain`, on the side of the watch. */
export class Draining {
  readonly #options: DrainingOptions;
  readonly #partings = new Map<string, Parting | 'unknown'>();

  constructor(options: DrainingOptions) {
    this.#options = options;
  }

  /**
   * Takes a container out of what the proxy serves.
   *
   * @throws TsgenError `usage` when there is none of that name or ID, `held` while a set is held.
   */
  async drain(wanted: string): Promise<Drained> {
    const { drains, apply, listWorkers, refuseWhileHeld, clock } = this.#options;
    const what = `drain '${wanted}'`;
    await refuseWhileHeld(what);
    const container = this.#find(wanted);
    const { ID } = container;
    const workers = await listWorkers();
    const wasDrained = drains.has(ID);
    await drains.add(ID);
    const outcome = await apply();
    try {
      // A rollback may have come in between, and have brought it back.
      await refuseWhileHeld(what);
    } catch (error) {
      if (!wasDrained) await drains.remove(ID);
      throw error;
    }
    if (outcome.kind === 'applied') {
      const isAtRunTime = outcome.told?.kind === 'at-run-time';
      const isTold = isAtRunTime || outcome.notifications.length > 0;
      const at = clock.monotonic();
      this.#partings.set(ID, workers && isTold ? { workers, at, isAtRunTime } : 'unknown');
    }
    return { container, outcome };
  }

  /** @throws TsgenError `usage` and `held` as `drain`. */
  async undrain(wanted: string): Promise<Drained> {
    const { drains, apply, refuseWhileHeld } = this.#options;
    await refuseWhileHeld(`give '${wanted}' its requests back`);
    const container = this.#find(wanted);
    await drains.remove(container.ID);
    this.#partings.delete(container.ID);
    return { container, outcome: await apply() };
  }

  /** Of a container by its ID. @throws TsgenError `held` while a set is held: it may be in that. */
  async progress(id: string): Promise<DrainProgress> {
    await this.#options.refuseWhileHeld('wait for the end of a drain');
    const parting = this.#partings.get(id);
    // It had no part in what the proxy serves, or was let go before tsgen was started.
    if (!parting) return { kind: 'done' };
    const now = parting === 'unknown' ? undefined : await this.#options.listWorkers();
    if (!now || parting === 'unknown') return { kind: 'unknown' };
    if (parting.isAtRunTime) return await this.#progressAtRunTime(id, parting, now);
    const old = oldWorkers(parting.workers, now);
    if (old === undefined) {
      const isLate = this.#options.clock.monotonic() - parting.at > BEGINS_WITHIN_MS;
      return isLate ? { kind: 'done' } : { kind: 'waiting', oldWorkers: parting.workers.length };
    }
    return old === 0 ? { kind: 'done' } : { kind: 'waiting', oldWorkers: old };
  }

  async #progressAtRunTime(
    id: string,
    { workers }: Parting,
    now: readonly Worker[],
  ): Promise<DrainProgress> {
    const open = await this.#options.openRequests(id);
    if (!open) return { kind: 'unknown' };
    // Those of an earlier reload, and that of then, should there have been one since.
    const old = workersLeft(workers, now).filter(({ pid }) => !open.workers.includes(pid)).length;
    if (old > 0) return { kind: 'waiting', oldWorkers: old };
    return open.count === 0 ? { kind: 'done' } : { kind: 'waiting', openRequests: open.count };
  }

  /**
   * Through the engine: its stop signal, and after its stop timeout KILL.
   *
   * @throws TsgenError `held` while a set is held: the proxy may give it requests.
   */
  async stop(id: string): Promise<void> {
    await this.#options.refuseWhileHeld('stop what was drained');
    await this.#options.api.stopContainer(id);
    this.#partings.delete(id);
  }

  #find(wanted: string): RuntimeContainer {
    const containers = this.#options.world.snapshot?.containers ?? [];
    const name = wanted.replace(/^\//, '');
    const found =
      containers.find(({ ID, Name }) => ID === name || Name === name) ??
      onlyOne(containers.filter(({ ID }) => /^[0-9a-f]{4,}$/.test(name) && ID.startsWith(name)));
    if (found) return found;
    const near = nearest(
      name,
      containers.map(({ Name }) => Name),
    );
    const hint =
      near === undefined ? 'tsgen status lists those that are served.' : `Did you mean '${near}'?`;
    throw new TsgenError('usage', `No container '${wanted}' runs. ${hint}`);
  }
}

function onlyOne<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}
