/** A directive as nginx reads it; `block` is absent where it ends with a semicolon. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
}

/**
 * Reads an nginx configuration as nginx does (`ngx_conf_read_token`): quotes, escapes, comments.
 * Throws a SyntaxError on what is not one. What is in a `map` looks like directives too.
 */
export function parseNginx(text: string): readonly Directive[] {
  const tokens = tokenize(text);
  const next = { at: 0 };
  const directives = readBlock(tokens, next);
  if (next.at < tokens.length) throw new SyntaxError('unexpected "}"');
  return directives;
}

type Token = { readonly word: string } | '{' | '}' | ';';

function readBlock(tokens: readonly Token[], next: { at: number }): readonly Directive[] {
  const directives: Directive[] = [];
  let words: string[] = [];
  for (; next.at < tokens.length; next.at += 1) {
    const token = tokens[next.at];
    if (token === undefined || token === '}') break;
    if (typeof token === 'object') {
      words.push(token.word);
      continue;
    }
    const [name, ...args] = words;
    if (name === undefined) throw new SyntaxError(`unexpected "${token}"`);
    words = [];
    if (token === ';') {
      directives.push({ name, args });
      continue;
    }
    next.at += 1;
    const block = readBlock(tokens, next);
    if (tokens[next.at] !== '}') throw new SyntaxError('unexpected end of file, expecting "}"');
    directives.push({ name, args, block });
  }
  if (words.length > 0) throw new SyntaxError(`"${words.join(' ')}" is not terminated`);
  return directives;
}

/** A word or a comment has to fit into nginx's buffer (`NGX_CONF_BUFFER`). */
const BUFFER = 4096;
/** Not the other characters that JavaScript takes for white space. */
const SPACE = /[ \t\r\n]+/y;
const COMMENT = /#[^\n]*/y;
const QUOTED = /"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'/y;
/** A bare word: `${` does not begin a block. */
const BARE = /(?:\\[\s\S]|\$\{+|[^ \t\r\n;{\\])+/y;

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    if (found && pattern !== SPACE && Buffer.byteLength(found[0]) >= BUFFER) {
      throw new SyntaxError(`too long parameter "${found[0].slice(0, 10)}..." started`);
    }
    return found;
  };
  while (at < text.length) {
    if (match(SPACE) || match(COMMENT)) continue;
    const char = text.charAt(at);
    if (char === '{' || char === '}' || char === ';') {
      tokens.push(char);
      at += 1;
      continue;
    }
    const isQuoted = char === '"' || char === "'";
    const found = match(isQuoted ? QUOTED : BARE);
    if (!found)
      throw new SyntaxError(`cannot read on at ${JSON.stringify(text.slice(at, at + 40))}`);
    if (isQuoted && !/[ \t\r\n;{)]/.test(text.charAt(at))) {
      throw new SyntaxError(`unexpected "${text.charAt(at)}" after a quoted word`);
    }
    tokens.push({ word: unescaped(found[1] ?? found[2] ?? found[0]) });
  }
  return tokens;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(["'\\trn])/g, (_, char: string) => ESCAPES[char] ?? char);
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };
