import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { StateNote } from './state-note.ts';

export interface DrainsOptions {
  readonly log: Logger;
  /** Keeps who is drained; without it a start begins with nobody. */
  readonly note?: StateNote;
}

/**
 * The containers that somebody took out by hand, before they stop them. A drain ends with `remove`,
 * and when its container does not run any more.
 */
export class Drains {
  readonly #options: DrainsOptions;
  #ids: ReadonlySet<string> = new Set();
  #kept = '[]';

  constructor(options: DrainsOptions) {
    this.#options = options;
  }

  /** Learns what was kept. To be called once, before anything else. */
  async load(): Promise<void> {
    const { note, log } = this.#options;
    try {
      const kept = (await note?.read())?.containers;
      if (!Array.isArray(kept)) return;
      this.#ids = new Set(kept.filter((id) => typeof id === 'string'));
      this.#kept = this.#text();
    } catch (error) {
      log.warn(`Cannot read who is drained: ${messageOf(error)}`);
    }
  }

  /** Whether anybody is drained. */
  get any(): boolean {
    return this.#ids.size > 0;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  async add(id: string): Promise<void> {
    this.#ids = new Set([...this.#ids, id]);
    await this.#keep();
  }

  async remove(id: string): Promise<void> {
    this.#ids = new Set([...this.#ids].filter((one) => one !== id));
    await this.#keep();
  }

  /** Ends the drains of containers that do not run any more. */
  async look(containers: readonly RuntimeContainer[]): Promise<void> {
    if (this.#ids.size === 0) return;
    const running = new Set(containers.filter(({ State }) => State.Running).map(({ ID }) => ID));
    this.#ids = new Set([...this.#ids].filter((id) => running.has(id)));
    await this.#keep();
  }

  #text(): string {
    return JSON.stringify([...this.#ids].sort());
  }

  async #keep(): Promise<void> {
    const { note, log } = this.#options;
    const text = this.#text();
    if (!note || text === this.#kept) return;
    try {
      await note.write({ containers: JSON.parse(text) });
      this.#kept = text;
    } catch (error) {
      log.warn(
        `Cannot keep who is drained (${messageOf(error)}): after a restart of tsgen they get requests again.`,
      );
    }
  }
}
