import type { LineChanges } from './line-changes.ts';

/** A set of files that was to go live, as the history keeps it. */
export interface HistorySet {
  /** Counts up and is never used again. */
  readonly number: number;
  /** When it was begun to be applied: milliseconds since 1970. */
  readonly at: number;
  /** See `contentOf`: of what was asked for. */
  readonly content: string;
  /** The same of what then lay on disk; absent for what was never live. */
  readonly onDisk?: string;
  readonly generation: string;
  readonly revision?: string;
  /** How the proxy was asked for that; of another way it may not answer to. */
  readonly asking?: string;
  readonly effect?: string;
  readonly containerCount: number;
  /** The first is the main file. */
  readonly files: readonly KeptFile[];
  /** SHA-256 of the list of `ContainerMark`s, which is kept as files are. */
  readonly containers: string;
  /** The set that was live then; absent for the first. */
  readonly before?: number;
  /** What it differs from that one in. */
  readonly change: SetChange;
  /** It brought this earlier set back. */
  readonly restores?: number;
  readonly end: SetEnd;
}

/** A file of a set; its content is kept once for all sets that have it. */
export interface KeptFile {
  readonly path: string;
  /** SHA-256 of its content, in hexadecimal. */
  readonly hash: string;
  readonly confined?: true;
  readonly optional?: true;
}

export interface SetChange {
  readonly came: NameList;
  readonly went: NameList;
  /** Of the same name, and served otherwise or created anew. */
  readonly changed: NameList;
  /** Of the main file. */
  readonly lines: LineChanges;
  /** How many of the other files are new, other or gone. */
  readonly otherFiles: number;
}

/** Names, sorted; of many only the first. */
export interface NameList {
  readonly names: readonly string[];
  /** How many there are besides. */
  readonly more: number;
}

/**
 * How a set came to the proxy: it was told of members while it ran, it was told to load its files anew,
 * or they were written and nobody was told, because there was nobody or only comments had changed.
 */
export type SetHow = 'members' | 'reload' | 'written';

export type SetEnd =
  /** The proxy was seen to run it, so many milliseconds after `at`. */
  | { readonly kind: 'confirmed'; readonly how: SetHow; readonly afterMs: number }
  /** Nobody can ask the proxy, or it makes no difference to it. */
  | { readonly kind: 'unasked'; readonly how: SetHow }
  /** It was not seen to run it, for this reason; it may yet. */
  | { readonly kind: 'pending'; readonly how: SetHow; readonly reason: string }
  /** It is not live: the check or the proxy did not take it. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A container's part in a set. */
export interface ContainerMark {
  readonly id: string;
  readonly name: string;
  /** `address:port` of each that gets requests, sorted. */
  readonly servers: readonly string[];
  /** Differs when it is served otherwise. */
  readonly print: string;
}

/** All sets that are kept, oldest first. */
export interface HistoryIndex {
  readonly sets: readonly HistorySet[];
  /** The number of the one that is live; absent: none that is kept is known to be. */
  readonly live?: number;
  /** The number of the next one. */
  readonly next: number;
}

export const NO_HISTORY: HistoryIndex = { sets: [], next: 1 };

export function isRefused({ end }: HistorySet): boolean {
  return end.kind === 'refused';
}
