import { CompiledTemplate } from './compiled-template.ts';
import type { TemplateContext } from './context.ts';
import { createEnvironment, type Environment } from './environment.ts';
import type { FileAccess } from './helpers/files.ts';
import { helperTable } from './helpers/table.ts';
import { isLinkOf, link, reachedBy } from './link.ts';
import { mapParts, partsOf } from './parts.ts';
import {
  isCompiledFrom,
  loadPrecompiled,
  type Precompiled,
  reachedByPrecompiled,
} from './precompiled.ts';

export interface TemplateSource extends TemplateFile {
  /**
   * Further files of the same set: all are parsed, whether or not they are called. Each is a
   * partial by its base name, with and without `.hbs`, and so is each inline partial that stands at
   * its top. Of two of one name the later counts; before `partials` they all do.
   */
  readonly others?: readonly TemplateFile[];
  /** Name → text. */
  readonly partials: ReadonlyMap<string, string>;
}

export interface TemplateFile {
  /** As the user gave it: a path, or a bundled template's name. */
  readonly name: string;
  readonly text: string;
}

export interface Template {
  readonly name: string;
  /** sha256 in hexadecimal of the text and all partials that it reaches. */
  readonly hash: string;
  /**
   * The text in parts; joined they are the file. The text of a memo block is a part of its own,
   * and the same string as long as its object and the settings are the same objects. Blank lines
   * are left out unless `keepBlankLines`. Throws a TsgenError of kind `template`.
   */
  readonly render: (context: TemplateContext, options?: RenderOptions) => readonly string[];
}

export interface RenderOptions {
  readonly keepBlankLines?: boolean;
  /**
   * Takes what the template writes to files of their own, in its order; without it that is
   * dropped. Throws a `HelperError` for one that cannot be.
   */
  readonly onFile?: (file: WrittenFile) => void;
}

/** What a `{{#writeFile}}` block makes. */
export interface WrittenFile {
  /** As the template says it. */
  readonly path: string;
  /** It stands in the template as it is, so it is the word of the template's author. */
  readonly isLiteral: boolean;
  /** As those of the template itself. */
  readonly chunks: readonly string[];
}

export interface Engine {
  /**
   * Compiles a template, or gives the one that was compiled from the same texts before, with what
   * it has kept. Throws a TsgenError of kind `template` that lists every mistake in the template
   * and its partials.
   */
  readonly compile: (source: TemplateSource) => Template;
  /**
   * The names of the partials whose texts count for a source that was compiled; `undefined`: all that
   * there are.
   */
  readonly reached: (source: TemplateSource) => ReadonlySet<string> | undefined;
}

/** What helpers ask of the outside world, so that the engine itself is pure. */
export type EngineDeps = FileAccess;

/** How many templates an engine remembers, counting each edit as one. */
const REMEMBERED = 32;

/** @param precompiled is used in the place of compiling the very texts that it was compiled from. */
export function createEngine(deps: EngineDeps, precompiled?: Precompiled): Engine {
  const environment = createEnvironment(helperTable(deps));
  /** The most recently used one is the last. */
  const remembered: Compiled[] = [];
  return {
    compile: (source) => {
      // Comparing texts costs nothing beside parsing them, and mostly nothing was edited.
      const index = remembered.findLastIndex(({ isOf }) => isOf(source));
      const [known] = index < 0 ? [] : remembered.splice(index, 1);
      const compiled = known ?? compile(source, environment, precompiled);
      remembered.push(compiled);
      if (remembered.length > REMEMBERED) remembered.shift();
      return compiled.template;
    },
    reached: (source) => remembered.findLast(({ isOf }) => isOf(source))?.reached,
  };
}

interface Compiled {
  readonly template: Template;
  /** Whether compiling that source would give the same again. */
  readonly isOf: (source: TemplateSource) => boolean;
  readonly reached: ReadonlySet<string> | undefined;
}

function compile(
  source: TemplateSource,
  environment: Environment,
  precompiled: Precompiled | undefined,
): Compiled {
  if (precompiled && isCompiledFrom(precompiled, source)) {
    return {
      template: loadPrecompiled(precompiled, source, environment),
      isOf: (other) =>
        other === source || (other.name === source.name && isCompiledFrom(precompiled, other)),
      reached: reachedByPrecompiled(precompiled),
    };
  }
  const linked = link(source, environment.helpers);
  const { calls, partialNames, parts } = partsOf(linked);
  return {
    template: new CompiledTemplate(
      { name: source.name, hash: linked.hash },
      { partialNames, parts: mapParts(parts, environment.compilerFor(calls)) },
    ),
    isOf: (other) => isLinkOf(linked, other),
    reached: reachedBy(linked),
  };
}
