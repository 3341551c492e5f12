/** What the proxy says of a configuration with these and no others of the suspects. */
export type Answer<Stop> =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly reason: string }
  /** It could not be asked. */
  | { readonly kind: 'stopped'; readonly stop: Stop };

export type Found<Suspect, Stop> =
  | {
      readonly kind: 'found';
      readonly culprit: Suspect;
      /** What the proxy said of the smallest configuration with it that was tried. */
      readonly reason: string;
      /** How many of those before it are in order: all. */
      readonly index: number;
    }
  /** The questions are used up. */
  | { readonly kind: 'undecided' }
  | { readonly kind: 'stopped'; readonly stop: Stop };

/** How many questions may still be put. Shared by the searches of one run. */
export interface Budget {
  left: number;
}

/**
 * Finds the first suspect that the proxy does not accept together with all those before it, by
 * halving: `log2` of their number, rounded up, is how often it is asked.
 *
 * What is known before is that it rejects all of them together, for `reason`, and accepts a
 * configuration with none. A suspect that is in order alone, but not beside an earlier one, is a
 * culprit too: whoever comes first stays.
 *
 * @param suspects at least one
 * @param ask about the first so many of them
 */
export async function findCulprit<Suspect, Stop>(
  suspects: readonly Suspect[],
  reason: string,
  ask: (count: number) => Promise<Answer<Stop>>,
  budget: Budget,
): Promise<Found<Suspect, Stop>> {
  let accepted = 0;
  let rejected = suspects.length;
  let why = reason;
  while (rejected - accepted > 1) {
    if (budget.left === 0) return { kind: 'undecided' };
    budget.left -= 1;
    const middle = Math.floor((accepted + rejected) / 2);
    const answer = await ask(middle);
    if (answer.kind === 'stopped') return answer;
    if (answer.kind === 'accepted') accepted = middle;
    else {
      rejected = middle;
      why = answer.reason;
    }
  }
  const culprit = suspects[accepted];
  if (culprit === undefined) throw new Error('there is no suspect to choose from');
  return { kind: 'found', culprit, reason: why, index: accepted };
}
