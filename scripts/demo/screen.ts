import type { Space } from './frame.ts';
import { type Look, paint } from './look.ts';
import { clip, type Line, trimEnd, widthOf } from './text.ts';

export interface Terminal {
  readonly write: (text: string) => void;
  /** Asked at each drawing: windows change their size. */
  readonly size: () => Space;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_TO_LINE_END = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
// Terminals that know synchronized output show each drawing at once; the others ignore it.
const BEGIN_UPDATE = '\u001b[?2026h';
const END_UPDATE = '\u001b[?2026l';
// A window that has just become narrower may not have told its size yet: lines that wrapped there
// would move the region.
const NO_WRAP = '\u001b[?7l';
const WRAP = '\u001b[?7h';
const NEXT_LINE = '\r\n';

/**
 * A region at the end of a terminal's text that is redrawn in place, and the lines above it that
 * stay. The cursor rests below the region's last line.
 */
export class Screen implements Disposable {
  readonly #terminal: Terminal;
  readonly #look: Look;
  #drawn: readonly string[] = [];
  /** The visible length of each drawn line. */
  #lengths: readonly number[] = [];
  #columns = 0;
  #cursor: 'shown' | 'hidden' = 'shown';

  constructor(terminal: Terminal, look: Look) {
    this.#terminal = terminal;
    this.#look = look;
  }

  /** How much fits: one column less than there is, since a full line wraps, and one row less. */
  get space(): Space {
    const { columns, rows } = this.#terminal.size();
    return { columns: Math.max(1, columns - 1), rows: Math.max(1, rows - 1) };
  }

  /** Replaces the region; only lines that changed are written. */
  draw(lines: readonly Line[]): void {
    const { columns, rows } = this.space;
    const shown = lines.slice(0, rows).map((line) => trimEnd(clip(line, columns)));
    const painted = shown.map((line) => paint(line, columns, this.#look));
    let text = this.#top() + NO_WRAP;
    for (const [at, line] of painted.entries()) {
      text += line === this.#drawn[at] ? NEXT_LINE : line + ERASE_TO_LINE_END + NEXT_LINE;
    }
    text += WRAP;
    if (painted.length < this.#drawn.length) text += ERASE_BELOW;
    this.#drawn = painted;
    this.#lengths = shown.map(widthOf);
    this.#columns = this.#terminal.size().columns;
    this.#write(text);
  }

  /** Writes lines that stay, uncut, and takes the region away; the next drawing comes below them. */
  print(lines: readonly Line[]): void {
    const text = lines.map(
      (line) => paint(line, Number.POSITIVE_INFINITY, this.#look) + ERASE_TO_LINE_END + NEXT_LINE,
    );
    const region = this.#top();
    this.#forget();
    this.#write(region + text.join('') + ERASE_BELOW);
  }

  /** Takes the region away and gives the cursor back. The screen may be drawn on again. */
  [Symbol.dispose](): void {
    const region = this.#drawn.length > 0 ? this.#top() + ERASE_BELOW : '';
    const cursor = this.#cursor === 'hidden' ? SHOW_CURSOR : '';
    this.#forget();
    this.#cursor = 'shown';
    if (region !== '' || cursor !== '') this.#terminal.write(region + cursor);
  }

  #forget(): void {
    this.#drawn = [];
    this.#lengths = [];
  }

  /** Moves to the region's first line; when the width has changed, erases what became of it. */
  #top(): string {
    const { columns } = this.#terminal.size();
    if (this.#drawn.length === 0) return '\r';
    if (columns === this.#columns) return `\u001b[${this.#drawn.length}A\r`;
    // Terminals wrap what was written on a wider window again.
    const height = this.#lengths.reduce(
      (sum, length) => sum + Math.max(1, Math.ceil(length / Math.max(1, columns))),
      0,
    );
    this.#forget();
    return `\u001b[${height}A\r${ERASE_BELOW}`;
  }

  #write(text: string): void {
    const cursor = this.#cursor === 'hidden' ? '' : HIDE_CURSOR;
    this.#cursor = 'hidden';
    this.#terminal.write(BEGIN_UPDATE + cursor + text + END_UPDATE);
  }
}
