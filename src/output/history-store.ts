import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { bytesOf } from './bytes-of.ts';
import { hashOf } from './content.ts';
import { contentOf } from './content-of.ts';
import { boundHistory, contentsOf } from './history-bounds.ts';
import {
  type ContainerMark,
  type HistoryIndex,
  type HistorySet,
  type KeptFile,
  NO_HISTORY,
} from './history-set.ts';
import type { RenderedFile, Rendering } from './rendering.ts';
import type { StateFiles } from './state-files.ts';
import type { StateFolder } from './state-folder.ts';

/** A set as it was: what is to be applied once more. */
export interface RestoredSet {
  readonly rendering: Rendering;
  readonly containers: readonly ContainerMark[];
  /** The proxy can be asked whether it runs something, and not for this. */
  readonly isUnaskable?: true;
}

/** What of a set is kept besides what its index says. */
export type KeptContents = Pick<HistorySet, 'files' | 'containers'>;

/** The folder, and bytes of the contents in it by hash. */
type Opened = readonly [StateFiles, Map<string, number>];

const INDEX = 'index.json';
const CONTENT = /^([0-9a-f]{64})\.gz$/;
/** Of one content; what claims to be larger is not ours. */
const MAX_BYTES = 512 * 1024 * 1024;
/** The text repeats itself so much that more effort gains little. */
const LEVEL = 1;

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/**
 * The history on disk: an index, and each content once, under its hash. Contents are written before
 * the index that names them and removed after the one that does not any more, so that a crash leaves
 * at worst some that nobody names.
 */
export class HistoryStore {
  readonly #state: StateFolder;
  /** Bytes of the contents on disk, by hash; not known until the first write. */
  #sizes: Map<string, number> | undefined;

  constructor(state: StateFolder) {
    this.#state = state;
  }

  /** What is kept; nothing where there is no index, or none that is whole. */
  async read(): Promise<HistoryIndex> {
    const files = await this.#state.history({ makes: false });
    const value = await files?.readJson(INDEX);
    if (!value || !Array.isArray(value.sets)) return NO_HISTORY;
    const sets = value.sets.filter(isSet).toSorted((a, b) => a.number - b.number);
    const next = Math.max(1, Number(value.next) || 1, (sets.at(-1)?.number ?? 0) + 1);
    const { live } = value;
    return { sets, next, ...(typeof live === 'number' ? { live } : {}) };
  }

  /** Keeps the contents of a set that the index is going to name. */
  async keep(rendering: Rendering, containers: readonly ContainerMark[]): Promise<KeptContents> {
    const opened = await this.#open();
    const [marks, ...files] = await Promise.all([
      this.#put([jsonOf(containers)], opened),
      ...rendering.files.map(
        async ({ path, chunks, confined, optional }): Promise<KeptFile> => ({
          ...{ path, hash: await this.#put(chunks, opened) },
          ...(confined ? { confined } : {}),
          ...(optional ? { optional } : {}),
        }),
      ),
    ]);
    return { files, containers: marks };
  }

  /**
   * Makes an index the one that counts, within the bounds.
   *
   * @param held the numbers of sets that have to stay.
   * @returns what was kept of it.
   */
  async write(index: HistoryIndex, held: readonly number[]): Promise<HistoryIndex> {
    const [files, sizes] = await this.#open();
    const kept = boundHistory(index, { held, sizeOf: (hash) => sizes.get(hash) ?? 0 });
    await files.write(INDEX, [JSON.stringify({ version: 1, ...kept })]);
    const needed = new Set(kept.sets.flatMap(contentsOf));
    for (const hash of [...sizes.keys()].filter((one) => !needed.has(one))) {
      await files.remove(nameOf(hash));
      sizes.delete(hash);
    }
    return kept;
  }

  /** `undefined` when some of it is not there any more, or not what it was. */
  async restore(set: HistorySet): Promise<RestoredSet | undefined> {
    const files: RenderedFile[] = [];
    for (const { hash, ...about } of set.files) {
      const text = await this.text(hash);
      if (text === undefined) return undefined;
      files.push({ ...about, chunks: [text] });
    }
    const [main, ...sides] = files;
    const containers = parseMarks(await this.text(set.containers));
    if (!main || !containers) return undefined;
    const { generation, revision, effect, containerCount } = set;
    const rendering: Rendering = {
      files: [main, ...sides],
      generation,
      ...(revision === undefined ? {} : { revision }),
      ...(effect === undefined ? {} : { effect }),
      containerCount,
    };
    return contentOf(rendering) === set.content ? { rendering, containers } : undefined;
  }

  /** A content by its hash; `undefined` when there is none that has it. */
  async text(hash: string): Promise<string | undefined> {
    const files = await this.#state.history({ makes: false });
    const packed = await files?.read(nameOf(hash));
    const bytes =
      packed && (await unzip(packed, { maxOutputLength: MAX_BYTES }).catch(() => undefined));
    return bytes && hashOf([bytes]) === hash && isUtf8(bytes) ? bytes.toString() : undefined;
  }

  async #put(chunks: readonly string[], [files, sizes]: Opened): Promise<string> {
    const hash = hashOf(chunks);
    if (!sizes.has(hash)) {
      const packed = await zip(bytesOf(chunks), { level: LEVEL });
      await files.write(nameOf(hash), [packed], { isNamedLater: true });
      sizes.set(hash, packed.length);
    }
    return hash;
  }

  /** With what a killed run left half written taken away. */
  async #open(): Promise<Opened> {
    const files = await this.#state.history({ makes: true });
    if (!files) throw new Error('a folder that was made is not there');
    if (!this.#sizes) {
      this.#sizes = new Map();
      for (const [name, size] of await files.list()) {
        const [, hash] = CONTENT.exec(name) ?? [];
        if (hash !== undefined) this.#sizes.set(hash, size);
        else if (name.endsWith('.new')) await files.remove(name);
      }
    }
    return [files, this.#sizes];
  }
}

const texts = new WeakMap<ContainerMark, string>();

/** As `JSON.stringify`; the text of a mark is kept as long as that is. */
function jsonOf(marks: readonly ContainerMark[]): string {
  const parts = marks.map((mark) => {
    const text = texts.get(mark) ?? JSON.stringify(mark);
    texts.set(mark, text);
    return text;
  });
  return `[${parts.join(',')}]`;
}

function nameOf(hash: string): string {
  return `${hash}.gz`;
}

function parseMarks(text: string | undefined): readonly ContainerMark[] | undefined {
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value : undefined;
}

/** The file is tsgen's own: what has the shape of its outline has the rest. */
function isSet(value: unknown): value is HistorySet {
  if (typeof value !== 'object' || value === null) return false;
  const { number, at, content, generation, files, containers, change, end } = value as Partial<
    Record<keyof HistorySet, unknown>
  >;
  return (
    [number, at].every((one) => typeof one === 'number') &&
    [content, generation, containers].every((one) => typeof one === 'string') &&
    [change, end].every((one) => typeof one === 'object' && one !== null) &&
    Array.isArray(files) &&
    files.length > 0
  );
}
