/** What a piece of text means; the look decides how that is shown. */
export type Ink = 'strong' | 'faint' | 'good' | 'warn' | 'bad' | 'accent' | ReplicaInk;

/** The colour of the replica with this place in the list, from 0. */
export interface ReplicaInk {
  readonly replica: number;
}

export interface Span {
  readonly text: string;
  readonly ink?: Ink;
}

/** One line on the screen. Every character of it is one column wide. */
export type Line = readonly Span[];

export const BLANK: Line = [];

export function span(text: string, ink?: Ink): Span {
  return ink === undefined ? { text } : { text, ink };
}

/** How many columns a line takes. */
export function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + text.length, 0);
}

/** The line, without what does not fit into the columns. */
export function clip(line: Line, columns: number): Line {
  const fitting: Span[] = [];
  let left = columns;
  for (const one of line) {
    if (left <= 0) break;
    fitting.push({ ...one, text: one.text.slice(0, left) });
    left -= one.text.length;
  }
  return fitting;
}

/** The line without blanks at its end. */
export function trimEnd(line: Line): Line {
  const last = line.at(-1);
  if (last === undefined) return line;
  const text = last.text.trimEnd();
  const rest = line.slice(0, -1);
  return text === '' ? trimEnd(rest) : [...rest, { ...last, text }];
}

/** Left and right at the two ends of the columns; the right one goes where both do not fit. */
export function spread(left: Line, right: Line, columns: number): Line {
  const gap = columns - widthOf(left) - widthOf(right);
  return gap < 1 ? left : [...left, span(' '.repeat(gap)), ...right];
}

/** The items with a separator between them, on as many lines as they need. */
export function flow(items: readonly Line[], separator: Span, columns: number): Line[] {
  const lines: Span[][] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last && widthOf(last) + separator.text.length + widthOf(item) <= columns) {
      last.push(separator, ...item);
    } else {
      lines.push([...item]);
    }
  }
  return lines;
}

/** The whitespace-separated words of a sentence, on lines no longer than the columns. */
export function wrap(text: string, columns: number): string[] {
  return flow(
    text.split(/\s+/).map((word) => [span(word)]),
    span(' '),
    columns,
  ).map((line) => line.map((one) => one.text).join(''));
}

/**
 * Text from elsewhere (names in answers, output of commands), made safe: printable ASCII stays,
 * everything else becomes `?`, so that each character is one column wide and none drives the
 * terminal.
 */
export function plain(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, '?');
}

/** Exactly as many columns as given: padded, or cut with an ellipsis at the end. */
export function padOrCut(text: string, columns: number, ellipsis: string): string {
  if (text.length <= columns) return text.padEnd(columns);
  return text.slice(0, Math.max(0, columns - ellipsis.length)) + ellipsis.slice(0, columns);
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `0.1667` is `16.7 %`. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function formatLatency(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

/** Minutes and seconds, as on a stopwatch. */
export function formatElapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six'];

/** Small numbers as words: `three`. */
export function inWords(count: number): string {
  return WORDS[count] ?? String(count);
}
