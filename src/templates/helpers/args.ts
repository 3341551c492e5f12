import { isKeyed, type Keyed, textOf } from '../values.ts';
import { type Arg, Mismatch } from './helper.ts';

/** Anything, absent values too. */
export function any(name: string, description: string): Arg {
  return { name, type: 'a value', description, optional: false, read: (value) => value };
}

/** Text; a number or truth value as it would be shown, an absent value as ''. */
export function text(name: string, description: string): Arg<string> {
  return arg(name, 'text', description, (value) => textOf(value));
}

/** A list. An absent value is refused: a misspelt name must not pass for an empty list. */
export function list(name: string, description: string): Arg<readonly unknown[]> {
  return arg(name, 'a list', description, (value) => {
    if (value instanceof Set) return [...value];
    return Array.isArray(value) ? value : undefined;
  });
}

/** A list whose items can be shown as text. */
export function texts(name: string, description: string): Arg<readonly string[]> {
  return arg(name, 'a list of text', description, (value) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map(textOf);
    return items.some((item) => item === undefined) ? undefined : (items as string[]);
  });
}

export function map(name: string, description: string): Arg<Keyed> {
  return arg(name, 'a map', description, (value) => (isKeyed(value) ? value : undefined));
}

/** A whole number, or text that spells one. */
export function integer(name: string, description: string): Arg<number> {
  return arg(name, 'a whole number', description, (value) => {
    const number = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) ? (number as number) : undefined;
  });
}

/** A number, or text that spells one; an absent value is refused. */
export function number(name: string, description: string): Arg<number> {
  return arg(name, 'a number', description, (value) => {
    const spelled = typeof value === 'string' && NUMERAL.test(value) ? Number(value) : value;
    return typeof spelled === 'number' && Number.isFinite(spelled) ? spelled : undefined;
  });
}

/** A whole number; of any other number, what stands before the point, as Sprig takes it. */
export function whole(name: string, description: string): Arg<number> {
  const inner = number(name, description);
  return arg(name, 'a number', description, (value) => {
    const result = Math.trunc(inner.read(value)) + 0;
    return Number.isSafeInteger(result) ? result : undefined;
  });
}

/** True or false and nothing else, as Go's functions ask for it. */
export function truth(name: string, description: string): Arg<boolean> {
  return arg(name, 'true or false', description, (value) =>
    typeof value === 'boolean' ? value : undefined,
  );
}

const NUMERAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A dotted path to a field, such as `Env.VIRTUAL_HOST`. */
export function path(): Arg<string> {
  return arg('path', 'text', 'dotted path of a field in each item', (value) =>
    typeof value === 'string' ? value : undefined,
  );
}

/** May be left out; the helper then gets `undefined`. */
export function optional<T>(inner: Arg<T>): Arg<T | undefined> {
  return { ...inner, optional: true };
}

function arg<T>(
  name: string,
  type: string,
  description: string,
  convert: (value: unknown) => T | undefined,
): Arg<T> {
  const read = (value: unknown): T => {
    const result = convert(value);
    if (result === undefined) throw new Mismatch(`must be ${type}`);
    return result;
  };
  return { name, type, description, optional: false, read };
}
