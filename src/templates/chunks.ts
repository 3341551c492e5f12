/**
 * Text in parts, with or without its blank lines. A line is blank when it holds nothing but
 * Unicode white space (docker-gen's rule). Lines may cross from one part to the next, so a part
 * that is kept for later is cut in three: what ends a line that began before it, its whole lines,
 * and the beginning of a line that goes on after it.
 */
export interface KeptText {
  /** Up to and with the first line feed; '' where there is none. */
  readonly head: string;
  /** Between the first and the last line feed, without blank lines. */
  readonly lines: string;
  /** `head` (unless it is blank) and `lines`: the part when it begins on a line of its own. */
  readonly whole: string;
  /** After the last line feed. */
  readonly tail: string;
}

export interface BlankLines {
  readonly keepBlankLines: boolean;
}

export function keepText(text: string, { keepBlankLines }: BlankLines): KeptText {
  if (keepBlankLines) return { head: '', lines: '', whole: text, tail: '' };
  const first = text.indexOf('\n') + 1;
  const last = text.lastIndexOf('\n') + 1;
  const head = text.slice(0, first);
  const lines = dropBlankLines(text.slice(first, last));
  return { head, lines, whole: dropBlankLines(head) + lines, tail: text.slice(last) };
}

/**
 * Joins parts such that `chunks.join('')` is all their text, or what `dropBlankLines` makes of it.
 * A kept part that begins on a line of its own becomes a chunk that is always the same string. No
 * chunk is empty.
 */
export function toChunks(
  parts: readonly (string | KeptText)[],
  { keepBlankLines }: BlankLines,
): readonly string[] {
  const chunks = keepBlankLines
    ? parts.map((part) => (typeof part === 'string' ? part : part.whole))
    : chunksOfLines(parts);
  return chunks.filter((chunk) => chunk !== '');
}

function chunksOfLines(parts: readonly (string | KeptText)[]): string[] {
  const chunks: string[] = [];
  let loose = '';
  let line = '';
  const add = (text: string): void => {
    const all = line + text;
    const end = all.lastIndexOf('\n') + 1;
    loose += dropBlankLines(all.slice(0, end));
    line = all.slice(end);
  };
  for (const part of parts) {
    if (typeof part === 'string') {
      add(part);
      continue;
    }
    if (part.head === '') {
      add(part.tail);
      continue;
    }
    const startsLine = line === '';
    if (!startsLine) add(part.head);
    chunks.push(loose, startsLine ? part.whole : part.lines);
    loose = '';
    line = part.tail;
  }
  chunks.push(loose + dropBlankLines(line));
  return chunks;
}

/** The text without its blank lines. The last line may lack its line feed. */
export function dropBlankLines(text: string): string {
  let kept = '';
  let start = 0;
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed + 1;
    const line = text.slice(start, end);
    if (/\P{White_Space}/u.test(line)) kept += line;
    start = end;
  }
  return kept;
}
