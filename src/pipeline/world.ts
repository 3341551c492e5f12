import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';
import { type ProxySelection, type ProxySelector, selectProxy } from '../proxies/select.ts';

/** The newest snapshot and who in it runs the proxy, for all who have to ask in the middle of a run. */
export class World {
  readonly #selector: ProxySelector | undefined;
  #snapshot: Snapshot | undefined;
  #selected: { readonly from: Snapshot; readonly selection: ProxySelection } | undefined;

  /** @param selector the proxy's container, where one was named. */
  constructor(selector?: ProxySelector) {
    this.#selector = selector;
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  set snapshot(snapshot: Snapshot) {
    this.#snapshot = snapshot;
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
      const selection = selectProxy(this.#selector, this.#snapshot.containers);
      this.#selected = { from: this.#snapshot, selection };
    }
    return this.#selected.selection;
  }
}
