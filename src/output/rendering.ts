import type { Roster } from '../proxies/runtime-members.ts';

/** What was rendered for one destination set, ready to be checked and swapped in. */
export interface Rendering {
  /** The first is the main file: its rename commits them all. */
  readonly files: readonly [RenderedFile, ...RenderedFile[]];
  /**
   * A hash of template, settings and model without the members: it changes when a proxy has to
   * load anew, and stays when only members come and go.
   */
  readonly generation: string;
  /**
   * What the proxy answers when it runs this: a hash of `generation` and what else a reload may be
   * for, such as the members; with a roster the generation and the digest of that. Absent when the
   * text does not spell it, so that nobody can ask.
   */
  readonly revision?: string;
  /** The members as the proxy is told of them while it runs; absent where each is a reload. */
  readonly roster?: Roster;
  /**
   * What the proxy could notice of it, as a hash: two renderings with the same effect differ in
   * comments alone. Absent when nobody can say, as with a template of the user's own.
   */
  readonly effect?: string;
  /** How many containers it was rendered from, for the log. */
  readonly containerCount: number;
}

export interface RenderedFile {
  /** Absolute; on standard output '' or a path as the template says it. */
  readonly path: string;
  /** Of a side file: it must lie in the destination's folder, whatever the links on the way. */
  readonly confined?: true;
  /** Of a side file: where it cannot be it is left out, with a warning. */
  readonly optional?: true;
  /** The text in parts. A part that did not change is the same string as before. */
  readonly chunks: readonly string[];
}
