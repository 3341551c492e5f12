import { messageOf } from '../base/errors.ts';
import type { Unit } from './check.ts';
import { type BlankLines, type KeptText, toChunks } from './chunks.ts';
import type { TemplateContext } from './context.ts';
import type { RenderOptions, Template } from './engine.ts';
import {
  blockFunction,
  CallError,
  type CallOptions,
  type Environment,
  inlineFunction,
  placed,
} from './environment.ts';
import { evalHelper } from './helpers/eval.ts';
import { HelperError } from './helpers/helper.ts';
import { writeFileHelper } from './helpers/write-file.ts';
import { KeptTexts } from './kept-texts.ts';
import { type Linked, unknownPartial } from './link.ts';
import { KEEP, PARTIAL_NAME, rewrite, WRITE_COMPUTED, WRITE_LITERAL } from './rewrite.ts';
import type { Program } from './syntax.ts';
import { TemplateError } from './template-error.ts';
import { kindOf, textOf } from './values.ts';

/** How many calls of `eval` may be one within another. */
const DEEPEST = 100;

type Delegate = ReturnType<ReturnType<Environment['compilerFor']>>;

/** A template whose parts were compiled by Handlebars, with the texts that it keeps. */
export class CompiledTemplate implements Template {
  readonly name: string;
  readonly hash: string;
  readonly #main: Delegate;
  readonly #partials: Readonly<Record<string, Delegate>>;
  /** The memo blocks, by the numbers that `rewrite` gave them. */
  readonly #blocks: readonly Delegate[];
  readonly #partialNames: ReadonlySet<string>;
  /** What `eval` can render besides: the inline partials, compiled apart. */
  readonly #inlines: Readonly<Record<string, Delegate>>;
  readonly #kept = new KeptTexts();
  readonly #handlebars: Environment['handlebars'];

  /** The linked trees are used up: they are rewritten in place. */
  constructor({ source: { name }, main, partials, hash }: Linked, environment: Environment) {
    const { compilerFor, handlebars } = environment;
    this.#handlebars = handlebars;
    // A partial that has two names is one unit.
    const units = [...new Set([main, ...partials.values()])];
    const compile = compilerFor(units.flatMap(({ calls }) => [...calls]));
    const bodies: Program[] = [];
    this.name = name;
    this.hash = hash;
    const delegates = new Map(units.map((unit) => [unit, compile(rewrite(unit, bodies))]));
    const delegateOf = (unit: Unit) => delegates.get(unit) as Delegate;
    this.#main = delegateOf(main);
    this.#partials = Object.fromEntries(
      [...partials].map(([partial, unit]) => [partial, delegateOf(unit)]),
    );
    this.#blocks = bodies.map(compile);
    const inlines = units.flatMap((unit) => unit.inlines);
    this.#partialNames = new Set([...partials.keys(), ...inlines.map((inline) => inline.name)]);
    this.#inlines = Object.fromEntries(
      units.some(({ calls }) => calls.has('eval'))
        ? inlines.map((inline) => [inline.name, compile(structuredClone(inline.node.program))])
        : [],
    );
  }

  render(
    context: TemplateContext,
    { keepBlankLines = false, onFile }: RenderOptions = {},
  ): readonly string[] {
    try {
      return this.#render(context, { keepBlankLines }, onFile);
    } catch (error) {
      const message = `Could not render template ${this.name}: ${reasonOf(error)}`;
      const cause = error instanceof CallError && error.cause ? error.cause : error;
      const mistakes = error instanceof CallError ? [error.mistake] : [];
      throw new TemplateError(message, mistakes, { cause });
    }
  }

  #render(
    context: TemplateContext,
    lines: BlankLines,
    onFile: RenderOptions['onFile'],
  ): readonly string[] {
    const kept: KeptText[] = [];
    // Stands in the text for what is kept, with its number. The text holds containers' values too,
    // so it is one that nobody can guess.
    const mark = `\0${crypto.randomUUID()}:`;
    const keep = (...values: readonly unknown[]): string => {
      const [id, object, options] = values as [number, unknown, CallOptions];
      const site = placed('helper "memo"', options, () => requireObject(object));
      kept.push(this.#kept.get(context.settings, id, site, lines, () => block(id, site)));
      return `${mark}${kept.length - 1}\0`;
    };
    const show = (...values: readonly unknown[]): string => {
      const [id, object, options] = values as [number, unknown, CallOptions];
      return block(
        id,
        placed('helper "memo"', options, () => requireObject(object)),
      );
    };
    const block = (id: number, site: object): string =>
      // `@root` is cut down to what a memo block may see of it.
      this.#blocks[id]?.(site, { ...runtime, data: { root: { settings: context.settings } } }) ??
      '';
    let depth = 0;
    const evaluate = (name: string, data: unknown): string => {
      const all = { ...this.#partials, ...this.#inlines };
      const partial = Object.hasOwn(all, name) ? all[name] : undefined;
      if (!partial) throw new HelperError(unknownPartial(name, [...this.#partialNames]));
      if (depth === DEEPEST) {
        throw new HelperError(`partials evaluate one another more than ${DEEPEST} deep`);
      }
      depth++;
      try {
        return partial(data, {
          ...runtime,
          // Another helper may work on the text, so nothing may stand in it for a memo block.
          helpers: { ...runtime.helpers, [KEEP]: show },
          partials: all,
          data: { root: context },
        });
      } finally {
        depth--;
      }
    };
    const toParts = (text: string): readonly string[] => {
      const [start = '', ...rest] = text.split(mark);
      const parts: (string | KeptText)[] = [start];
      for (const piece of rest) {
        const end = piece.indexOf('\0');
        parts.push(kept[Number(piece.slice(0, end))] ?? '', piece.slice(end + 1));
      }
      return toChunks(parts, lines);
    };
    const writeFile = (isLiteral: boolean) =>
      blockFunction(
        writeFileHelper((path, text) => onFile?.({ path, isLiteral, chunks: toParts(text) })),
        this.#handlebars,
      );
    const runtime = {
      helpers: {
        [KEEP]: keep,
        [PARTIAL_NAME]: (...args: readonly unknown[]) => this.#partialName(args),
        [WRITE_LITERAL]: writeFile(true),
        [WRITE_COMPUTED]: writeFile(false),
        eval: inlineFunction(evalHelper(evaluate)),
      },
      partials: this.#partials,
      // Denied even without a word about it on standard error.
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    };
    return toParts(this.#main(context, runtime));
  }

  #partialName([name, options]: readonly unknown[]): string {
    return placed('{{> …}}', options as CallOptions, () => {
      const text = textOf(name) ?? kindOf(name);
      if (this.#partialNames.has(text)) return text;
      throw new HelperError(unknownPartial(text, [...this.#partialNames]));
    });
  }
}

function requireObject(value: unknown): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new HelperError(`argument 1 (object) must be a map or list, got ${kindOf(value)}`);
}

function reasonOf(error: unknown): string {
  // V8 has no class or code for it, but has always used these words.
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return 'its blocks and partials nest too deep: does a partial call itself without end?';
  }
  return messageOf(error);
}
