import type { SetEnd, SetHow } from '../output/history-set.ts';
import type { ApplyResult } from '../output/output.ts';

/** What of a result the history has something to say of: the check or the proxy had its say. */
type Verdict = Exclude<ApplyResult, { kind: 'aborted' }>;

/** `undefined` where nothing was tried, or came to nothing before anybody had a say. */
export function verdictOf(result: ApplyResult): Verdict | undefined {
  if (result.kind === 'aborted') return undefined;
  const isEarly =
    result.kind === 'failed' && result.stage !== 'notify' && result.stage !== 'confirm';
  return isEarly ? undefined : result;
}

const NOT_TOLD = 'the proxy could not be told yet';
const SUPERSEDED = 'something newer came before it was seen to run it';

/** What came of a set that was not live before. */
export function endOf(verdict: Verdict, afterMs: number): SetEnd {
  if (verdict.kind === 'rejected') {
    return { kind: 'refused', reason: verdict.reason ?? verdict.message };
  }
  if (verdict.kind === 'failed') {
    return { kind: 'pending', how: 'reload', reason: verdict.message };
  }
  const how = howOf(verdict);
  if (verdict.confirmed !== undefined) return { kind: 'confirmed', how, afterMs };
  if (verdict.superseded) return { kind: 'pending', how, reason: SUPERSEDED };
  return verdict.owed ? { kind: 'pending', how, reason: NOT_TOLD } : { kind: 'unasked', how };
}

/** What is known of a set that was live before, and now. */
export function laterEndOf(end: SetEnd, verdict: Verdict, afterMs: number): SetEnd {
  const now = endOf(verdict, afterMs);
  if (now.kind === 'refused' || end.kind === 'refused') return now;
  // What was seen once, or needs not be seen, stays so: it is asked for again every minute.
  if (end.kind !== 'pending') return end;
  return { ...now, how: now.how === 'written' ? end.how : now.how };
}

function howOf(verdict: Extract<Verdict, { kind: 'applied' | 'unchanged' }>): SetHow {
  const isTold =
    verdict.kind === 'applied'
      ? verdict.notifications.some(({ kind }) => kind === 'done')
      : verdict.notified;
  return isTold ? 'reload' : 'written';
}
