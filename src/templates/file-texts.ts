import { type BigIntStats, statSync } from 'node:fs';
import { readFile as readFileOfSystem } from 'node:fs/promises';

interface Kept {
  readonly looks: string;
  readonly text: string;
}

export interface FileTextsDeps {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Default that of the system. */
  readonly readFile?: (path: string) => Promise<Uint8Array>;
}

/** File systems tell times of change apart by some milliseconds. */
const TICK_MS = 100;

/**
 * Texts of files in UTF-8, kept as long as a file looks the same. A template has dozens of files, and
 * is asked for at each event: to look at one takes some microseconds, to read it a hundred times that.
 */
export class FileTexts {
  readonly #deps: FileTextsDeps;
  readonly #kept = new Map<string, Kept>();

  constructor(deps: FileTextsDeps) {
    this.#deps = deps;
  }

  /**
   * Refuses bytes that are not UTF-8, and takes a byte order mark away.
   *
   * @throws what the file system throws, and a `TypeError` for what is not UTF-8.
   */
  async read(path: string): Promise<string> {
    // Before the file is read: a change since then makes it look other than what is kept.
    const looks = this.#looksOf(path);
    const kept = this.#kept.get(path);
    if (kept && kept.looks === looks) return kept.text;
    const { readFile = readFileOfSystem } = this.#deps;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    if (looks === undefined) this.#kept.delete(path);
    else this.#kept.set(path, { looks, text });
    return text;
  }

  /** `undefined` for what may change and look the same: no regular file, or changed just now. */
  #looksOf(path: string): string | undefined {
    const stat = statOf(path);
    if (!stat?.isFile() || Number(stat.ctimeMs) >= this.#deps.now() - TICK_MS) return undefined;
    return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(' ');
  }
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    // To read it will say why.
    return undefined;
  }
}
