/**
 * How long a test waits for what is to come about, and how often it looks, in milliseconds. The condition
 * is what counts: the limit is for a machine that has much else to do.
 */
export const SOON = { timeout: 60_000, interval: 50 } as const;

/** For what the engine is asked by a process of its own each time: asking all the time would slow it down. */
export const BY_ENGINE = { ...SOON, interval: 250 } as const;
