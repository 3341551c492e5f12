/** Something that is kept beside the destination, for the next start of tsgen. */
export interface StateNote {
  /** `undefined` when there is none, or none that can be read. */
  read(): Promise<Readonly<Record<string, unknown>> | undefined>;
  write(note: Readonly<Record<string, unknown>>): Promise<void>;
}
