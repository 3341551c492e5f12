import { bar, barLines, type Row } from './bars.ts';
import type { Glyphs } from './look.ts';
import {
  BLANK,
  flow,
  formatCount,
  formatElapsed,
  formatLatency,
  type Ink,
  type Line,
  plain,
  span,
  spread,
  widthOf,
} from './text.ts';

/** A phase on the way through the demo. */
export interface Stop {
  readonly replicas: number;
  readonly status: 'done' | 'now' | 'next';
}

export interface Totals {
  readonly requests: number;
  readonly failed: number;
  /** The most frequent reason of the failures. */
  readonly reason?: string;
  readonly p50?: number;
  readonly p95?: number;
  readonly perSecond: number;
}

export interface Frame {
  readonly elapsedMs: number;
  readonly stops: readonly Stop[];
  readonly heading: string;
  /** What is being waited for, from the longest way to say it to the shortest. */
  readonly details: readonly string[];
  /** How far that is, 0 to 1; absent where it cannot be told. */
  readonly progress?: number;
  readonly rows: readonly Row[];
  /** What each of the expected replicas would have if all were served alike, 0 to 1. */
  readonly evenShare: number;
  readonly totals: Totals;
  /** One of the latest answers; it changes only as often as a person can read. */
  readonly latest?: { readonly path: string; readonly isPrime: boolean; readonly by: string };
  /** Counts up with each frame drawn. */
  readonly turn: number;
}

export interface Space {
  readonly columns: number;
  readonly rows: number;
}

/** What the screen shows while requests flow, from top to bottom, in no more lines than it has. */
export function frameLines(frame: Frame, space: Space, glyphs: Glyphs): Line[] {
  const columns = Math.max(20, space.columns);
  const indent = columns >= 60 ? 2 : 0;
  const inner = columns - 2 * indent;
  const sections: Line[][] = [
    [stopsLine(frame, inner, glyphs)],
    [headingLine(frame, inner, glyphs)],
    barLines(frame.rows, { columns: inner, evenShare: frame.evenShare, rates: true }, glyphs),
    [...totalsLines(frame.totals, inner, glyphs), latestLine(frame.latest, inner, glyphs)],
  ];
  return squeeze(sections, space.rows).map((line) =>
    line.length === 0 ? line : [span(' '.repeat(indent)), ...line],
  );
}

/** The sections with a blank line between them, as far as there is room for that. */
function squeeze(sections: readonly Line[][], rows: number): Line[] {
  const airy = sections.flatMap((section, at) => (at === 0 ? section : [BLANK, ...section]));
  return airy.length <= rows ? airy : sections.flat().slice(0, Math.max(1, rows));
}

function stopsLine({ stops, elapsedMs }: Frame, columns: number, glyphs: Glyphs): Line {
  const inks: Readonly<Record<Stop['status'], Ink>> = {
    done: 'good',
    now: 'strong',
    next: 'faint',
  };
  const word = columns >= 60 ? ' replicas' : '';
  const line = stops.flatMap(({ replicas, status }, at) => [
    ...(at === 0 ? [] : [span(`  ${glyphs.arrow}  `, 'faint')]),
    span(`${glyphs[status]} ${replicas}${word}`, inks[status]),
  ]);
  return spread(line, [span(formatElapsed(elapsedMs), 'faint')], columns);
}

function headingLine(frame: Frame, columns: number, glyphs: Glyphs): Line {
  const spinner = glyphs.spinner[frame.turn % glyphs.spinner.length] ?? '';
  const left = [span(`${spinner} `, 'accent'), span(frame.heading, 'strong')];
  const room = columns - widthOf(left) - 2;
  const gauge = frame.progress === undefined ? [] : gaugeOf(frame.progress, glyphs);
  for (const part of [gauge, []]) {
    const detail = frame.details.find((text) => widthOf(part) + text.length <= room);
    if (detail !== undefined) return spread(left, [...part, span(detail, 'faint')], columns);
  }
  return left;
}

const GAUGE_CELLS = 16;

function gaugeOf(progress: number, glyphs: Glyphs): Line {
  const [open, close] = glyphs.edges;
  const text = bar(progress, GAUGE_CELLS, glyphs);
  return [span(open, 'faint'), span(text, 'accent'), span(`${close} `, 'faint')];
}

/** Requests, failures and latency, on as many lines as they need. */
export function totalsLines(totals: Totals, columns: number, glyphs: Glyphs): Line[] {
  const { requests, failed, reason, p50, p95, perSecond } = totals;
  const items: Line[] = [
    [span(formatCount(requests), 'strong'), span(' requests')],
    [
      span(`${formatCount(failed)} failed`, failed === 0 ? 'good' : 'bad'),
      ...(reason === undefined ? [] : [span(` (${plain(reason)})`, 'bad')]),
    ],
    [span(`${perSecond.toFixed(0)}/s`)],
    ...(p50 === undefined ? [] : [[span('p50 ', 'faint'), span(formatLatency(p50))]]),
    ...(p95 === undefined ? [] : [[span('p95 ', 'faint'), span(formatLatency(p95))]]),
  ];
  return flow(items, span(` ${glyphs.separator} `, 'faint'), columns);
}

function latestLine(latest: Frame['latest'], columns: number, glyphs: Glyphs): Line {
  if (latest === undefined) return BLANK;
  const { path, isPrime, by } = latest;
  const wide = columns >= 60;
  return [
    span(`${wide ? 'GET ' : ''}${path} ${glyphs.arrow} `, 'faint'),
    span(isPrime ? 'prime' : 'not prime', isPrime ? 'good' : undefined),
    span(`, ${wide ? 'says ' : ''}${plain(by)}`, 'faint'),
  ];
}
