const KEPT = 200;
const MAX_LENGTH = 2_000;

/** The last lines that a program wrote, and when. */
export class RecentLines {
  readonly #now: () => number;
  #lines: readonly { readonly at: number; readonly text: string }[] = [];
  #rest = '';

  /** @param now milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LENGTH);
    const at = this.#now();
    const added = lines.map((line) => ({ at, text: line.slice(0, MAX_LENGTH) }));
    this.#lines = [...this.#lines, ...added].slice(-KEPT);
  }

  /** Those since a moment, line by line. */
  since(ms: number): string {
    return this.#lines
      .filter(({ at }) => at >= ms)
      .map(({ text }) => text)
      .join('\n');
  }
}
