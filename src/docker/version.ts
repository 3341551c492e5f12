/** The newest API version whose answers tsgen was tried with. */
const NEWEST_KNOWN = '1.51';

/**
 * The API version to speak: the engine's newest, but none that tsgen does not know, unless the
 * engine speaks only newer ones.
 */
export function negotiate(engine: {
  readonly newest: string | undefined;
  readonly oldest: string | undefined;
}): string {
  const newest = engine.newest || NEWEST_KNOWN;
  const wanted = compare(newest, NEWEST_KNOWN) < 0 ? newest : NEWEST_KNOWN;
  const oldest = engine.oldest || wanted;
  return compare(wanted, oldest) < 0 ? oldest : wanted;
}

function compare(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
