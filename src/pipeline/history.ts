import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { sameText } from '../output/content.ts';
import { contentOf } from '../output/content-of.ts';
import {
  type ContainerMark,
  type HistoryIndex,
  type HistorySet,
  isRefused,
  NO_HISTORY,
  type SetChange,
} from '../output/history-set.ts';
import type { HistoryStore, RestoredSet } from '../output/history-store.ts';
import { lineChanges } from '../output/line-changes.ts';
import type { ApplyResult } from '../output/output.ts';
import type { Rendering } from '../output/rendering.ts';
import { changesOfMarks } from './container-marks.ts';
import { endOf, laterEndOf, verdictOf } from './set-end.ts';

export interface HistoryOptions {
  readonly store: HistoryStore;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The main file of each set. */
  readonly dest: string;
  /** In which way the proxy is asked what it runs; absent: in none. */
  readonly asking?: string | undefined;
}

/** A rendering that was to go live, and what came of it. */
export interface HistoryRun {
  readonly rendering: Rendering;
  readonly result: ApplyResult;
  /** What lies on disk now, as far as it is known. */
  readonly live: Rendering | undefined;
  /** When it was begun: milliseconds since 1970. */
  readonly begun: number;
  /** Who has a part in it. */
  readonly containers: () => readonly ContainerMark[];
  /** The number of the set that it brings back. */
  readonly restores?: number;
}

/** What is live, as it was asked for, so that the next one is quickly compared with it. */
interface Current extends RestoredSet {
  readonly number: number;
}

/**
 * Keeps the sets that were to go live: when, who had a part in them, and what came of it. What cannot
 * be kept is warned about, and keeps nothing from going live.
 */
export class History {
  readonly #options: HistoryOptions;
  #index: HistoryIndex = NO_HISTORY;
  #current: Current | undefined;
  #held: readonly number[] = [];
  #hasWarned: boolean = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  get index(): HistoryIndex {
    return this.#index;
  }

  /** Learns what was kept. To be called once, before anything else. */
  async load(): Promise<void> {
    const { store, log, dest } = this.#options;
    try {
      this.#index = await store.read();
    } catch (error) {
      log.warn(`Cannot read the history of '${dest}': ${messageOf(error)}`, { dest });
    }
  }

  /** These stay, however old they become. */
  protect(numbers: readonly number[]): void {
    this.#held = numbers;
  }

  find(number: number): HistorySet | undefined {
    return this.#index.sets.find((set) => set.number === number);
  }

  /**
   * The set that was live before the one that is; of one that brought an earlier one back, what was
   * live before that. `undefined` when none is kept that differs for the proxy.
   */
  get previous(): HistorySet | undefined {
    const { sets, live } = this.#index;
    const current = live === undefined ? undefined : this.find(live);
    if (!current) return sets.findLast((set) => !isRefused(set));
    const { restores = current.number, content, effect } = current;
    return sets.findLast(
      (set) =>
        set.number < restores &&
        !isRefused(set) &&
        set.content !== content &&
        (effect === undefined || set.effect !== effect),
    );
  }

  /**
   * `undefined` when its contents cannot be read any more, or are another destination's. Of one that was
   * made for another way of asking (another control port, a notification of the user's own) nobody asks
   * the proxy: it would be given up though all is well.
   */
  async restore(set: HistorySet): Promise<RestoredSet | undefined> {
    if (this.#current?.number === set.number) return this.#current;
    const { store, dest, asking } = this.#options;
    const restored = await store.restore(set);
    if (restored?.rendering.files[0].path !== dest) return undefined;
    if (set.revision === undefined || asking === undefined || set.asking === asking) {
      return restored;
    }
    const { revision: _, ...rendering } = restored.rendering;
    return { ...restored, rendering, isUnaskable: true };
  }

  async note(run: HistoryRun): Promise<void> {
    try {
      await this.#note(run);
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      const { log, dest } = this.#options;
      log.warn(
        `Cannot keep the history of '${dest}' (${messageOf(error)}): tsgen history and tsgen rollback do not know of what goes live now.`,
        { dest },
      );
    }
  }

  async #note(run: HistoryRun): Promise<void> {
    const verdict = verdictOf(run.result);
    if (!verdict) return;
    const { live } = this.#index;
    const current = live === undefined ? undefined : this.find(live);
    const since = (at: number) => Math.max(0, this.#options.now() - at);
    if (current && (await this.#isSame(current, run.rendering))) {
      // Somebody has changed the files, and the check would not have them as they were: that is all.
      if (verdict.kind === 'rejected' && !verdict.restored) return;
      const end = laterEndOf(current.end, verdict, since(current.at));
      const later = { ...current, end, ...this.#askingOf(verdict) };
      const isKnown = JSON.stringify(later) === JSON.stringify(current);
      // The files of before may be back.
      if (!isKnown || !isOnDisk(run)) await this.#replace(later, run.live);
      return;
    }
    const content = contentOf(run.rendering);
    const took = verdict.kind === 'applied' ? verdict.durationMs : since(run.begun);
    const end = endOf(verdict, Math.round(took));
    const last = this.#index.sets.at(-1);
    // One that the proxy ended of, so that it is tried once more.
    if (last?.end.kind === 'pending' && last.content === content) {
      await this.#replace({ ...last, ...onDiskOf(run), end }, run.live);
    } else if (end.kind !== 'refused' || !this.#hasRefused(content)) {
      await this.#add({ ...run, content, end });
    }
  }

  /** Of one that answered to this way of asking, whatever it was made for. */
  #askingOf(verdict: ApplyResult): Pick<HistorySet, 'asking'> {
    const { asking } = this.#options;
    const isSeen =
      (verdict.kind === 'applied' || verdict.kind === 'unchanged') &&
      verdict.confirmed !== undefined;
    return isSeen && asking !== undefined ? { asking } : {};
  }

  /** By their strings, which mostly are the same ones; a hash of all costs more. */
  async #isSame({ number, content }: HistorySet, rendering: Rendering): Promise<boolean> {
    return this.#current?.number === number
      ? haveSameFiles(this.#current.rendering, rendering)
      : content === contentOf(rendering);
  }

  /** It was refused before, and nothing else became of it since what was live before. */
  #hasRefused(content: string): boolean {
    let liveOnes = 0;
    for (const set of this.#index.sets.toReversed()) {
      if (!isRefused(set)) liveOnes += 1;
      else if (set.content === content) return true;
      if (liveOnes === 2) return false;
    }
    return false;
  }

  async #add(run: HistoryRun & Pick<HistorySet, 'content' | 'end'>): Promise<void> {
    const { store, asking } = this.#options;
    const { rendering, content, end, begun, restores } = run;
    const { sets, live, next } = this.#index;
    const base = live === undefined ? undefined : await this.#contentsOf(live);
    const containers = run.containers();
    const { generation, revision, effect, containerCount } = rendering;
    const set: HistorySet = {
      ...{ number: next, at: begun, content, generation },
      ...(revision === undefined ? {} : { revision }),
      ...(revision === undefined || asking === undefined ? {} : { asking }),
      ...(effect === undefined ? {} : { effect }),
      containerCount,
      ...(await store.keep(rendering, containers)),
      ...(live === undefined ? {} : { before: live }),
      change: changeOf(base, { rendering, containers }),
      ...(restores === undefined ? {} : { restores }),
      end,
      ...onDiskOf(run),
    };
    if (set.onDisk !== undefined) this.#current = { number: next, rendering, containers };
    await this.#write({ ...this.#index, sets: [...sets, set], next: next + 1 }, run.live);
  }

  async #replace(set: HistorySet, live: Rendering | undefined): Promise<void> {
    const sets = this.#index.sets.map((one) => (one.number === set.number ? set : one));
    await this.#write({ ...this.#index, sets }, live);
  }

  async #write(index: HistoryIndex, live: Rendering | undefined): Promise<void> {
    const onDisk = live && contentOf(live);
    const now =
      onDisk === undefined
        ? index.live
        : index.sets.findLast((set) => !isRefused(set) && set.onDisk === onDisk)?.number;
    const { live: _, ...rest } = index;
    const wanted = { ...rest, ...(now === undefined ? {} : { live: now }) };
    // Even if it cannot be written, it is what happened.
    this.#index = wanted;
    this.#index = await this.#options.store.write(wanted, this.#held);
  }

  async #contentsOf(number: number): Promise<RestoredSet | undefined> {
    const set = this.find(number);
    return set && (await this.restore(set));
  }
}

/** But for what of it was left out, or lies elsewhere by way of a link. */
function isOnDisk({ rendering, live }: HistoryRun): boolean {
  return live?.files[0] === rendering.files[0];
}

function onDiskOf(run: HistoryRun): Pick<HistorySet, 'onDisk'> {
  return run.live && isOnDisk(run) ? { onDisk: contentOf(run.live) } : {};
}

function changeOf(before: RestoredSet | undefined, after: RestoredSet): SetChange {
  const [main, ...sides] = after.rendering.files;
  const [oldMain, ...oldSides] = before?.rendering.files ?? [];
  const old = new Map(oldSides.map(({ path, chunks }) => [path, chunks]));
  const kept = sides.filter(({ path, chunks }) => {
    const other = old.get(path);
    return other !== undefined && other.join('') === chunks.join('');
  });
  const paths = new Set([...sides, ...oldSides].map(({ path }) => path));
  return {
    ...changesOfMarks(before?.containers ?? [], after.containers),
    lines: lineChanges(oldMain?.chunks ?? [], main.chunks),
    otherFiles: paths.size - kept.length,
  };
}

function haveSameFiles(a: Rendering, b: Rendering): boolean {
  return (
    a.files.length === b.files.length &&
    a.files.every(({ path, chunks }, index) => {
      const other = b.files[index];
      if (other?.path !== path) return false;
      return sameText(chunks, other.chunks);
    })
  );
}
