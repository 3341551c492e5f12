import { visible } from '../../base/visible.ts';
import type { SetChange, SetEnd } from '../../output/history-set.ts';
import { changeText } from '../../pipeline/container-marks.ts';
import type {
  HeldReport,
  HistoryReport,
  SetDetails,
  SetReport,
} from '../../status/history-report.ts';
import { type Paint, painter } from './style.ts';
import { unifiedDiff } from './unified-diff.ts';

export interface HistoryStyle {
  readonly color: boolean;
}

const HEADINGS = ['SET', 'WHEN', 'CONTAINERS', 'LINES', 'HOW', 'CONFIRMED'] as const;
/** Wider ones push the columns beside them. */
const WIDEST = 40;
/** Longer ones are cut. */
const LONGEST_REASON = 100;

/** All sets as a table, newest first. Values from containers cannot break out of their line. */
export function historyTable(
  { sets }: HistoryReport,
  held: HeldReport | undefined,
  { color }: HistoryStyle,
): string {
  const paint = painter(color);
  if (sets.length === 0) return 'Nothing has gone live yet.\n';
  const rows = sets.map(cellsOf);
  const widths = HEADINGS.map((heading, column) =>
    Math.min(WIDEST, Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = [
    `  ${paint('bold', line(HEADINGS))}`,
    ...rows.map((row, index) => `${markOf(sets[index], paint)} ${line(row)}`),
  ];
  if (held) lines.push('', ...heldLines(held, paint));
  return `${lines.join('\n')}\n`;
}

/** One set, and what it changed. */
export function setText(
  details: SetDetails,
  held: HeldReport | undefined,
  { color }: HistoryStyle,
): string {
  const paint = painter(color);
  const { number, at, before, restores, change, main, others, containerCount } = details;
  const row = (name: string, value: string) => `${paint('bold', name.padEnd(12))}${visible(value)}`;
  const lines = [
    row('set', `${number}${details.isLive ? ', live' : ''}`),
    row('when', brief(at)),
    ...(restores === undefined ? [] : [row('brings back', `set ${restores}`)]),
    row('containers', `${containerCount}${withChange(change)}`),
    row('came to', endText(details.end)),
    ...others.map(({ path, change: how }) =>
      row('beside it', `${path} (${how === 'gone' || how === 'new' ? how : `${how}, not shown`})`),
    ),
  ];
  if (held) lines.push(...heldLines(held, paint));
  lines.push('', comparison(details));
  // Of the first set, and where the one before is not kept any more, all of it would be new.
  const diff =
    before === undefined || main.before === undefined ? '' : unifiedDiff(main, { color });
  return `${lines.join('\n')}\n${diff}`;
}

function comparison({ before, main, change }: SetDetails): string {
  if (before === undefined) return `It is the first set: all of ${visible(main.path)} is new.`;
  if (main.before === undefined)
    return `Set ${before}, which it took the place of, is not kept any more.`;
  const isSame = main.before === main.after;
  if (!isSame) return `Compared with set ${before}:`;
  return change.lines.added + change.lines.removed > 0
    ? `Only hidden passwords differ from set ${before}.`
    : `${visible(main.path)} is the same as in set ${before}.`;
}

/** What is held, and what is not applied because of that. */
export function heldLines(held: HeldReport, paint: Paint): readonly string[] {
  const { number, at, since } = held;
  const text = `Set ${number}, from ${brief(at)}, is held since ${brief(since)}, until tsgen resume.`;
  return [paint('yellow', text), ...pendingLines(held)];
}

/** What is not applied because something is held. */
export function pendingLines({ pending, gone }: HeldReport): readonly string[] {
  const change = changeText(pending);
  return [
    ...(change === '' ? [] : [visible(`Not applied: ${change} (tsgen diff shows all of it)`)]),
    ...(gone.length === 0
      ? []
      : [visible(`In it, and not served there any more: ${gone.join(', ')}`)]),
  ];
}

function cellsOf(set: SetReport): readonly string[] {
  const { number, at, change, end, restores } = set;
  const { lines, otherFiles } = change;
  const files = otherFiles === 0 ? '' : ` ${otherFiles} ${otherFiles === 1 ? 'file' : 'files'}`;
  return [
    String(number),
    brief(at),
    visible(changeText(change)) || '–',
    `+${lines.added} -${lines.removed}${files}`,
    end.kind === 'refused' ? '–' : end.how,
    visible(
      `${restores === undefined ? '' : `brings back set ${restores}, `}${shortened(confirmedText(end))}`,
    ),
  ];
}

/** The whole of it is shown with its set. */
function shortened(text: string): string {
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON)}…`;
}

/** To the second. */
function brief(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}

function markOf(set: SetReport | undefined, paint: Paint): string {
  if (set?.isLive) return paint('green', '●');
  return set?.end.kind === 'refused' ? paint('red', '✗') : ' ';
}

function withChange(change: SetChange): string {
  const text = changeText(change);
  return text === '' ? '' : `: ${text}`;
}

const HOW = { reload: 'by a reload', written: 'written only' } as const;

function endText(end: SetEnd): string {
  return end.kind === 'refused' ? confirmedText(end) : `${HOW[end.how]}, ${confirmedText(end)}`;
}

function confirmedText(end: SetEnd): string {
  switch (end.kind) {
    case 'confirmed':
      return `after ${seconds(end.afterMs)}`;
    case 'unasked':
      return 'not asked for';
    case 'pending':
      return `not seen: ${end.reason}`;
    case 'refused':
      return `refused: ${end.reason}`;
  }
}

function seconds(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
