import { splitList } from './split-list.ts';
import { invalid, type Validated, valid } from './validated.ts';

const MAX_LINES = 100;
const MAX_LENGTH = 2000;

/**
 * Lines in the proxy's own language, by comma; `\,` is a comma in one. What they mean is for their
 * author to know: all that is looked at is that each stays one line, and one that a candidate's
 * check can tell of.
 */
export function parseRawLines(text: string): Validated<readonly string[]> {
  const lines = splitList(text);
  if (lines.length > MAX_LINES) return invalid(`it has more than ${MAX_LINES} lines`);
  if (text.length > MAX_LENGTH) return invalid(`it is longer than ${MAX_LENGTH} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the check
  if (/[\x00-\x1f\x7f\u2028\u2029]/.test(text)) return invalid('it holds control characters');
  return valid(lines);
}

/** What comes at the end of a server's line: no list. */
export function parseRawWords(text: string): Validated<string> {
  const lines = parseRawLines(text.replaceAll(/\\?,/g, String.raw`\,`));
  return lines.kind === 'invalid' ? lines : valid(lines.value[0] ?? '');
}
