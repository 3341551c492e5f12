import { barLines, type Row } from './bars.ts';
import { type Totals, totalsLines } from './frame.ts';
import type { Glyphs } from './look.ts';
import {
  BLANK,
  formatCount,
  formatLatency,
  formatSeconds,
  type Ink,
  type Line,
  plain,
  span,
  wrap,
} from './text.ts';

/** What came of a phase whose condition was met. */
export interface PhaseReport {
  readonly replicas: number;
  /** How many answers in a row, the last ones of the phase, came from the expected replicas. */
  readonly inARow: number;
  /** The replicas' parts of those answers. */
  readonly rows: readonly Row[];
  /** Of the whole phase, the scaling included. */
  readonly totals: Totals;
  readonly failures: ReadonlyMap<string, number>;
  readonly tookMs: number;
}

/** What came of a phase whose condition was not met in time. */
export interface PhaseFailure {
  readonly replicas: number;
  readonly reason: string;
  readonly expected: readonly string[];
  /** Who answered lately, with how many answers. */
  readonly seen: ReadonlyMap<string, number>;
  readonly totals: Totals;
  readonly failures: ReadonlyMap<string, number>;
  /** The last lines of tsgen's log. */
  readonly log: readonly string[];
}

/** A phase for logs: a heading, the bars, the totals. */
export function phaseLines(report: PhaseReport, columns: number, glyphs: Glyphs): Line[] {
  const { replicas, inARow, rows, totals, tookMs } = report;
  return [
    [
      span(`${replicas} replicas`, 'strong'),
      span(`: the last ${formatCount(inARow)} answers came from all of them and from no other`),
    ],
    BLANK,
    ...barLines(rows, { columns, evenShare: 1 / replicas, rates: false }, glyphs),
    BLANK,
    ...totalsLines(totals, columns, glyphs),
    [span(`This phase took ${formatSeconds(tookMs)}`, 'faint')],
  ];
}

/** All phases, one a line; the columns that fit. */
export function phasesTable(
  reports: readonly PhaseReport[],
  columns: number,
  glyphs: Glyphs,
): Line[] {
  const wide = columns >= 72;
  const header = ['phase', 'requests', 'failed', 'share of each', ...(wide ? ['p50', 'p95'] : [])];
  const body = reports.map(({ replicas, rows, totals }) => [
    wide ? `${replicas} replicas` : String(replicas),
    formatCount(totals.requests),
    formatCount(totals.failed),
    shareRange(rows, glyphs),
    ...(wide ? [latency(totals.p50, glyphs), latency(totals.p95, glyphs)] : []),
  ]);
  const widths = header.map((title, at) =>
    Math.max(title.length, ...body.map((cells) => cells[at]?.length ?? 0)),
  );
  const gap = columns >= 56 ? '   ' : ' ';
  const row = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join(gap);
  return [
    [span(row(header), 'faint')],
    ...body.map((cells, at): Line => {
      const failed = (reports[at]?.totals.failed ?? 0) > 0;
      return [failed ? span(row(cells), 'warn') : span(row(cells))];
    }),
  ];
}

/** The smallest and the largest part that a replica had: `16.4 – 16.8 %`. */
function shareRange(rows: readonly Row[], { dash }: Glyphs): string {
  const shares = rows.map(({ share }) => share);
  if (shares.length === 0) return dash;
  const percent = (share: number) => (share * 100).toFixed(1);
  return `${percent(Math.min(...shares))} ${dash} ${percent(Math.max(...shares))} %`;
}

function latency(ms: number | undefined, { dash }: Glyphs): string {
  return ms === undefined ? dash : formatLatency(ms);
}

/** Why requests failed, or that none did. */
export function failureLines(failures: ReadonlyMap<string, number>, requests: number): Line[] {
  if (failures.size === 0) {
    return [[span(`None of the ${formatCount(requests)} requests failed.`, 'good')]];
  }
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  return [
    [span(`${formatCount(failed)} of the ${formatCount(requests)} requests failed:`, 'bad')],
    ...[...failures].map(
      ([reason, count]): Line => [span(`${formatCount(count).padStart(6)} x ${plain(reason)}`)],
    ),
  ];
}

/** What was expected, who was seen instead, and what tsgen said about it. */
export function phaseFailureLines(failure: PhaseFailure, columns: number, glyphs: Glyphs): Line[] {
  const { replicas, reason, expected, seen, totals, failures, log } = failure;
  const list = (names: readonly string[]) =>
    names.length === 0 ? 'nobody' : names.map(plain).join(', ');
  const tell = (text: string, ink?: Ink) =>
    wrap(text, columns).map((line): Line => [span(line, ink)]);
  return [
    ...tell(`${glyphs.failed} ${replicas} replicas: ${plain(reason)}`, 'bad'),
    ...tell(`expected: ${list(expected)}`),
    ...tell(`answered lately: ${list([...seen].map(([name, count]) => `${name} (${count})`))}`),
    ...failureLines(failures, totals.requests),
    BLANK,
    [span("The last lines of tsgen's log:", 'strong')],
    ...(log.length === 0 ? [[span('(none)', 'faint')]] : log.map((line) => [span(plain(line))])),
  ];
}
