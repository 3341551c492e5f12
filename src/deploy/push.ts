/** An image that somebody pushed to a registry, as a web hook tells of it. */
export interface Push {
  /** Without the registry's host, such as `team/web`. */
  readonly repository: string;
  readonly tag: string;
  /** Of the manifest; absent where the web hook does not say. */
  readonly digest?: string;
  /** The same for each delivery of the same push; absent where the web hook does not tell them apart. */
  readonly key?: string;
  /** Who wants to hear what came of it; as it was given. */
  readonly callbackUrl?: string;
}

/** What a request's body says. */
export type ParsedHook =
  | { readonly kind: 'docker-hub'; readonly push: Push }
  /** Of many events, those that are pushes of a tag; `others` counts the rest. */
  | { readonly kind: 'registry'; readonly pushes: readonly Push[]; readonly others: number }
  | { readonly kind: 'malformed'; readonly reason: string };
