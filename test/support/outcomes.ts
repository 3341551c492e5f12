import type { Outcome } from '../../src/pipeline/outcome.ts';

/** A run of the pipeline that made a new configuration live. */
export const APPLIED: Outcome = {
  kind: 'applied',
  how: 'renamed',
  checked: true,
  durationMs: 1,
  notifications: [],
  owed: false,
};

/** One that found it live already. */
export const UNCHANGED: Outcome = { kind: 'unchanged', notified: false, owed: false };
