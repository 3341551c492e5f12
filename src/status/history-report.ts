import { TsgenError } from '../base/errors.ts';
import type {
  HistoryIndex,
  HistorySet,
  KeptFile,
  SetChange,
  SetEnd,
} from '../output/history-set.ts';
import type { HistoryStore } from '../output/history-store.ts';
import { hidePasswords } from '../proxies/hide-passwords.ts';

/** What is held, and what is not applied because of that. Times are RFC 3339. */
export interface HeldReport {
  readonly number: number;
  /** When it was first to go live. */
  readonly at: string;
  readonly since: string;
  /** What the containers ask for, beside it. */
  readonly pending: Pick<SetChange, 'came' | 'went' | 'changed'>;
  /** Some of its servers that are not what they were, each with its address. */
  readonly gone: readonly string[];
}

/** `GET /history`: newest first. */
export interface HistoryReport {
  readonly destination: string;
  readonly sets: readonly SetReport[];
}

export interface SetReport
  extends Pick<HistorySet, 'number' | 'before' | 'restores' | 'change' | 'containerCount'> {
  readonly at: string;
  readonly isLive: boolean;
  readonly end: SetEnd;
}

/** `GET /set?number=N`: a set, and its files beside those of the one that was live before. */
export interface SetDetails extends SetReport {
  /** The main file, without passwords; `before` is absent where there was none, or none is kept. */
  readonly main: { readonly path: string; readonly before?: string; readonly after: string };
  /** Their content is not for showing: it may be a key. */
  readonly others: readonly OtherFile[];
}

export interface OtherFile {
  readonly path: string;
  readonly change: 'new' | 'changed' | 'gone' | 'same';
}

export function historyReport(index: HistoryIndex, destination: string): HistoryReport {
  return { destination, sets: index.sets.toReversed().map((set) => setReport(set, index)) };
}

/**
 * @param number by default the newest.
 * @throws TsgenError `usage` when there is none, `output` when its main file cannot be read.
 */
export async function setDetails(
  index: HistoryIndex,
  number: number | undefined,
  { store, dest }: { readonly store: Pick<HistoryStore, 'text'>; readonly dest: string },
): Promise<SetDetails> {
  const find = (wanted: number | undefined) => index.sets.find((one) => one.number === wanted);
  const set = number === undefined ? index.sets.at(-1) : find(number);
  if (!set) {
    throw new TsgenError(
      'usage',
      number === undefined
        ? `The history of '${dest}' is empty: there is one once a watch has made something live.`
        : `There is no set ${number} of '${dest}'. tsgen history lists those that are kept.`,
    );
  }
  const old = find(set.before);
  const [main, ...sides] = set.files;
  const [oldMain, ...oldSides] = old?.files ?? [];
  const text = async (file: KeptFile | undefined) => file && (await store.text(file.hash));
  const after = main && (await text(main));
  if (main === undefined || after === undefined) {
    throw new TsgenError(
      'output',
      `Cannot show set ${set.number} of '${dest}': what the history kept of it is gone or damaged.`,
    );
  }
  const before = await text(oldMain);
  return {
    ...setReport(set, index),
    main: {
      path: main.path,
      ...(before === undefined ? {} : { before: hidePasswords(before) }),
      after: hidePasswords(after),
    },
    others: otherFiles(oldSides, sides),
  };
}

function setReport(set: HistorySet, { live }: HistoryIndex): SetReport {
  const { number, at, before, restores, change, containerCount, end } = set;
  return {
    number,
    at: new Date(at).toISOString(),
    isLive: number === live,
    ...(before === undefined ? {} : { before }),
    ...(restores === undefined ? {} : { restores }),
    ...{ containerCount, change },
    end: 'reason' in end ? { ...end, reason: hidePasswords(end.reason) } : end,
  };
}

function otherFiles(before: readonly KeptFile[], after: readonly KeptFile[]): readonly OtherFile[] {
  const old = new Map(before.map(({ path, hash }) => [path, hash]));
  const now = new Set(after.map(({ path }) => path));
  return [
    ...after.map(({ path, hash }): OtherFile => {
      const other = old.get(path);
      if (other === undefined) return { path, change: 'new' };
      return { path, change: other === hash ? 'same' : 'changed' };
    }),
    ...before
      .filter(({ path }) => !now.has(path))
      .map(({ path }): OtherFile => ({ path, change: 'gone' })),
  ].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
