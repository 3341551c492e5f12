/** A section of a HAProxy configuration, such as `backend a.test`, with its lines as words. */
export interface Section {
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly (readonly string[])[];
}

const SECTIONS: ReadonlySet<string> = new Set([
  ...['global', 'defaults', 'frontend', 'backend', 'listen', 'userlist', 'fcgi-app', 'crt-store'],
  ...['resolvers', 'peers', 'mailers', 'program', 'ring', 'log-forward', 'http-errors', 'cache'],
]);

/** Reads a HAProxy configuration as HAProxy does. Throws a SyntaxError on what is not one. */
export function parseHaproxy(text: string): readonly Section[] {
  const sections: { kind: string; name: string; lines: (readonly string[])[] }[] = [];
  for (const line of text.split('\n')) {
    const words = haproxyWords(line);
    const [kind = '', name = ''] = words;
    if (kind === '' || kind.startsWith('.')) continue;
    if (SECTIONS.has(kind)) sections.push({ kind, name, lines: [] });
    else if (sections.length === 0) throw new SyntaxError(`"${kind}" stands in no section`);
    else sections.at(-1)?.lines.push(words);
  }
  return sections;
}

const ESCAPE = /^\\(?:x([0-9a-fA-F]{2})|([\s\S]))/;
const LETTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The words of a line, without what follows a `#` (`parse_line` in HAProxy's tools.c). Throws a
 * SyntaxError for quotes without an end, and for a `$` that would expand an environment variable.
 */
export function haproxyWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  let at = 0;
  while (at < line.length) {
    const char = line[at] ?? '';
    const found = quote === "'" ? null : ESCAPE.exec(line.slice(at));
    let taken = char;
    at += 1;
    if (found) {
      const [whole, code, letter = ''] = found;
      at += whole.length - 1;
      taken = code ? String.fromCharCode(Number.parseInt(code, 16)) : (LETTERS[letter] ?? letter);
    } else if (char === quote || (quote === '' && (char === '"' || char === "'"))) {
      quote = quote === '' ? char : '';
      taken = '';
    } else if (quote === '' && char === '#') {
      break;
    } else if (quote === '' && /[ \t\r]/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    } else if (quote === '"' && char === '$') {
      throw new SyntaxError(`an environment variable is expanded in: ${line}`);
    }
    word = (word ?? '') + taken;
  }
  if (quote !== '') throw new SyntaxError(`a quote has no end in: ${line}`);
  if (word !== undefined) words.push(word);
  return words;
}
