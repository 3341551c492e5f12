import { quantile } from '../../bench/stats.ts';

/** How one request ended. */
export type Outcome =
  | { readonly kind: 'answered'; readonly by: string; readonly isPrime: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

export interface Answer {
  /** When the request ended, in milliseconds of a clock that never goes back. */
  readonly at: number;
  readonly tookMs: number;
  readonly integer: number;
  readonly outcome: Outcome;
}

/** Answers in the order in which they came. */
export type Answers = readonly Answer[];

/** The answers of the time span, its end not included. */
export function between(answers: Answers, from: number, to = Number.POSITIVE_INFINITY): Answers {
  return answers.filter(({ at }) => at >= from && at < to);
}

/** How many requests each replica answered, by its name in the answers. */
export function countByReplica(answers: Answers): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of answers) {
    if (outcome.kind === 'answered') counts.set(outcome.by, (counts.get(outcome.by) ?? 0) + 1);
  }
  return counts;
}

/** How many requests failed, by reason, the most frequent one first. */
export function failures(answers: Answers): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of answers) {
    if (outcome.kind === 'failed') {
      counts.set(outcome.reason, (counts.get(outcome.reason) ?? 0) + 1);
    }
  }
  return new Map([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

export function failedCount(answers: Answers): number {
  return answers.filter(({ outcome }) => outcome.kind === 'failed').length;
}

/** The last answers of replicas, failed requests left out. */
export function lastAnswered(answers: Answers, count: number): Answers {
  const last: Answer[] = [];
  for (let at = answers.length - 1; at >= 0 && last.length < count; at -= 1) {
    const answer = answers[at];
    if (answer?.outcome.kind === 'answered') last.unshift(answer);
  }
  return last;
}

/**
 * The time within which that part of the answered requests was answered, in milliseconds; nothing
 * where none was.
 */
export function percentile(answers: Answers, part: number): number | undefined {
  const times = answers
    .filter(({ outcome }) => outcome.kind === 'answered')
    .map(({ tookMs }) => tookMs);
  return times.length === 0 ? undefined : quantile(times, part);
}

/**
 * The latest answers that came from the expected replicas and from no other, as of the moment
 * when each of them had answered. Empty while one is missing. Failed requests neither count nor
 * break it.
 */
export function streak(answers: Answers, expected: ReadonlySet<string>): Answers {
  const missing = new Set(expected);
  let run: Answer[] = [];
  for (const answer of answers) {
    if (answer.outcome.kind === 'failed') continue;
    const { by } = answer.outcome;
    if (!expected.has(by)) {
      run = [];
      for (const one of expected) missing.add(one);
    } else if (missing.size > 0) {
      missing.delete(by);
    } else {
      run.push(answer);
    }
  }
  return run;
}
