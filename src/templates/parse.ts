import Handlebars from 'handlebars';
import { messageOf } from '../base/errors.ts';
import type { Located, Program } from './syntax.ts';

export type Parsed =
  | { readonly kind: 'parsed'; readonly program: Program }
  | { readonly kind: 'invalid'; readonly mistake: Mistake };

/** Something that a person has to mend in a template. */
export interface Mistake {
  readonly source: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  /** The line at fault and a caret under the place. */
  readonly excerpt?: string;
}

/** A mistake at a node of the tree. */
export function mistakeIn({ loc: { source, start } }: Located, message: string): Mistake {
  return { source: source ?? 'template', line: start.line, column: start.column + 1, message };
}

/** What the generated parser knows of a fault; Handlebars' typings leave its parser out. */
interface ParserFault {
  readonly token: string | null;
  readonly expected?: readonly string[];
}

interface Parser {
  parseError: (message: string, fault: ParserFault) => never;
  readonly lexer: {
    readonly yylloc: { readonly first_line: number; readonly first_column: number };
  };
}

class ParserError extends Error {
  readonly fault: ParserFault;
  constructor(message: string, fault: ParserFault) {
    super(message);
    this.fault = fault;
  }
}

/** Parses a template; `label` is what messages call it. */
export function parse(label: string, text: string): Parsed {
  const parser = (Handlebars as unknown as { readonly Parser: Parser }).Parser;
  const original = parser.parseError;
  // The parser is one object for all of Handlebars and its own error is prose; as parsing is
  // synchronous, nobody else can meet the replaced function.
  parser.parseError = (message, fault) => {
    throw new ParserError(message, fault);
  };
  try {
    return {
      kind: 'parsed',
      program: Handlebars.parse(text, { srcName: label }) as unknown as Program,
    };
  } catch (error) {
    const { first_line: line, first_column: column } = parser.lexer.yylloc;
    return { kind: 'invalid', mistake: mistakeOf(error, { line, column }, label, text) };
  } finally {
    parser.parseError = original;
  }
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function mistakeOf(error: unknown, last: Place, label: string, text: string): Mistake {
  if (error instanceof ParserError) {
    const { fault } = error;
    const open = fault.token === 'EOF' ? lastOpen(text) : undefined;
    return open
      ? mistakeAt(open, `{{#${open.name}}} is never closed`, label, text)
      : mistakeAt(last, wordsFor(fault), label, text);
  }
  // "if doesn't match each - 1:3": thrown by the node builders, which know the place themselves.
  const found = messageOf(error).match(/^(.*) - (\d+):(\d+)$/);
  if (!found) return mistakeAt(last, messageOf(error), label, text);
  const [, said = '', line, column] = found;
  const pair = said.match(/^(.*) doesn't match (.*)$/);
  const words = pair ? `{{#${pair[1]}}} is closed by {{/${pair[2]}}}` : said;
  return mistakeAt({ line: Number(line), column: Number(column) }, words, label, text);
}

function mistakeAt(place: Place, message: string, label: string, text: string): Mistake {
  const line = text.split('\n')[place.line - 1]?.replace(/\r$/, '') ?? '';
  // Tabs stay tabs, so that the caret stands under the place however wide they are shown.
  const gap = line.slice(0, place.column).replaceAll(/[^\t]/g, ' ');
  return {
    source: label,
    line: place.line,
    column: place.column + 1,
    message,
    excerpt: `${line}\n${gap}^`,
  };
}

/** The innermost block that is open at the end of the text, if it ends in one. */
function lastOpen(text: string): (Place & { readonly name: string }) | undefined {
  const open: { readonly name: string; readonly index: number }[] = [];
  const tags = /\{\{~?!--.*?--~?\}\}|\{\{~?!.*?\}\}|\{\{~?\/|\{\{~?#[>*]?\s*([^\s}~]+)/gs;
  for (const { 0: tag, 1: name, index } of text.matchAll(tags)) {
    if (name !== undefined) open.push({ name, index });
    else if (tag.endsWith('/')) open.pop();
  }
  const last = open.at(-1);
  if (!last) return undefined;
  const before = text.slice(0, last.index).split('\n');
  return { name: last.name, line: before.length, column: before.at(-1)?.length ?? 0 };
}

function wordsFor({ token, expected = [] }: ParserFault): string {
  const isExpected = (name: string): boolean => expected.includes(`'${name}'`);
  switch (token) {
    case 'EOF':
      return 'the template ends inside this tag';
    case 'INVALID':
      return 'no name, value or }} can be read from here on';
    case 'OPEN_ENDBLOCK':
    case 'INVERSE':
    case 'OPEN_INVERSE_CHAIN':
      return 'nothing is open here that this could close or continue';
    case 'CLOSE_SEXPR':
      return 'there is no ( for this )';
    case 'CLOSE':
    case 'CLOSE_UNESCAPED':
      return isExpected('CLOSE_SEXPR') ? 'a ) is missing here' : 'a name or value is missing here';
    default:
      return isExpected('ID') ? 'a name or value is expected here' : 'a }} is expected here';
  }
}
