import type { Fleet } from './fleet.ts';

/** What goes on: at a terminal the next one takes its place, and '' takes it away. */
export type Progress = (text: string) => void;

/** Containers of a real engine, made by the first benchmark that wants them. */
export type SharedFleet = () => Promise<Fleet>;

/** A benchmark of `make bench`. */
export interface Bench {
  /** What it is asked for by: `npm run bench -- NAME`. */
  readonly name: string;
  /** What its table shows and how that was measured, for the lines above it. */
  readonly about: (rounds: number) => string;
  /** At most so many rounds, whatever `ROUNDS` says; each costs seconds. */
  readonly most?: number;
  /** @returns a table. */
  readonly run: (rounds: number, progress: Progress, fleet: SharedFleet) => Promise<string>;
}
