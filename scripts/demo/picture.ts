import type { Row } from './bars.ts';
import type { Totals } from './frame.ts';
import type { Replica } from './replicas.ts';
import {
  type Answers,
  between,
  countByReplica,
  failedCount,
  failures,
  lastAnswered,
  percentile,
} from './tally.ts';

/** How far back the answers a second are counted. */
const RATE_MS = 3000;
/** Bars show the latest answers: as many as divide evenly by two, three and six … */
const SHARE_ANSWERS = 120;
/** … but none older than this, so that they do not outlive the traffic. */
const SHARE_MS = 6000;

export interface PictureInput {
  /** All answers so far. */
  readonly answers: Answers;
  readonly replicas: readonly Replica[];
  /** The name of whoever answers so, replicas that have left the list included. */
  readonly nameOf: (hostname: string) => string | undefined;
  readonly now: number;
  /** When the first request was sent. */
  readonly since: number;
}

/** The replicas as they do now, and after them whoever else answers. */
export function currentRows(input: PictureInput): Row[] {
  const { answers, replicas, nameOf, now, since } = input;
  const counts = countByReplica(answers);
  const shares = sharesOf(lastAnswered(between(answers, now - SHARE_MS), SHARE_ANSWERS));
  const recent = countByReplica(between(answers, now - RATE_MS));
  const rateSeconds = Math.max(500, Math.min(RATE_MS, now - since)) / 1000;
  const figures = (hostname: string) => ({
    answers: counts.get(hostname) ?? 0,
    share: shares.get(hostname) ?? 0,
    perSecond: (recent.get(hostname) ?? 0) / rateSeconds,
  });
  const known = replicas.map(
    ({ hostname, name, state, isNew }, place): Row => ({
      name,
      state: state === 'ready' && isNew ? 'new' : state,
      place,
      ...figures(hostname),
    }),
  );
  const listed = new Set(replicas.map(({ hostname }) => hostname));
  const others = [...shares.keys()]
    .filter((hostname) => !listed.has(hostname))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((hostname, at): Row => {
      const name = nameOf(hostname);
      const place = replicas.length + at;
      const state = name === undefined ? 'unknown' : 'gone';
      return { name: name ?? hostname, state, place, ...figures(hostname) };
    });
  return [...known, ...others];
}

/** The expected replicas' parts of these answers. */
export function rowsOf(answers: Answers, replicas: readonly Replica[]): Row[] {
  const counts = countByReplica(answers);
  const shares = sharesOf(answers);
  return replicas.map(({ hostname, name }, place) => ({
    name,
    state: 'ready',
    place,
    answers: counts.get(hostname) ?? 0,
    share: shares.get(hostname) ?? 0,
    perSecond: 0,
  }));
}

function sharesOf(answers: Answers): ReadonlyMap<string, number> {
  const counts = countByReplica(answers);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return new Map([...counts].map(([hostname, count]) => [hostname, count / total]));
}

/** Figures over the answers; latency over those of them that came since. */
export function totalsOf(answers: Answers, latencySince: number, now: number): Totals {
  const latest = between(answers, latencySince);
  const p50 = percentile(latest, 0.5);
  const p95 = percentile(latest, 0.95);
  const [reason] = failures(answers).keys();
  const first = answers[0]?.at ?? now;
  const rateSeconds = Math.max(500, Math.min(RATE_MS, now - first)) / 1000;
  return {
    requests: answers.length,
    failed: failedCount(answers),
    ...(reason === undefined ? {} : { reason }),
    ...(p50 === undefined ? {} : { p50 }),
    ...(p95 === undefined ? {} : { p95 }),
    perSecond: between(answers, now - RATE_MS).length / rateSeconds,
  };
}
