/**
 * How long a test waits for what is to come about, and how often it looks, in milliseconds. The condition
 * is what counts: the limit is for a machine that has much else to do.
 */
export const SOON = { timeout: 60_000, interval: 50 } as const;
