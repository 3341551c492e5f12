import type { ErrorKind } from '../base/errors.ts';
import type { Outcome } from '../pipeline/outcome.ts';

/** How the program ends, by what went wrong. 0 is success, and a stop by SIGTERM or SIGINT. */
export const EXIT_CODES: Readonly<Record<ErrorKind | 'unexpected', number>> = {
  unexpected: 1,
  usage: 2,
  config: 3,
  engine: 4,
  template: 5,
  check: 6,
  output: 7,
  notify: 8,
  conflict: 9,
};

/** How a one-shot with this outcome ends. */
export function exitCodeOf(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'applied':
    case 'unchanged':
      return outcome.owed ? EXIT_CODES.notify : 0;
    case 'rejected':
    case 'waiting':
      return EXIT_CODES.check;
    case 'aborted':
      return EXIT_CODES.unexpected;
    case 'failed':
      return EXIT_CODES[outcome.stage === 'write' ? 'output' : outcome.stage];
  }
}
