import type { Clock } from '../../src/base/clock.ts';
import { type Look, paint } from './look.ts';
import { type PhaseReport, phaseLines } from './report.ts';
import type { Terminal } from './screen.ts';
import { BLANK, formatSeconds, type Line, span, trimEnd } from './text.ts';
import { type Step, type View, WIDEST } from './view.ts';

/** The demo in a log or a pipe: one line after the other, and no escape codes. */
export class PlainView implements View {
  readonly #terminal: Terminal;
  readonly #look: Look;
  readonly #clock: Clock;

  constructor(terminal: Terminal, look: Look, clock: Clock) {
    this.#terminal = terminal;
    this.#look = look;
    this.#clock = clock;
  }

  get columns(): number {
    return Math.min(WIDEST, this.#terminal.size().columns);
  }

  say(lines: readonly Line[]): void {
    const text = lines.map((line) => paint(trimEnd(line), Number.POSITIVE_INFINITY, { colors: 0 }));
    this.#terminal.write(text.map((line) => `${line}\n`).join(''));
  }

  begin(what: string): Step {
    const start = this.#clock.monotonic();
    this.say([[span(`${what} ${this.#look.glyphs.ellipsis}`)]]);
    return {
      detail: () => {
        // A log wants the outcome alone.
      },
      done: (text) => {
        this.say([[span(`${text} (${formatSeconds(this.#clock.monotonic() - start)})`)]]);
      },
    };
  }

  follow(): void {
    // The end of each phase is shown instead.
  }

  phase(report: PhaseReport): void {
    this.say([BLANK, ...phaseLines(report, this.columns, this.#look.glyphs)]);
  }

  rest(): void {
    // Nothing moves here.
  }

  [Symbol.dispose](): void {
    // Nothing to restore.
  }
}
