import type { Clock } from '../../src/base/clock.ts';
import { type Frame, frameLines } from './frame.ts';
import type { Look } from './look.ts';
import { Screen, type Terminal } from './screen.ts';
import { BLANK, formatSeconds, type Line, padOrCut, plain, span, spread } from './text.ts';
import { type Step, type View, WIDEST } from './view.ts';

const FRAME_MS = 80;

/** The demo on a terminal: what happens now is redrawn in place, what has happened stays above. */
export class LiveView implements View {
  readonly #screen: Screen;
  readonly #look: Look;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal, look: Look, clock: Clock) {
    this.#screen = new Screen(terminal, look);
    this.#look = look;
    this.#clock = clock;
  }

  get columns(): number {
    return Math.min(WIDEST, this.#screen.space.columns);
  }

  say(lines: readonly Line[]): void {
    this.#screen.print(lines);
  }

  begin(what: string): Step {
    const start = this.#clock.monotonic();
    let detail = '';
    this.#animate((turn) => [this.#stepLine(turn, what, detail, this.#clock.monotonic() - start)]);
    return {
      detail: (text) => {
        detail = text;
      },
      done: (text) => {
        this.rest();
        const took = ` (${formatSeconds(this.#clock.monotonic() - start)})`;
        this.say([[span(`${this.#look.glyphs.done} `, 'good'), span(text), span(took, 'faint')]]);
      },
    };
  }

  follow(frame: (turn: number) => Frame): void {
    this.#animate((turn) => {
      const { rows } = this.#screen.space;
      const lines = frameLines(frame(turn), { columns: this.columns, rows }, this.#look.glyphs);
      return lines.length < rows ? [BLANK, ...lines] : lines;
    });
  }

  phase(): void {
    // The next frame shows it.
  }

  rest(): void {
    clearInterval(this.#timer);
    this.#screen[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.rest();
  }

  #stepLine(turn: number, what: string, detail: string, tookMs: number): Line {
    const { glyphs } = this.#look;
    const left = [
      span(`${glyphs.spinner[turn % glyphs.spinner.length]} `, 'accent'),
      span(what),
      span('  '),
    ];
    const right = span(` ${formatSeconds(tookMs)}`, 'faint');
    const room = this.columns - what.length - 4 - right.text.length;
    const shown = room < 8 ? '' : padOrCut(plain(detail), room, glyphs.ellipsis);
    return spread([...left, span(shown, 'faint')], [right], this.columns);
  }

  #animate(lines: (turn: number) => readonly Line[]): void {
    clearInterval(this.#timer);
    let turn = 0;
    const draw = () => {
      this.#screen.draw(lines(turn));
      turn += 1;
    };
    draw();
    this.#timer = setInterval(draw, FRAME_MS);
  }
}
