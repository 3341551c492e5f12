import type { DemoResult } from './demo.ts';
import type { Glyphs } from './look.ts';
import { nextStepsLines } from './next-steps.ts';
import { failureLines, phaseFailureLines, phasesTable } from './report.ts';
import type { Settings } from './settings.ts';
import { failures } from './tally.ts';
import { BLANK, inWords, type Line, span, wrap } from './text.ts';
import { timelineLines } from './timeline.ts';

/** The end of the demo: who answered when, the phases in figures, and what to type next. */
export function summaryLines(
  result: DemoResult,
  settings: Settings,
  columns: number,
  glyphs: Glyphs,
): Line[] {
  const { answers, replicas, phases, marks, failure } = result;
  const from = marks[0]?.at ?? 0;
  const to = answers.at(-1)?.at ?? from;
  const timeline = timelineLines({ answers, replicas, marks, from, to }, columns, glyphs);
  const last = failure === undefined ? phases.at(-1) : undefined;
  const running =
    last === undefined
      ? 'The stack goes on running.'
      : `The stack goes on running, with ${inWords(last.replicas)} replicas.`;
  return [
    BLANK,
    ...(timeline.length === 0
      ? []
      : [[span('Who answered, from the first request to the last', 'strong')], BLANK, ...timeline]),
    BLANK,
    ...(phases.length === 0 ? [] : phasesTable(phases, columns, glyphs)),
    BLANK,
    ...(failure === undefined
      ? failureLines(failures(answers), answers.length)
      : phaseFailureLines(failure, columns, glyphs)),
    BLANK,
    ...wrap(`${running} What to type next:`, columns).map((text): Line => [span(text, 'strong')]),
    BLANK,
    ...nextStepsLines(settings, columns),
  ];
}
