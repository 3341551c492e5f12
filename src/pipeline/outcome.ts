import type { ApplyResult } from '../output/output.ts';

/**
 * What came of one run of the pipeline. `unchanged`, `applied`, `rejected` and `failed` are what
 * output says of a rendering; before there is one,
 *
 * - `waiting` means that the proxy's container does not run: its networks are not known, nothing
 *   was rendered, and its start begins the next run;
 * - `failed` at stage `template` means that the template could not be read, parsed or rendered,
 *   at stage `engine` that the engine could not tell which containers fit the filters, at stage
 *   `unexpected` a fault in tsgen itself.
 */
export type Outcome =
  | ApplyResult
  | { readonly kind: 'waiting'; readonly message: string }
  | {
      readonly kind: 'failed';
      readonly stage: 'template' | 'engine' | 'unexpected';
      readonly message: string;
      readonly retry: boolean;
      /** The fault itself, for who wants more than words. */
      readonly cause?: unknown;
    };

/** What is live is what was asked for: the files are written and the proxy was told. */
export function isLive(outcome: Outcome): boolean {
  return (outcome.kind === 'applied' || outcome.kind === 'unchanged') && !outcome.owed;
}

/** What was asked for is not live, but what the proxy took last is: it was seen to run it. */
export function isBack(outcome: Outcome): boolean {
  return outcome.kind === 'rejected' && outcome.restored === true && !!outcome.confirmed;
}

/** The proxy was told, and not waited for, because there is something newer. */
export function isSuperseded(outcome: Outcome): boolean {
  return (
    (outcome.kind === 'applied' || outcome.kind === 'unchanged') && outcome.superseded === true
  );
}

/** The same run again, without any change, may end better. */
export function isWorthRetrying(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'failed':
      return outcome.retry;
    case 'applied':
    case 'unchanged':
      return outcome.owed;
    case 'rejected':
      // The fault may lie beside the candidate, in another file that the proxy reads.
      return true;
    case 'waiting':
    case 'aborted':
      return false;
  }
}

function howTold({ told }: Extract<Outcome, { kind: 'applied' }>): string {
  if (!told) return '';
  const [how, what] =
    told.kind === 'at-run-time' ? ['at run time', told.changes] : ['by a reload', told.reason];
  return `, ${how}${what ? ` (${what})` : ''}`;
}

const OWED = ', but the proxy could not be told yet';

/** One phrase or sentence for people. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'unchanged':
      return `nothing changed${outcome.owed ? OWED : ''}`;
    case 'applied':
      return `applied${howTold(outcome)}${outcome.owed ? OWED : ''}`;
    case 'aborted':
      return 'given up: tsgen was told to stop';
    case 'rejected':
    case 'waiting':
    case 'failed':
      return outcome.message;
  }
}
