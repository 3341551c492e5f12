import { readFile as readFileOfSystem } from 'node:fs/promises';
import { settledLooksOf } from './looks.ts';

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
    const looks = settledLooksOf(path, this.#deps.now());
    const kept = this.#kept.get(path);
    if (kept && kept.looks === looks) return kept.text;
    const { readFile = readFileOfSystem } = this.#deps;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    if (looks === undefined) this.#kept.delete(path);
    else this.#kept.set(path, { looks, text });
    return text;
  }
}
