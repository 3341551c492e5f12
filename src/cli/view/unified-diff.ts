import { structuredPatch } from 'diff';
import { visible } from '../../base/visible.ts';
import { painter } from './style.ts';

export interface Change {
  /** Shown after `---` and `+++`. */
  readonly path: string;
  /** Absent when the file is not there yet. */
  readonly before?: string;
  /** Absent when the file is to go. */
  readonly after?: string;
}

/**
 * A unified diff with three lines of context, as `git diff` colours it; '' when nothing differs.
 * It is what `patch` reads, but for control characters other than tabs: those show as escapes, so
 * that a value from a container cannot drive the terminal.
 */
export function unifiedDiff(
  { path, before, after }: Change,
  { color }: { readonly color: boolean },
): string {
  if (before === after) return '';
  const paint = painter(color);
  const from = before === undefined ? '/dev/null' : path;
  const to = after === undefined ? '/dev/null' : path;
  const { hunks } = structuredPatch(from, to, before ?? '', after ?? '', '', '', { context: 3 });
  const lines = [paint('bold', `--- ${visible(from)}`), paint('bold', `+++ ${visible(to)}`)];
  for (const { oldStart, oldLines, newStart, newLines, lines: changed } of hunks) {
    const old = rangeOf(oldStart, oldLines);
    lines.push(paint('cyan', `@@ -${old} +${rangeOf(newStart, newLines)} @@`));
    for (const line of changed) {
      const text = line.split('\t').map(visible).join('\t');
      if (line.startsWith('+')) lines.push(paint('green', text));
      else if (line.startsWith('-')) lines.push(paint('red', text));
      else lines.push(text);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** As `diff -u` has it: a count of 1 is left out, and no lines come after the line before them. */
function rangeOf(start: number, count: number): string {
  if (count === 0) return `${start - 1},0`;
  return count === 1 ? `${start}` : `${start},${count}`;
}
