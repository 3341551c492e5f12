import type { ConfirmationReport } from '../status/report.ts';
import { isSuperseded, type Outcome } from './outcome.ts';

/** Remembers what is known of whether the proxy runs what is live. */
export class ConfirmationLog {
  #state: ConfirmationReport | undefined;

  /** `undefined` where nobody can ask, and before the first answer. */
  get state(): ConfirmationReport | undefined {
    return this.#state;
  }

  /** @param at milliseconds since 1970. */
  note(outcome: Outcome, at: number): void {
    const now = new Date(at).toISOString();
    switch (outcome.kind) {
      case 'applied':
      case 'unchanged':
      case 'rejected':
        if (outcome.confirmed !== undefined) {
          this.#state = { kind: 'confirmed', revision: outcome.confirmed, at: now };
        } else if (outcome.kind === 'applied' && !isSuperseded(outcome)) {
          this.#state = undefined;
        }
        return;
      case 'failed': {
        if (outcome.stage !== 'confirm') return;
        const since = this.#state?.kind === 'unconfirmed' ? this.#state.since : now;
        this.#state = { kind: 'unconfirmed', since, reason: outcome.message };
        return;
      }
      case 'waiting':
      case 'aborted':
    }
  }
}
