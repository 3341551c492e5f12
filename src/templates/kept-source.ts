import type { TemplateSource } from './engine.ts';
import type { NotePath } from './input-files.ts';
import { settledLooksOf } from './looks.ts';

export interface KeptSourceOptions {
  /** Reads everything, and tells of each file and folder before it does. */
  readonly load: (note: NotePath) => Promise<TemplateSource>;
  /** Is told of each file and folder at each look, also when nothing has to be read. */
  readonly note: NotePath;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * A template with its partials, the same object as long as all files and folders look the same. It is
 * asked for at each event, in which nearly always nobody has edited anything.
 */
export class KeptSource {
  readonly #options: KeptSourceOptions;
  /** Each path that was looked at, with its looks from before it was read. */
  #looked: readonly (readonly [path: string, looks: string | undefined])[] = [];
  #source: TemplateSource | undefined;

  constructor(options: KeptSourceOptions) {
    this.#options = options;
  }

  /** @throws TsgenError `template` for what cannot be read. */
  async load(): Promise<TemplateSource> {
    const { load, note } = this.#options;
    if (this.#source && this.#looked.every((one) => this.#isAsBefore(one))) {
      for (const [path] of this.#looked) note(path);
      return this.#source;
    }
    this.#source = undefined;
    const looked: [string, string | undefined][] = [];
    const source = await load((path) => {
      looked.push([path, settledLooksOf(path, this.#options.now())]);
      note(path);
    });
    this.#looked = looked;
    this.#source = source;
    return source;
  }

  #isAsBefore([path, looks]: readonly [string, string | undefined]): boolean {
    return looks !== undefined && settledLooksOf(path, this.#options.now()) === looks;
  }
}
