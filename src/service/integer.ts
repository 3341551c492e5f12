export type ParsedInteger =
  | { readonly ok: true; readonly integer: number }
  | { readonly ok: false; readonly reason: string };

const LARGEST = Number.MAX_SAFE_INTEGER;
const ACCEPTED =
  `give an integer from 0 to ${LARGEST} (2^53-1) in decimal digits, ` +
  'without sign, leading zeros, fraction, exponent or spaces, as in /is_prime/1234';

/**
 * Reads the decoded path parameter of `/is_prime/<integer>`. Only the shortest decimal spelling
 * is accepted, so that an integer has one URL; `007`, `+7` and `-0` are refused, not guessed at.
 * The reason of a refusal says what was wrong and what is accepted.
 */
export function parseInteger(text: string): ParsedInteger {
  const fault = faultOf(text);
  if (fault === undefined) return { ok: true, integer: Number(text) };
  return { ok: false, reason: `${shown(text)} ${fault}: ${ACCEPTED}` };
}

function faultOf(text: string): string | undefined {
  if (text === '') return 'is no integer';
  if (/^-\d+$/.test(text)) return 'is negative';
  if (/^\d+\.\d+$/.test(text)) return 'is a fraction';
  if (!/^\d+$/.test(text)) return 'is not a number in decimal digits';
  if (/^0\d/.test(text)) return 'has leading zeros';
  // Rounding cannot bring a larger number down to LARGEST: 2^53 is a double itself.
  if (Number(text) > LARGEST) return 'is too large';
  return undefined;
}

/** The text quoted on one line, shortened where a person would stop reading. */
function shown(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 40)}…`);
}
