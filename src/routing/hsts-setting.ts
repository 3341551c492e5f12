import { messageOf } from '../base/errors.ts';
import { parseHsts } from './hsts.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** Reads `HSTS`: the header's value in one spelling, '' for `off`. */
export function parseHstsSetting(text: string): Validated<string> {
  if (text.toLowerCase() === 'off') return valid('');
  try {
    return valid(parseHsts(text));
  } catch (error) {
    return invalid(`${messageOf(error)}, or off`);
  }
}
