/** Whose words tsgen understands, and how much it lets containers say. */
export interface Vocabulary {
  /** Also dockercloud-haproxy's variables under their own names. */
  readonly dockercloud: boolean;
  /** Containers may speak the proxy's own language. */
  readonly allowsRaw: boolean;
}

/** The same object in each call. */
export const OWN_VOCABULARY: Vocabulary = Object.freeze({ dockercloud: false, allowsRaw: false });
