import {
  type Content,
  digestRegular,
  type Look,
  linksOf,
  lookAt,
  readRegular,
} from './regular-file.ts';

interface Kept {
  /** What all its files looked like. */
  readonly looks: string;
  /** They were not changed so lately that they could change again and look the same. */
  readonly isSettled: boolean;
  readonly value: unknown;
}

/** File systems tell times of change apart by some milliseconds. */
const TICK_MS = 100;

/**
 * What was made of files, kept as long as these look the same. One object is for one round of
 * looking at all files; `next` starts another.
 */
export class KeptFiles {
  readonly #root: string;
  readonly #now: number;
  readonly #before: ReadonlyMap<string, Kept>;
  readonly #kept = new Map<string, Kept>();
  readonly #looks = new Map<string, Promise<Look>>();
  readonly #links = new Set<string>();

  /**
   * @param root put before every path when the disk is asked
   * @param now milliseconds since 1970
   */
  constructor(root: string, now: number, before: ReadonlyMap<string, Kept> = new Map()) {
    this.#root = root;
    this.#now = now;
    this.#before = before;
  }

  next(now: number): KeptFiles {
    return new KeptFiles(this.#root, now, this.#kept);
  }

  /** What the files looked at in this round are links to, on disk. */
  get links(): ReadonlySet<string> {
    return this.#links;
  }

  /** Once a round. */
  look(path: string): Promise<Look> {
    const known = this.#looks.get(path);
    if (known) return known;
    const looking = this.#lookNow(this.#root + path);
    this.#looks.set(path, looking);
    return looking;
  }

  content(path: string, mostBytes: number): Promise<Content> {
    return readRegular(this.#root + path, mostBytes);
  }

  digest(path: string, mostBytes: number): Promise<Content> {
    return digestRegular(this.#root + path, mostBytes);
  }

  /** The same value as in the last round while its files look the same, or when it is equal. */
  async entry<T>(key: string, paths: readonly string[], make: () => Promise<T>): Promise<T> {
    const seen = await Promise.all(paths.map((path) => this.look(path)));
    const looks = JSON.stringify(seen);
    const last = this.#before.get(key);
    const isSettled = seen.every(
      (look) => look.kind !== 'file' || look.changedAt < this.#now - TICK_MS,
    );
    const isKept = last?.looks === looks && last.isSettled;
    const made = isKept ? last.value : await make();
    const isEqual = last && JSON.stringify(last.value) === JSON.stringify(made);
    const value = isEqual ? last.value : made;
    this.#kept.set(key, { looks, isSettled, value });
    return value as T;
  }

  async #lookNow(path: string): Promise<Look> {
    for (const target of await linksOf(path)) this.#links.add(target);
    return lookAt(path);
  }
}
