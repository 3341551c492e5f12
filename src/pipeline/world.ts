import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';
import { mapPath } from '../output/mounts.ts';
import { type ProxySelection, type ProxySelector, selectProxy } from '../proxies/select.ts';

/** The newest snapshot and who in it runs the proxy, for all who have to ask in the middle of a run. */
export class World {
  readonly #selector: ProxySelector | undefined;
  readonly #destination: string;
  #snapshot: Snapshot | undefined;
  readonly #onEnd = new Set<() => void>();
  #selected: { readonly from: Snapshot; readonly selection: ProxySelection } | undefined;

  /**
   * @param selector the proxy's container, where one was named.
   * @param destination absolute, without links in its folders; of several containers that the
   * selector fits, one that mounts it is the proxy. By default all are taken to see it.
   */
  constructor(selector?: ProxySelector, destination = '') {
    this.#selector = selector;
    this.#destination = destination;
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  set snapshot(snapshot: Snapshot) {
    const before = this.proxy;
    this.#snapshot = snapshot;
    const ran = before?.kind === 'selected' && !before.container.stopping;
    if (!ran || this.proxy?.kind !== 'none') return;
    for (const listener of this.#onEnd) listener();
  }

  /** Calls back when the proxy's container has ended by itself, until the signal aborts. */
  onProxyEnd(listener: () => void, signal: AbortSignal): void {
    this.#onEnd.add(listener);
    signal.addEventListener('abort', () => this.#onEnd.delete(listener), { once: true });
  }

  /** The container that tsgen runs in. */
  get self(): RuntimeContainer | undefined {
    return this.#snapshot?.self;
  }

  /** The proxy's container; `undefined` when none was named. */
  get proxy(): ProxySelection | undefined {
    if (!this.#selector) return undefined;
    if (!this.#snapshot) return { kind: 'none', reason: 'the engine has not answered yet' };
    if (this.#selected?.from !== this.#snapshot) {
      const { containers, self } = this.#snapshot;
      const selection = selectProxy(this.#selector, containers, (container) =>
        this.#isSeenBy(container, self),
      );
      this.#selected = { from: this.#snapshot, selection };
    }
    return this.#selected.selection;
  }

  #isSeenBy({ Mounts, Name }: RuntimeContainer, self: RuntimeContainer | undefined): boolean {
    if (this.#destination === '') return true;
    const view = { proxy: Mounts, proxyName: Name, ...(self ? { own: self.Mounts } : {}) };
    return mapPath(this.#destination, view).kind === 'ok';
  }
}
