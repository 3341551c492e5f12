import { TsgenError } from '../base/errors.ts';

/** How a shell line is to be started. */
export interface CommandLine {
  /** As the user wrote it, for messages. */
  readonly text: string;
  /** The program, found by PATH unless it has a slash, and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /**
   * The program that the line names first, without its folder; `undefined` where only a shell can
   * tell.
   */
  readonly program: string | undefined;
}

interface Words {
  readonly words: readonly string[];
  /** No shell is needed to know them. */
  readonly plain: boolean;
  /** It may be several commands, or one that is more than a program and its arguments. */
  readonly compound: boolean;
}

/**
 * Reads a line as a POSIX shell would. Words and quotes alone need no shell: the program is started
 * itself, so that signals reach it and not a shell before it. With variables, patterns or
 * redirections a shell reads the line and then makes way for the program (`exec`). What is more than
 * one command is left to the shell, which then stays in between.
 *
 * @throws TsgenError `usage` for an empty line or a quote that does not end.
 */
export function parseCommandLine(text: string): CommandLine {
  const { words, plain, compound } = readWords(text);
  const [first, ...rest] = words;
  if (first === undefined || first === '') {
    throw new TsgenError(
      'usage',
      `There is no program to run in '${text}'. Write for example "nginx -g 'daemon off;'".`,
    );
  }
  if (plain) return { text, argv: [first, ...rest], program: nameOf(first) };
  const line = compound || first === 'exec' ? text : `exec ${text}`;
  const named = first === 'exec' ? rest[0] : first;
  return {
    text,
    argv: ['/bin/sh', '-c', line],
    program: compound || named === undefined || /[$*?[~]/.test(named) ? undefined : nameOf(named),
  };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const BLANK = /[ \t]/;
const EXPANDED = /[$*?[~<>#]/;
const COMPOUND = /[;&|(){}\n`!]/;
/** What a backslash escapes between double quotes. */
const ESCAPABLE = /[$`"\\]/;

function readWords(text: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  let plain = true;
  let compound = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (BLANK.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) throw openQuote(text);
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      const quoted = readDoubleQuoted(text, at + 1);
      word = (word ?? '') + quoted.value;
      plain &&= quoted.plain;
      at = quoted.end;
    } else if (char === '\\' && at + 1 < text.length) {
      at += 1;
      word = (word ?? '') + text.charAt(at);
    } else {
      // `A=b program` sets a variable for the program alone.
      const assigns = char === '=' && words.length === 0 && /^[A-Za-z_]\w*$/.test(word ?? '');
      plain &&= !EXPANDED.test(char) && !COMPOUND.test(char) && !assigns;
      compound ||= COMPOUND.test(char) || assigns;
      word = (word ?? '') + char;
    }
  }
  if (word !== undefined) words.push(word);
  return { words, plain, compound };
}

function readDoubleQuoted(
  text: string,
  start: number,
): { readonly value: string; readonly plain: boolean; readonly end: number } {
  let value = '';
  let plain = true;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') return { value, plain, end: at };
    if (char === '\\' && ESCAPABLE.test(text.charAt(at + 1))) at += 1;
    else if (char === '$' || char === '`') plain = false;
    value += text.charAt(at);
  }
  throw openQuote(text);
}

function openQuote(text: string): TsgenError {
  return new TsgenError('usage', `A quote in '${text}' does not end.`);
}
