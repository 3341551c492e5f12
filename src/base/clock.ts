import { setTimeout as delay } from 'node:timers/promises';

/** Time as the long-lived parts see it; tests put one in its place that they move themselves. */
export interface Clock {
  /** Milliseconds since the epoch: for what people read. */
  now(): number;
  /** Milliseconds that never go backwards: for measuring and scheduling. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {});
  },
};
