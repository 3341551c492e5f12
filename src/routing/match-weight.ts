import { invalid, type Validated, valid } from './validated.ts';

/** Reads `VIRTUAL_HOST_WEIGHT`: of regular expressions that fit, the one with the most is taken. */
export function parseMatchWeight(text: string): Validated<number> {
  if (/^-?\d{1,6}$/.test(text)) return valid(Number(text));
  return invalid('it is a whole number, of at most six digits');
}
