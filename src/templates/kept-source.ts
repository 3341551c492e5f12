import type { TemplateSource } from './engine.ts';
import type { NotePath } from './input-files.ts';
import type { NoteFile } from './load.ts';
import { settledLooksOf } from './looks.ts';

export interface KeptSourceOptions {
  /** Reads everything, and tells of each file and folder before it does. */
  readonly load: (note: NoteFile) => Promise<TemplateSource>;
  /**
   * The names of the partials whose texts count for a source; `undefined`: all that there are. Absent:
   * of none it is known.
   */
  readonly reached?: (source: TemplateSource) => ReadonlySet<string> | undefined;
  /** Is told of each file and folder at each look, also when nothing has to be read. */
  readonly note: NotePath;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Looked {
  readonly path: string;
  /** From before it was read. */
  readonly looks: string | undefined;
  readonly partial: string | undefined;
}

/**
 * A template with its partials, the same object as long as all files and folders that count look the
 * same. It is asked for at each event, in which nearly always nobody has edited anything.
 *
 * Partials that the template does not reach need not be looked at: for one to be reached, another file
 * has to change, or an entry of its folder.
 */
export class KeptSource {
  readonly #options: KeptSourceOptions;
  #looked: readonly Looked[] = [];
  #source: TemplateSource | undefined;

  constructor(options: KeptSourceOptions) {
    this.#options = options;
  }

  /** @throws TsgenError `template` for what cannot be read. */
  async load(): Promise<TemplateSource> {
    const { load, note } = this.#options;
    if (this.#source) {
      const counts = this.#counting(this.#source);
      if (counts.every((one) => this.#isAsBefore(one))) {
        for (const { path } of counts) note(path);
        return this.#source;
      }
    }
    this.#source = undefined;
    const looked: Looked[] = [];
    const source = await load((path, partial) => {
      looked.push({ path, looks: settledLooksOf(path, this.#options.now()), partial });
      note(path);
    });
    this.#looked = looked;
    this.#source = source;
    return source;
  }

  #counting(source: TemplateSource): readonly Looked[] {
    const reached = this.#options.reached?.(source);
    if (!reached) return this.#looked;
    return this.#looked.filter(({ partial }) => partial === undefined || reached.has(partial));
  }

  #isAsBefore({ path, looks }: Looked): boolean {
    return looks !== undefined && settledLooksOf(path, this.#options.now()) === looks;
  }
}
