import type { Frame } from './frame.ts';
import type { PhaseReport } from './report.ts';
import type { Line } from './text.ts';

/** A piece of work that takes a while and ends with `done`. */
export interface Step {
  /** What it is at. */
  detail(text: string): void;
  done(text: string): void;
}

/** How a person follows the demo: on a terminal in place, elsewhere line by line. */
export interface View extends Disposable {
  readonly columns: number;
  /** Lines that stay. */
  say(lines: readonly Line[]): void;
  begin(what: string): Step;
  /** Shows the frames from now on; `turn` counts how many have been drawn. */
  follow(frame: (turn: number) => Frame): void;
  phase(report: PhaseReport): void;
  /** Frames end here. */
  rest(): void;
}

/** Lines that are longer than this are hard to follow. */
export const WIDEST = 120;
