import { nearest } from '../base/nearest.ts';
import { invalid, type Validated, valid } from './validated.ts';

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'true', 'yes', 'on']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'false', 'no', 'off']);

/** `true` or `false`, in any case, and what else docker-gen or people take for them. */
export function parseBoolean(text: string): Validated<boolean> {
  const word = text.toLowerCase();
  if (TRUE.has(word)) return valid(true);
  if (FALSE.has(word)) return valid(false);
  return invalid('it is true or false');
}

/** One of these words, in any case. */
export function oneOf<const T extends string>(...words: readonly T[]) {
  return (text: string): Validated<T> => {
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return valid(found);
    const near = nearest(text.slice(0, 100), words);
    const advice = near === undefined ? '' : `; did you mean ${near}?`;
    return invalid(`it is one of ${words.join(', ')}${advice}`);
  };
}

/** One of these numbers. */
export function oneOfNumbers<const T extends number>(...numbers: readonly T[]) {
  return (text: string): Validated<T> => {
    const found = numbers.find((number) => String(number) === text);
    return found === undefined ? invalid(`it is one of ${numbers.join(', ')}`) : valid(found);
  };
}

/** A number within these, without a sign. */
export function wholeNumber(least: number, most: number, reason: string) {
  return (text: string): Validated<number> => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return number >= least && number <= most ? valid(number) : invalid(reason);
  };
}
