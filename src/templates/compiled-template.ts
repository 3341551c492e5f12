import { randomBytes } from 'node:crypto';
import { messageOf } from '../base/errors.ts';
import { type BlankLines, type KeptText, toChunks } from './chunks.ts';
import type { TemplateContext } from './context.ts';
import type { RenderOptions, Template } from './engine.ts';
import {
  blockFunction,
  CallError,
  type CallOptions,
  type Delegate,
  inlineFunction,
  placed,
} from './environment.ts';
import { evalHelper } from './helpers/eval.ts';
import { HelperError } from './helpers/helper.ts';
import { writeFileHelper } from './helpers/write-file.ts';
import { KeptTexts } from './kept-texts.ts';
import { unknownPartial } from './link.ts';
import type { PartFacts, Parts } from './parts.ts';
import { KEEP, PARTIAL_NAME, WRITE_COMPUTED, WRITE_LITERAL } from './rewrite.ts';
import { TemplateError } from './template-error.ts';
import { kindOf, textOf } from './values.ts';

/** How many calls of `eval` may be one within another. */
const DEEPEST = 100;

/** A template whose parts were compiled by Handlebars, with the texts that it keeps. */
export class CompiledTemplate implements Template {
  readonly name: string;
  readonly hash: string;
  readonly #parts: Parts<Delegate>;
  readonly #partialNames: ReadonlySet<string>;
  readonly #kept = new KeptTexts();

  constructor(
    { name, hash }: Pick<Template, 'name' | 'hash'>,
    { parts, partialNames }: Pick<PartFacts, 'partialNames'> & { readonly parts: Parts<Delegate> },
  ) {
    this.name = name;
    this.hash = hash;
    this.#parts = parts;
    this.#partialNames = new Set(partialNames);
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
    const { main, partials, blocks, inlines } = this.#parts;
    const kept: KeptText[] = [];
    // Stands in the text for what is kept, with its number. The text holds containers' values too,
    // so it is one that nobody can guess.
    const mark = `\0${randomBytes(16).toString('hex')}:`;
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
      blocks[id]?.(site, { ...runtime, data: { root: { settings: context.settings } } }) ?? '';
    let depth = 0;
    const evaluate = (name: string, data: unknown): string => {
      const all = { ...partials, ...inlines };
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
      );
    const runtime = {
      helpers: {
        [KEEP]: keep,
        [PARTIAL_NAME]: (...args: readonly unknown[]) => this.#partialName(args),
        [WRITE_LITERAL]: writeFile(true),
        [WRITE_COMPUTED]: writeFile(false),
        eval: inlineFunction(evalHelper(evaluate)),
      },
      partials,
      // Denied even without a word about it on standard error.
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    };
    return toParts(main(context, runtime));
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
