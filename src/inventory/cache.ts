import { resorted } from '../base/resorted.ts';
import type { EngineInfo } from '../docker/api.ts';
import type { DockerEvent } from '../docker/events.ts';
import { type Decision, decide } from './decide.ts';
import { NO_ENGINE, toDockerInfo } from './docker-info.ts';
import { type Entry, isHeld } from './entry.ts';
import { Kills } from './kills.ts';
import { reconcile } from './reconcile.ts';
import type { DockerInfo, RuntimeContainer, Snapshot } from './runtime-container.ts';
import { signalNumber } from './signals.ts';
import { compareText } from './text.ts';

/** What the engine answered about one container. */
export type Answer =
  | { readonly kind: 'found'; readonly entry: Entry }
  | { readonly kind: 'gone' }
  /** The engine could not tell: what is known stays. */
  | { readonly kind: 'unknown' };

interface Held {
  readonly entry: Entry;
  /** `entry.container`, or `marked`. */
  readonly shown: RuntimeContainer;
  /** The container's twin that is stopping; kept, so that a mark that comes back is no change. */
  readonly marked?: RuntimeContainer;
}

/**
 * The inventory's state. Events and answers go in, in the order in which they arrive; what comes
 * out is a snapshot whose unchanged parts are the objects of the snapshot before, and the IDs of
 * containers that have to be inspected. It does no I/O and has no clock: `now` is always given,
 * in monotonic milliseconds.
 *
 * An answer can be older than an event that overtook it. So every event that matters gets the next
 * sequence number, every question notes the number at which it was put, and an answer to a
 * question that was put before the container's last event is not believed.
 */
export class Cache {
  readonly #selfId: string | undefined;
  readonly #holdsStopped: boolean;
  readonly #held = new Map<string, Held>();
  /** What is held, newest first, as it was in the last snapshot. */
  #sorted: readonly Held[] = [];
  /** IDs of those that were set or removed since then, and what was held then. */
  readonly #moved = new Map<string, Held | undefined>();
  readonly #kills = new Kills();
  /** Marked containers → when their mark ends. */
  readonly #marked = new Map<string, number>();
  #docker: DockerInfo;
  #snapshot: Snapshot;
  #stale: boolean = false;

  #sequence = 0;
  /** Containers → sequence number of their last event, as long as a question is open. */
  readonly #touched = new Map<string, number>();
  readonly #wanted = new Set<string>();
  readonly #asked = new Set<string>();
  #syncing: boolean = false;

  /** @param holdsStopped whether containers that do not run are held too. */
  constructor(selfId?: string, holdsStopped = false) {
    this.#selfId = selfId;
    this.#holdsStopped = holdsStopped;
    this.#docker = toDockerInfo(NO_ENGINE, selfId);
    this.#snapshot = { containers: [], docker: this.#docker };
  }

  /** How many containers it holds. */
  get size(): number {
    return this.#held.size;
  }

  /** Number to note when a question is put to the engine. */
  get sequence(): number {
    return this.#sequence;
  }

  /** When the next mark ends; `Infinity` without one. */
  get nextExpiry(): number {
    return Math.min(...this.#marked.values());
  }

  /** Forgets the open questions of a connection that was lost; a sync has to follow. */
  reset(): void {
    this.#touched.clear();
    this.#wanted.clear();
    this.#asked.clear();
    this.#syncing = false;
  }

  apply(event: DockerEvent, now: number): Decision {
    const { id } = event;
    const held = this.#held.get(id);
    const mark = held && this.#kills.markOf(id, held.entry, now);
    const pending = this.#syncing || this.#asked.has(id) || this.#wanted.has(id);
    const decision = decide(event, {
      pending,
      holdsStopped: this.#holdsStopped,
      ...(held ? { entry: held.entry } : {}),
      ...(mark ? { mark } : {}),
    });
    switch (decision.kind) {
      case 'inspect':
        if (decision.over) this.#unmark(id);
        this.#touch(id);
        this.#wanted.add(id);
        break;
      case 'remove':
        this.#touch(id);
        this.#wanted.delete(id);
        this.#remove(id);
        break;
      case 'signal':
        if (!held && !pending) break;
        this.#kills.note(id, decision.signal, { at: now, timeMs: momentOf(event, held?.entry) });
        if (held) this.#show(id, held.entry, now);
        break;
      case 'ignore':
        break;
    }
    return decision;
  }

  /**
   * An event from before the subscription, `agoMs` ago: the state that it led to is about to be
   * looked at, but for the signals, which no look shows.
   */
  replay(event: DockerEvent, agoMs: number, now: number): void {
    if (event.type !== 'container') return;
    const { id, action, timeMs } = event;
    if (action === 'kill') {
      const signal = signalNumber(event.attributes.signal ?? '');
      if (signal === undefined) return;
      this.#kills.note(id, signal, { at: now - agoMs, timeMs });
    } else if (action === 'start' || action === 'die' || action === 'destroy') {
      this.#kills.forget(id);
    } else {
      return;
    }
    const held = this.#held.get(id);
    if (held) this.#show(id, held.entry, now);
  }

  /** IDs to inspect now; each has to be answered with `settle`. */
  takeWanted(): readonly string[] {
    const ids = [...this.#wanted].filter((id) => !this.#asked.has(id));
    for (const id of ids) this.#asked.add(id);
    return ids;
  }

  /** The answer to an inspect that was sent when the sequence was at `sequence`. */
  settle(id: string, sequence: number, answer: Answer, now: number): void {
    this.#asked.delete(id);
    if ((this.#touched.get(id) ?? 0) <= sequence) {
      this.#wanted.delete(id);
      this.#believe(id, answer, now);
    }
    this.#trim();
  }

  beginSync(): number {
    this.#syncing = true;
    return this.#sequence;
  }

  /** All containers that there are, as looked at since the sequence was at `sequence`. */
  settleSync(
    sequence: number,
    look: { readonly info: EngineInfo; readonly answers: ReadonlyMap<string, Answer> },
    now: number,
  ): void {
    this.#syncing = false;
    const ids = new Set([...this.#held.keys(), ...look.answers.keys()]);
    for (const id of ids) {
      if ((this.#touched.get(id) ?? 0) > sequence) continue;
      this.#believe(id, look.answers.get(id) ?? { kind: 'gone' }, now);
    }
    const docker = reconcile(this.#docker, toDockerInfo(look.info, this.#selfId));
    this.#stale ||= docker !== this.#docker;
    this.#docker = docker;
    this.#kills.keepOnly((id) => this.#held.has(id) || this.#asked.has(id) || this.#wanted.has(id));
    this.#trim();
  }

  /** Containers that have outlived their mark are asked about; the answer takes the mark away. */
  expire(now: number): void {
    for (const [id, until] of this.#marked) {
      if (until > now) continue;
      this.#marked.delete(id);
      this.#wanted.add(id);
    }
  }

  snapshot(): Snapshot {
    if (!this.#stale) return this.#snapshot;
    this.#stale = false;
    const last = this.#snapshot;
    this.#sort();
    const sorted = this.#sorted.map(({ shown }) => shown);
    const containers = sameItems(last.containers, sorted) ? last.containers : sorted;
    const self = this.#selfId === undefined ? undefined : this.#held.get(this.#selfId)?.shown;
    if (containers !== last.containers || this.#docker !== last.docker || self !== last.self) {
      this.#snapshot = { containers, docker: this.#docker, ...(self ? { self } : {}) };
    }
    return this.#snapshot;
  }

  /** Puts what moved into its place; the others stay where they are. */
  #sort(): void {
    const gone = [...this.#moved.values()].filter((held) => held !== undefined);
    const added = [...this.#moved.keys()].flatMap((id) => this.#held.get(id) ?? []);
    this.#sorted = resorted(this.#sorted, { gone, added }, newestFirst);
    this.#moved.clear();
  }

  #believe(id: string, answer: Answer, now: number): void {
    const known = this.#held.get(id);
    if (answer.kind === 'unknown') {
      // A mark may have ended since it was shown.
      if (known) this.#show(id, known.entry, now);
      return;
    }
    if (answer.kind === 'gone' || !(this.#holdsStopped || isHeld(answer.entry))) {
      this.#remove(id);
      return;
    }
    const { entry } = answer;
    const container = known ? reconcile(known.entry.container, entry.container) : entry.container;
    this.#show(id, { ...entry, container }, now);
  }

  #show(id: string, entry: Entry, now: number): void {
    const known = this.#held.get(id);
    const mark = this.#kills.markOf(id, entry, now);
    if (mark) this.#marked.set(id, mark.until);
    else this.#marked.delete(id);
    const twin = known?.entry.container === entry.container ? known.marked : undefined;
    const marked = mark ? (twin ?? { ...entry.container, stopping: true }) : twin;
    const shown = mark && marked ? marked : entry.container;
    this.#held.set(id, { entry, shown, ...(marked ? { marked } : {}) });
    if (!this.#moved.has(id)) this.#moved.set(id, known);
    this.#stale ||= shown !== known?.shown;
  }

  #unmark(id: string): void {
    this.#kills.forget(id);
    this.#marked.delete(id);
  }

  #remove(id: string): void {
    this.#unmark(id);
    const known = this.#held.get(id);
    if (!known) return;
    this.#held.delete(id);
    if (!this.#moved.has(id)) this.#moved.set(id, known);
    this.#stale = true;
  }

  #touch(id: string): void {
    this.#sequence += 1;
    this.#touched.set(id, this.#sequence);
  }

  #trim(): void {
    if (!this.#syncing && this.#asked.size === 0 && this.#wanted.size === 0) this.#touched.clear();
  }
}

/** No event comes that late. */
const LATEST_MS = 60_000;

/** When it happened, unless the engine's clock was set back: then it is of this run all the same. */
function momentOf({ timeMs }: DockerEvent, entry: Entry | undefined): number {
  const startedAtMs = entry?.startedAtMs ?? 0;
  return startedAtMs - timeMs > LATEST_MS ? startedAtMs : timeMs;
}

function newestFirst({ entry: a }: Held, { entry: b }: Held): number {
  return compareText(b.createdKey, a.createdKey) || compareText(a.container.ID, b.container.ID);
}

function sameItems<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
