import Handlebars from 'handlebars';
import { messageOf } from '../base/errors.ts';
import type { HelperIndex } from './check.ts';
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
import { type Located, whereOf } from './syntax.ts';
import { kindOf, textOf } from './values.ts';

/** A Handlebars of its own, with nothing in it but the given helpers. */
export interface Environment {
  readonly handlebars: typeof Handlebars;
  readonly helpers: HelperIndex;
  /**
   * Compiles with the helpers of these names and no others: Handlebars goes through all that it
   * has whenever it runs a template, and a memo block is one of its own.
   */
  readonly compilerFor: (
    names: Iterable<string>,
  ) => (program: unknown) => Handlebars.TemplateDelegate;
}

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
  const handlebars = bareHandlebars();
  const functions = new Map<string, Handlebars.HelperDelegate>([
    [SHOW, show],
    ...table.map(
      (helper) =>
        [
          helper.name,
          helper.kind === 'inline' ? inlineFunction(helper) : blockFunction(helper, handlebars),
        ] as const,
    ),
  ]);
  const helpers = new Map(table.map((helper) => [helper.name, helper]));
  const known = Object.fromEntries(
    [...helpers.keys(), SHOW, KEEP, PARTIAL_NAME, WRITE_LITERAL, WRITE_COMPUTED].map((name) => [
      name,
      true,
    ]),
  );
  // Handlebars adds its own names to the known ones unless they are denied.
  const denied = { log: false, helperMissing: false, blockHelperMissing: false };
  return {
    handlebars,
    helpers,
    compilerFor: (names) => {
      const own = bareHandlebars();
      for (const name of new Set([...names, ...ALWAYS])) {
        const helper = functions.get(name);
        if (helper) own.registerHelper(name, helper);
      }
      return (program) =>
        own.compile(program, {
          noEscape: true,
          knownHelpersOnly: true,
          knownHelpers: { ...denied, ...known },
          // The parser has removed the lines of standalone tags already.
          ignoreStandalone: true,
        });
    },
  };
}

/** What the rewriting of a template calls. */
const ALWAYS = [SHOW, 'let'];

function bareHandlebars(): typeof Handlebars {
  const handlebars = Handlebars.create();
  for (const name of Object.keys(handlebars.helpers)) handlebars.unregisterHelper(name);
  return handlebars;
}

/** Runs a helper; what it throws gets the helper's name and the place of the call. */
export function placed<T>(what: string, at: Located, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw placedError(what, at, cause);
  }
}

function placedError(what: string, at: Located, cause: unknown): CallError {
  // From within a partial that was evaluated: that place is the nearer one.
  if (cause instanceof CallError) return cause;
  const reason = messageOf(cause);
  const mistake = mistakeIn(at, `${what}: ${reason}`);
  return new CallError(`${what} at ${whereOf(at)}: ${reason}`, mistake, { cause });
}

/** A helper as Handlebars calls it: hundreds of times for one site. */
export function inlineFunction({ name, fn }: InlineHelper) {
  const what = `helper "${name}"`;
  return (...values: unknown[]): unknown => {
    const options = values.pop() as CallOptions;
    try {
      return fn(...values);
    } catch (cause) {
      throw placedError(what, options, cause);
    }
  };
}

/** The same of a block. */
export function blockFunction(helper: BlockHelper, handlebars: typeof Handlebars) {
  return function run(this: unknown, ...values: unknown[]): string {
    const options = values.pop() as CallOptions;
    const body = (context: unknown, { params = [], data }: BodyOptions = NO_OPTIONS): string => {
      const blockParams = helper.changesContext ? namesFor(context, params) : params;
      if (!data) return options.fn?.(context, { blockParams }) ?? '';
      const frame = Object.assign(handlebars.createFrame(options.data), data);
      return options.fn?.(context, { blockParams, data: frame }) ?? '';
    };
    const otherwise = (): string => options.inverse?.(this) ?? '';
    try {
      return helper.fn(readArgs(helper, values), { context: this, body, otherwise });
    } catch (error) {
      // Anything else comes from within the block and knows its place, or has none.
      throw error instanceof HelperError
        ? placedError(`helper "${helper.name}"`, options, error)
        : error;
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
