/** What a validator makes of a text: a value to go on with, or why it is none. */
export type Validated<T> =
  | { readonly kind: 'valid'; readonly value: T }
  | { readonly kind: 'invalid'; readonly reason: string };

export function valid<T>(value: T): Validated<T> {
  return { kind: 'valid', value };
}

export function invalid(reason: string): { readonly kind: 'invalid'; readonly reason: string } {
  return { kind: 'invalid', reason };
}
