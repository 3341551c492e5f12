import type { Glyphs } from './look.ts';
import { type Answers, between, countByReplica } from './tally.ts';
import { BLANK, type Line, padOrCut, plain, span } from './text.ts';

/** A moment that the axis below the timeline names. */
export interface Mark {
  readonly at: number;
  /** From the longest to the shortest. */
  readonly labels: readonly string[];
}

export interface TimelineInput {
  readonly answers: Answers;
  /** In the order in which they are shown. */
  readonly replicas: readonly { readonly hostname: string; readonly name: string }[];
  readonly marks: readonly Mark[];
  readonly from: number;
  readonly to: number;
}

const SHORTEST_STEP_MS = 500;

/**
 * One line a replica, time from left to right: the higher a column, the larger the replica's part
 * of the answers of that time. The highest column is half of them or more.
 */
export function timelineLines(input: TimelineInput, columns: number, glyphs: Glyphs): Line[] {
  const { answers, replicas, marks, from, to } = input;
  if (to <= from || replicas.length === 0) return [];
  const names = replicas.map(({ name }) => plain(name));
  const nameWidth = Math.min(12, Math.max(...names.map((name) => name.length)));
  const room = Math.max(1, columns - nameWidth - 1);
  const stepMs = Math.max(SHORTEST_STEP_MS, Math.ceil((to - from) / room));
  const counts = Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, at) =>
    countByReplica(between(answers, from + at * stepMs, from + (at + 1) * stepMs)),
  );
  const rows = replicas.map(({ hostname }, place): Line => {
    const columnsText = counts.map((count) => columnOf(count, hostname, glyphs)).join('');
    return [
      span(padOrCut(names[place] ?? '', nameWidth, glyphs.ellipsis), { replica: place }),
      span(' '),
      span(columnsText.trimEnd(), { replica: place }),
    ];
  });
  const places = marks.map(({ at, labels }) => ({ at: Math.floor((at - from) / stepMs), labels }));
  const axis = axisText(places, room, glyphs);
  return [...rows, axis === '' ? BLANK : [span(' '.repeat(nameWidth + 1)), span(axis, 'faint')]];
}

function columnOf(count: ReadonlyMap<string, number>, hostname: string, glyphs: Glyphs): string {
  const total = [...count.values()].reduce((sum, one) => sum + one, 0);
  const own = count.get(hostname) ?? 0;
  if (own === 0) return ' ';
  const levels = glyphs.column;
  const level = Math.ceil((own / total) * 2 * levels.length);
  return levels[Math.min(levels.length, level) - 1] ?? '';
}

/** Each label at its column, in the longest form that ends before the next one's column. */
function axisText(marks: readonly Mark[], room: number, glyphs: Glyphs): string {
  return marks
    .reduce((text, { at, labels }, place) => {
      if (at < text.length) return text;
      const end = marks[place + 1]?.at ?? room;
      const fitting = labels.find((label) => at + label.length + 3 <= end) ?? labels.at(-1) ?? '';
      return `${text.padEnd(at)}${glyphs.axis} ${fitting} `;
    }, '')
    .trimEnd()
    .slice(0, room);
}
