import { listChanges } from '../base/list-changes.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { isSameReading, type Reading, readIntent } from '../routing/intent.ts';
import { heldBack } from './held-back.ts';

export interface LingeringOptions {
  /** How long a site is remembered after its last container went; 0 is off. Milliseconds. */
  readonly lingerMs: number;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

interface Ghost {
  readonly twin: RuntimeContainer;
  /** By `monotonic`. */
  readonly until: number;
}

/**
 * Remembers sites whose last container went: for a while they go on, without a server, so that
 * their clients are told to come again (status 503) and not that there is no such site. What
 * stands for them are their last containers, marked as gone.
 */
export class Lingering {
  readonly #options: LingeringOptions;
  #ghosts: readonly Ghost[] = [];
  #before: readonly RuntimeContainer[] = [];
  readonly #hosts = new HostCount();

  constructor(options: LingeringOptions) {
    this.#options = options;
  }

  /** When the next one is to be forgotten, by `monotonic`; `undefined` while there is none. */
  get dueAt(): number | undefined {
    return this.#ghosts.length === 0
      ? undefined
      : Math.min(...this.#ghosts.map(({ until }) => until));
  }

  /**
   * The containers, and those that stand for sites that would be unknown without them.
   *
   * @param by whose words count: as for the routing model.
   */
  with(containers: readonly RuntimeContainer[], by: Reading): readonly RuntimeContainer[] {
    const { lingerMs, monotonic } = this.#options;
    if (lingerMs === 0) return containers;
    const now = monotonic();
    const { removed, added } = listChanges(this.#before, containers);
    const came = new Set(added.map(({ ID }) => ID));
    const gone = removed
      .filter(({ ID }) => !came.has(ID))
      .map((last) => ({ twin: heldBack(last, 'gone'), until: now + lingerMs }));
    this.#before = containers;
    if (gone.length + this.#ghosts.length === 0) return containers;
    this.#hosts.update(containers, by);
    this.#ghosts = [...this.#ghosts, ...gone].filter(
      ({ twin, until }) =>
        until > now &&
        !came.has(twin.ID) &&
        [...hostsOf(twin, by)].some((host) => !this.#hosts.has(host)),
    );
    if (this.#ghosts.length === 0) return containers;
    return [...containers, ...this.#ghosts.map(({ twin }) => twin)];
  }
}

/** The sites that a list of containers asks for; a list with few changes costs those. */
class HostCount {
  readonly #counts = new Map<string, number>();
  #of: readonly RuntimeContainer[] = [];
  #by: Reading | undefined;

  update(containers: readonly RuntimeContainer[], by: Reading): void {
    if (!this.#by || !isSameReading(this.#by, by)) {
      this.#counts.clear();
      this.#of = [];
      this.#by = by;
    }
    const { removed, added } = listChanges(this.#of, containers);
    this.#of = containers;
    for (const container of removed) this.#add(container, by, -1);
    for (const container of added) this.#add(container, by, 1);
  }

  has(host: string): boolean {
    return this.#counts.has(host);
  }

  #add(container: RuntimeContainer, by: Reading, change: 1 | -1): void {
    for (const host of hostsOf(container, by)) {
      const count = (this.#counts.get(host) ?? 0) + change;
      if (count === 0) this.#counts.delete(host);
      else this.#counts.set(host, count);
    }
  }
}

/** The sites that it asks for; once for each. */
function hostsOf(container: RuntimeContainer, by: Reading): ReadonlySet<string> {
  return new Set(readIntent(container, by).wishes.map(({ host }) => host.host));
}
