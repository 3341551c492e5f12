import { LastingWarnings } from '../base/lasting-warnings.ts';
import type { Logger } from '../base/log.ts';
import type { RenderedFile } from '../output/rendering.ts';
import { sidePath } from '../output/side-path.ts';
import type { WrittenFile } from '../templates/engine.ts';
import { HelperError } from '../templates/helpers/helper.ts';

/**
 * The files that a template writes beside its destination. What the author of the template got
 * wrong is an error in it; a path that was worked out may be a container's doing, which must not
 * keep the others from being served: such a file is left out, with a warning.
 */
export class SideFiles {
  readonly #destination: string;
  readonly #warnings: LastingWarnings;
  #files = new Map<string, RenderedFile>();
  #leftOut = new Set<string>();

  /** @param destination absolute; '' is standard output. */
  constructor(destination: string, log: Logger) {
    this.#destination = destination;
    this.#warnings = new LastingWarnings(log);
  }

  /** A new rendering begins. */
  begin(): void {
    this.#files = new Map();
    this.#leftOut = new Set();
  }

  /** @throws HelperError for a literal path that cannot be. */
  add({ path, isLiteral, chunks }: WrittenFile): void {
    const placed = sidePath(path, { isLiteral, destination: this.#destination });
    if (placed.kind === 'refused') {
      this.#refuse(path, isLiteral, placed.reason);
      return;
    }
    const before = this.#files.get(placed.path);
    // Whatever a container calls its own, the author's word goes before it.
    if (before && (before.optional === undefined || !isLiteral)) {
      this.#refuse(path, isLiteral, 'it is written already, further up');
      return;
    }
    if (before) this.#refuse(path, false, 'the template writes it, further down');
    this.#files.set(placed.path, {
      path: placed.path,
      chunks,
      ...(placed.confined ? { confined: true } : {}),
      ...(isLiteral ? {} : { optional: true }),
    });
  }

  /** The rendering is done. Its files, in the order of their paths. */
  end(): readonly RenderedFile[] {
    this.#warnings.report(this.#leftOut);
    return [...this.#files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  #refuse(path: string, isLiteral: boolean, reason: string): void {
    const shown = JSON.stringify(path.slice(0, 300));
    if (isLiteral) throw new HelperError(`cannot write to ${shown}: ${reason}`);
    this.#leftOut.add(`The file ${shown} is left out: ${reason}`);
  }
}
