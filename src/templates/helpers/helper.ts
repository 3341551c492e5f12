import { kindOf } from '../values.ts';

/** What one argument of a helper has to be, and how it is read. */
export interface Arg<T = unknown> {
  readonly name: string;
  /** In words that fit "must be …". */
  readonly type: string;
  readonly description: string;
  readonly optional: boolean;
  /** Throws a `Mismatch` for a value that is not what the helper asks for. */
  readonly read: (value: unknown) => T;
}

export interface Example {
  readonly template: string;
  /** What the template sees besides an empty root. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly result: string;
}

/** What the documentation shows of a helper, and what a call of it is checked against. */
export interface HelperFacts {
  readonly name: string;
  readonly args: readonly Arg[];
  /** Any number of further arguments. */
  readonly rest?: Arg;
  readonly description: string;
  readonly example: Example;
}

/** `{{name argument …}}` or, as an argument of another, `(name argument …)`. */
export interface InlineHelper extends HelperFacts {
  readonly kind: 'inline';
  /** Its result depends on its arguments alone. A memo block allows no other helper. */
  readonly pure: boolean;
  /** The helper of which this is another name. */
  readonly sameAs?: string;
  /** Throws a `HelperError` for a wrong number or type of arguments. */
  readonly fn: (...values: readonly unknown[]) => unknown;
}

/** `{{#name argument …}} … {{/name}}`. */
export interface BlockHelper extends HelperFacts {
  readonly kind: 'block';
  /** What `this` and `../` mean in its block: another context than around it. */
  readonly changesContext: boolean;
  /** How many names `as |…|` may give. `let` has one for each value. */
  readonly names: number | 'values';
  /** Its block has `@index` and its like. */
  readonly opensFrame: boolean;
  readonly fn: (values: readonly unknown[], block: BlockCall) => string;
}

export type Helper = InlineHelper | BlockHelper;

/** The parts of a block for its helper. */
export interface BlockCall {
  readonly context: unknown;
  readonly body: (context: unknown, options?: BodyOptions) => string;
  readonly otherwise: () => string;
}

export interface BodyOptions {
  /** The values of `as |a b|`, in order; at most two where the context changes. */
  readonly params?: readonly unknown[];
  /** `@name` variables for this run of the block. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Thrown by a helper; the engine adds the helper's name and the place of the call. */
export class HelperError extends Error {
  override readonly name = 'HelperError';
}

/** Thrown by `Arg.read`. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** The type of each argument, in order. */
type Values<A extends readonly Arg[]> = {
  -readonly [K in keyof A]: A[K] extends Arg<infer T> ? T : never;
};

export interface InlineSpec<A extends readonly Arg[], R> {
  readonly name: string;
  readonly args: A;
  readonly rest?: Arg<R>;
  readonly description: string;
  readonly example: Example;
  /** Default: true. */
  readonly pure?: boolean;
  readonly fn: (...values: [...Values<A>, ...R[]]) => unknown;
}

/** A table entry: its `fn` checks and reads the arguments before it calls the spec's. */
export function inline<const A extends readonly Arg[], R = never>(
  spec: InlineSpec<A, R>,
): InlineHelper {
  const fn = spec.fn as (...values: readonly unknown[]) => unknown;
  return {
    ...spec,
    kind: 'inline',
    pure: spec.pure ?? true,
    fn: (...values) => fn(...readArgs(spec, values)),
  };
}

/** The same helper under another name, with the same example. */
export function alsoNamed(helper: InlineHelper, name: string): InlineHelper {
  return {
    ...helper,
    name,
    sameAs: helper.name,
    // Of use to the documentation alone.
    get example(): Example {
      const calls = new RegExp(`(?<=[{(])${helper.name}\\b`, 'g');
      return { ...helper.example, template: helper.example.template.replaceAll(calls, name) };
    },
  };
}

/** Throws a `HelperError` unless `count` arguments are what the helper takes. */
export function checkCount(facts: Pick<HelperFacts, 'args' | 'rest'>, count: number): void {
  const { args, rest } = facts;
  // As in nearly every call, of which a rendering has thousands.
  if (count === args.length) return;
  let least = 0;
  for (const { optional } of args) if (!optional) least += 1;
  if (count >= least && (rest !== undefined || count <= args.length)) return;
  const names = args.map(({ name, optional }) => (optional ? `[${name}]` : name));
  if (rest) names.push(`${rest.name} …`);
  const most = rest ? 'or more ' : args.length > least ? `to ${args.length} ` : '';
  const list = names.length > 0 ? ` (${names.join(', ')})` : '';
  const plural = least === 1 && most === '' ? '' : 's';
  throw new HelperError(`takes ${least} ${most}argument${plural}${list}, got ${count}`);
}

/** Throws a `HelperError` that names the argument at fault. */
export function readArgs(
  facts: Pick<HelperFacts, 'args' | 'rest'>,
  values: readonly unknown[],
): readonly unknown[] {
  const { args, rest } = facts;
  checkCount(facts, values.length);
  const read: unknown[] = [];
  // It runs for each call of each helper.
  for (let index = 0; index < values.length || index < args.length; index += 1) {
    const arg = args[index] ?? rest;
    const isLeftOut = !arg || (arg.optional && index >= values.length);
    read.push(isLeftOut ? undefined : readArg(arg, index, values[index]));
  }
  return read;
}

function readArg(arg: Arg, index: number, value: unknown): unknown {
  try {
    return arg.read(value);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    const what = `argument ${index + 1} (${arg.name})`;
    throw new HelperError(`${what} ${error.message}, got ${kindOf(value)}`, { cause: error });
  }
}
