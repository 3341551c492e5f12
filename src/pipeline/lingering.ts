import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { readIntent } from '../routing/intent.ts';
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

  constructor(options: LingeringOptions) {
    this.#options = options;
  }

  /** When the next one is to be forgotten, by `monotonic`; `undefined` while there is none. */
  get dueAt(): number | undefined {
    return this.#ghosts.length === 0
      ? undefined
      : Math.min(...this.#ghosts.map(({ until }) => until));
  }

  /** The containers, and those that stand for sites that would be unknown without them. */
  with(containers: readonly RuntimeContainer[]): readonly RuntimeContainer[] {
    const { lingerMs, monotonic } = this.#options;
    if (lingerMs === 0) return containers;
    const now = monotonic();
    const present = new Set(containers.map(({ ID }) => ID));
    const gone = this.#before
      .filter(({ ID }) => !present.has(ID))
      .map((last) => ({ twin: heldBack(last, 'gone'), until: now + lingerMs }));
    this.#before = containers;
    if (gone.length + this.#ghosts.length === 0) return containers;
    const hosts = new Set(containers.flatMap(hostsOf));
    this.#ghosts = [...this.#ghosts, ...gone].filter(
      ({ twin, until }) =>
        until > now && !present.has(twin.ID) && hostsOf(twin).some((host) => !hosts.has(host)),
    );
    if (this.#ghosts.length === 0) return containers;
    return [...containers, ...this.#ghosts.map(({ twin }) => twin)];
  }
}

const hostsKept = new WeakMap<RuntimeContainer, readonly string[]>();

/** The sites that it asks for. */
function hostsOf(container: RuntimeContainer): readonly string[] {
  const known = hostsKept.get(container);
  if (known) return known;
  const hosts = readIntent(container).wishes.map(({ host }) => host.host);
  hostsKept.set(container, hosts);
  return hosts;
}
