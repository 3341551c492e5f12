import Handlebars from 'handlebars';
import { messageOf } from '../base/errors.ts';
import type { HelperIndex } from './check.ts';
import { HandlebarsRuntime } from './handlebars-runtime.ts';
import {
  type BlockHelper,
  type BodyOptions,
  type Helper,
  HelperError,
  type InlineHelper,
  readArgs,
} from './helpers/helper.ts';
import { type Mistake, mistakeIn } from './parse.ts';
import { KEEP, namesFor, PARTIAL_NAME, SHOW, WRITE_COMPUTED, WRITE_LITERAL } from './rewrite.ts';
import { type Located, type Program, whereOf } from './syntax.ts';
import { kindOf, textOf } from './values.ts';

/** Handlebars with nothing in it but the given helpers. */
export interface Environment {
  readonly helpers: HelperIndex;
  /**
   * Compiles with the helpers of these names and no others: Handlebars goes through all that it
   * has whenever it runs a template, and a memo block is one of its own.
   */
  readonly compilerFor: (names: Iterable<string>) => (program: Program) => Delegate;
  /** The same for what `precompile` made, without the part of Handlebars that compiles. */
  readonly loaderFor: (names: Iterable<string>) => (code: CompiledCode) => Delegate;
  /** JavaScript of an object, the `CompiledCode`. */
  readonly precompile: (program: Program) => string;
}

/** What runs a template, or a part of one. */
export type Delegate = Handlebars.TemplateDelegate;

/** A template's functions as Handlebars compiles them, before they are put to use. */
export type CompiledCode = object;

/** What Handlebars gives a helper as last argument. */
export interface CallOptions extends Located {
  readonly fn?: (context: unknown, options?: object) => string;
  readonly inverse?: (context: unknown) => string;
  readonly data?: object;
}

/** A failure in a helper, with the place of its call. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly mistake: Mistake;

  /** @param mistake the same for those who show the place in their own way. */
  constructor(message: string, mistake: Mistake, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.mistake = mistake;
  }
}

export function createEnvironment(table: readonly Helper[]): Environment {
  const functions = new Map<string, Handlebars.HelperDelegate>([
    [SHOW, show],
    ...table.map(
      (helper) =>
        [
          helper.name,
          helper.kind === 'inline' ? inlineFunction(helper) : blockFunction(helper),
        ] as const,
    ),
  ]);
  const helpers = new Map(table.map((helper) => [helper.name, helper]));
  const withHelpers = <Own extends Bare>(own: Own, names: Iterable<string>): Own => {
    for (const name of Object.keys(own.helpers)) own.unregisterHelper(name);
    for (const name of new Set([...names, ...ALWAYS])) {
      const helper = functions.get(name);
      if (helper) own.registerHelper(name, helper);
    }
    return own;
  };
  const options = compileOptions(helpers.keys());
  return {
    helpers,
    compilerFor: (names) => {
      const own = withHelpers(Handlebars.create(), names);
      return (program) => own.compile(program, options);
    },
    loaderFor: (names) => {
      const own = withHelpers(HandlebarsRuntime.create(), names);
      return (code) => own.template(code as TemplateSpecification);
    },
    // Handlebars' own code for it is text, which its types do not say.
    precompile: (program) => String(Handlebars.precompile(program, options)),
  };
}

function compileOptions(helpers: Iterable<string>): CompileOptions {
  const known = [...helpers, SHOW, KEEP, PARTIAL_NAME, WRITE_LITERAL, WRITE_COMPUTED];
  return {
    noEscape: true,
    knownHelpersOnly: true,
    knownHelpers: {
      // Handlebars adds its own names to the known ones unless they are denied.
      ...{ log: false, helperMissing: false, blockHelperMissing: false },
      ...Object.fromEntries(known.map((name) => [name, true])),
    } as CompileOptions['knownHelpers'] & object,
    // The parser has removed the lines of standalone tags already.
    ignoreStandalone: true,
  };
}

/** What the rewriting of a template calls. */
const ALWAYS = [SHOW, 'let'];

type Bare = Pick<typeof Handlebars, 'helpers' | 'registerHelper' | 'unregisterHelper'>;

/** Runs a helper; what it throws gets the helper's name and the place of the call. */
export function placed<T>(what: string, at: Located, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw withPlace(what, at, cause);
  }
}

function withPlace(what: string, at: Located, cause: unknown): CallError {
  // From within a partial that was evaluated: that place is the nearer one.
  if (cause instanceof CallError) return cause;
  const reason = messageOf(cause);
  const mistake = mistakeIn(at, `${what}: ${reason}`);
  return new CallError(`${what} at ${whereOf(at)}: ${reason}`, mistake, { cause });
}

/** A helper as Handlebars calls it: hundreds of times for one site. */
export function inlineFunction({ name, fn }: InlineHelper) {
  return (...values: unknown[]): unknown => {
    const options = values.pop() as CallOptions;
    try {
      return fn(...values);
    } catch (cause) {
      throw withPlace(`helper "${name}"`, options, cause);
    }
  };
}

/** The same of a block. */
export function blockFunction(helper: BlockHelper) {
  return function run(this: unknown, ...values: unknown[]): string {
    const options = values.pop() as CallOptions;
    const body = (context: unknown, { params = [], data }: BodyOptions = NO_OPTIONS): string => {
      const blockParams = helper.changesContext ? namesFor(context, params) : params;
      if (!data) return options.fn?.(context, { blockParams }) ?? '';
      const frame = Object.assign(HandlebarsRuntime.createFrame(options.data), data);
      return options.fn?.(context, { blockParams, data: frame }) ?? '';
    };
    const otherwise = (): string => options.inverse?.(this) ?? '';
    try {
      return helper.fn(readArgs(helper, values), { context: this, body, otherwise });
    } catch (error) {
      // Anything else comes from within the block and knows its place, or has none.
      if (!(error instanceof HelperError)) throw error;
      throw withPlace(`helper "${helper.name}"`, options, error);
    }
  };
}

const NO_OPTIONS: BodyOptions = {};

function show(value: unknown, options: CallOptions): string {
  const text = textOf(value);
  if (text !== undefined) return text;
  const fault = `is ${kindOf(value)}, which has no text: use {{#each}}, {{join}} or {{json}}`;
  throw new CallError(
    `the value at ${whereOf(options)} ${fault}`,
    mistakeIn(options, `the value ${fault}`),
  );
}
