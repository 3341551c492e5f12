import type { Clock } from '../../src/base/clock.ts';
import type { Answer, Outcome } from './tally.ts';

export interface LoadOptions {
  /** Sends one request, and resolves however it ends. */
  readonly ask: (integer: number) => Promise<Outcome>;
  /** Called with each answer as it comes. */
  readonly onAnswer: (answer: Answer) => void;
  readonly clock: Clock;
  readonly perSecond: number;
  /** How many requests may be open at a time; while as many are, no further one is sent. */
  readonly concurrency: number;
  /** How many requests there are at most. */
  readonly limit: number;
}

const FIRST_INTEGER = 1001;

/**
 * Asks about one odd integer after the other at an even pace until the signal aborts or the limit
 * is reached, then waits for the open requests. After a stall it goes on at the same pace rather
 * than make up for it.
 */
export async function sendRequests(options: LoadOptions, signal: AbortSignal): Promise<void> {
  const { ask, onAnswer, clock, concurrency, limit } = options;
  const intervalMs = 1000 / options.perSecond;
  const open = new Set<Promise<void>>();
  let due = clock.monotonic();

  const send = async (integer: number) => {
    const start = clock.monotonic();
    const outcome = await ask(integer);
    const at = clock.monotonic();
    onAnswer({ at, tookMs: at - start, integer, outcome });
  };

  for (let sent = 0; sent < limit && !signal.aborted; sent += 1) {
    while (open.size >= concurrency) await Promise.race(open);
    if (signal.aborted) break;
    if (clock.monotonic() > due + intervalMs) due = clock.monotonic();
    const request = send(FIRST_INTEGER + 2 * sent).finally(() => open.delete(request));
    open.add(request);
    due += intervalMs;
    await sleepUntil(due, clock, signal);
  }
  await Promise.all(open);
}

/** An abort ends it early, and is no fault here. */
async function sleepUntil(due: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const ms = due - clock.monotonic();
  if (ms <= 0 || signal.aborted) return;
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
