import type { Glyphs } from './look.ts';
import type { ReplicaState } from './replicas.ts';
import {
  formatCount,
  formatShare,
  type Ink,
  type Line,
  padOrCut,
  plain,
  span,
  widthOf,
} from './text.ts';

/** One replica's part of what is shown. */
export interface Row {
  readonly name: string;
  /** `unknown`: it answers, but is none of the stack's replicas. */
  readonly state: ReplicaState | 'new' | 'unknown';
  /** Its place in the list of all replicas, which gives it its colour. */
  readonly place: number;
  readonly answers: number;
  /** Its part of the latest answers, 0 to 1. */
  readonly share: number;
  readonly perSecond: number;
}

const MARKS: Readonly<Record<Row['state'], string>> = {
  ready: ' ',
  new: '+',
  starting: '~',
  leaving: '-',
  gone: 'x',
  unknown: '?',
};
const STATUS: Readonly<Record<Row['state'], string>> = {
  ready: '',
  new: 'new',
  starting: 'starting',
  leaving: 'draining',
  gone: 'gone',
  unknown: 'unknown',
};
const LONGEST_NAME = 16;

export interface BarOptions {
  readonly columns: number;
  readonly evenShare: number;
  /** Whether there is a column for answers a second. */
  readonly rates: boolean;
}

/**
 * A line that marks where the bars end if all are served alike, then one a replica with its bar
 * and its figures. A full bar is half of the requests, or the largest share if that is more: so
 * the bars of two replicas fill the width, and become shorter as others join.
 */
export function barLines(
  rows: readonly Row[],
  { columns, evenShare, rates }: BarOptions,
  glyphs: Glyphs,
): Line[] {
  const narrow = columns < 56;
  const names = rows.map(({ name }) => plain(name));
  const nameWidth = Math.min(
    narrow ? 8 : LONGEST_NAME,
    Math.max(5, ...names.map((name) => name.length)),
  );
  const figures = rows.map((row) => figuresOf(row, narrow, rates && columns >= 60));
  const figuresWidth = figures.length === 0 ? 0 : widthOf(figures[0] ?? []);
  const cells = Math.max(1, columns - nameWidth - 1 - figuresWidth);
  const full = Math.max(0.5, ...rows.map(({ share }) => share));
  const lines = rows.map((row, at): Line => {
    const ink = inkOf(row);
    return [
      span(padOrCut(names[at] ?? '', nameWidth, glyphs.ellipsis), ink),
      span(' '),
      span(bar(row.share / full, cells, glyphs), ink),
      ...(figures[at] ?? []),
    ];
  });
  const tick = tickText(evenShare, evenShare / full, cells, glyphs).padEnd(cells);
  const titles = [
    'share'.padStart(8),
    rates && columns >= 60 ? 'rate'.padStart(9) : '',
    narrow ? 'count'.padStart(6) : 'answers'.padStart(8),
  ];
  const header = `${' '.repeat(nameWidth + 1)}${tick}${titles.join('')}`;
  return [[span(header, 'faint')], ...lines];
}

function inkOf({ state, place }: Row): Ink {
  if (state === 'leaving') return 'warn';
  if (state === 'unknown') return 'bad';
  return state === 'gone' || state === 'starting' ? 'faint' : { replica: place };
}

function figuresOf(row: Row, narrow: boolean, rates: boolean): Line {
  const { state } = row;
  const ink: Ink | undefined = state === 'gone' ? 'faint' : undefined;
  // Zeros of those that are not there yet, or no more, say nothing.
  const here = row.share > 0 || (state !== 'gone' && state !== 'starting');
  const statusInk: Ink =
    state === 'leaving' ? 'warn' : state === 'unknown' ? 'bad' : state === 'new' ? 'good' : 'faint';
  const status = narrow ? ` ${MARKS[state]}` : ` ${STATUS[state].padEnd(8)}`;
  return [
    span((here ? formatShare(row.share) : '').padStart(8), ink),
    ...(rates ? [span((here ? `${row.perSecond.toFixed(1)}/s` : '').padStart(9), 'faint')] : []),
    span((row.answers > 0 ? formatCount(row.answers) : '').padStart(narrow ? 6 : 8), ink),
    span(status, statusInk),
  ];
}

/** Exactly as many columns as there are cells; what is not nothing shows. */
export function bar(part: number, cells: number, { bar: steps }: Glyphs): string {
  const fine = steps.length;
  const units = Math.round(Math.min(1, Math.max(0, part)) * cells * fine);
  const shown = part > 0 ? Math.max(1, units) : 0;
  const rest = shown % fine;
  const text = (steps[fine - 1] ?? '').repeat(Math.floor(shown / fine));
  return (text + (rest === 0 ? '' : (steps[rest - 1] ?? ''))).padEnd(cells);
}

function tickText(share: number, part: number, cells: number, glyphs: Glyphs): string {
  if (!(part > 0 && part <= 1)) return '';
  const at = Math.min(cells - 1, Math.max(0, Math.ceil(part * cells) - 1));
  const label = `even share ${formatShare(share)}`;
  if (at + 2 + label.length <= cells) return `${' '.repeat(at)}${glyphs.tick} ${label}`;
  return `${at > label.length ? `${label} `.padStart(at) : ' '.repeat(at)}${glyphs.tick}`;
}
