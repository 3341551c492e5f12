/** One line that the next one takes the place of; '' takes it away. */
export type Progress = (text: string) => void;

/** A benchmark of `make bench`. */
export interface Bench {
  /** What it is asked for by: `npm run bench -- NAME`. */
  readonly name: string;
  /** What its table shows and how that was measured, for the lines above it. */
  readonly about: (rounds: number) => string;
  /** At most so many rounds, whatever `ROUNDS` says; each costs seconds. */
  readonly most?: number;
  /** @returns a table. */
  readonly run: (rounds: number, progress: Progress) => Promise<string>;
}
