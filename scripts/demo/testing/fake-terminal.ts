import type { Space } from '../frame.ts';
import type { Terminal } from '../screen.ts';

/**
 * A terminal's screen, as far as the demo uses one: text, line ends, cursor up, erasing, wrapping,
 * the cursor's visibility. It wraps its lines anew when it is resized, as most terminals do.
 */
export class FakeTerminal implements Terminal {
  /** Everything that was written, one entry a call. */
  readonly writes: string[] = [];
  cursorVisible = true;
  /** The rows; a row that was wrapped goes on in the next one. */
  #rows: { text: string; wrapped: boolean }[] = [{ text: '', wrapped: false }];
  #row = 0;
  #column = 0;
  #wrap: 'on' | 'off' = 'on';
  #size: Space;

  constructor(size: Space) {
    this.#size = size;
  }

  readonly size = (): Space => this.#size;

  readonly write = (text: string): void => {
    this.writes.push(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is about
    for (const [token] of text.matchAll(/\u001b\[[?\d;]*[a-zA-Z]|[\s\S]/g)) this.#take(token);
  };

  /** What a person sees, the blank ends left out. */
  get text(): string {
    return this.#rows
      .map(({ text }) => text.trimEnd())
      .join('\n')
      .trimEnd();
  }

  resize(size: Space): void {
    const lines = this.#rows.reduce<string[]>((joined, { text }, at) => {
      if (this.#rows[at - 1]?.wrapped === true) joined.push((joined.pop() ?? '') + text);
      else joined.push(text);
      return joined;
    }, []);
    const fromEnd = this.#rows.length - this.#row;
    this.#rows = lines.flatMap((line) => {
      const parts = line.match(new RegExp(`.{1,${size.columns}}`, 'g')) ?? [''];
      return parts.map((text, at) => ({ text, wrapped: at < parts.length - 1 }));
    });
    this.#row = this.#rows.length - fromEnd;
    this.#size = size;
  }

  #take(token: string): void {
    if (token === '\r') this.#column = 0;
    else if (token === '\n') this.#down();
    else if (token.startsWith('\u001b')) this.#control(token.slice(2));
    else this.#put(token);
  }

  #control(code: string): void {
    const row = this.#current();
    if (/^\d+A$/.test(code)) this.#row = Math.max(0, this.#row - Number.parseInt(code, 10));
    else if (code === 'K') row.text = row.text.slice(0, this.#column);
    else if (code === 'J') {
      row.text = row.text.slice(0, this.#column);
      this.#rows.length = this.#row + 1;
    } else if (code === '?25l') this.cursorVisible = false;
    else if (code === '?25h') this.cursorVisible = true;
    else if (code === '?7l') this.#wrap = 'off';
    else if (code === '?7h') this.#wrap = 'on';
    else if (!/^(\?2026[hl]|[\d;]*m)$/.test(code)) throw new Error(`Unknown: ESC[${code}`);
  }

  #put(char: string): void {
    if (this.#column === this.#size.columns) {
      if (this.#wrap === 'off') return;
      this.#current().wrapped = true;
      this.#down();
      this.#column = 0;
    }
    const row = this.#current();
    row.text =
      row.text.slice(0, this.#column).padEnd(this.#column) +
      char +
      row.text.slice(this.#column + 1);
    this.#column += 1;
  }

  #down(): void {
    this.#row += 1;
    if (this.#row === this.#rows.length) this.#rows.push({ text: '', wrapped: false });
  }

  #current(): { text: string; wrapped: boolean } {
    const row = this.#rows[this.#row];
    if (row === undefined) throw new Error(`There is no row ${this.#row}`);
    return row;
  }
}
