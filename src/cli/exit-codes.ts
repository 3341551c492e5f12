import type { ErrorKind } from '../base/errors.ts';
import type { Outcome } from '../pipeline/outcome.ts';

/** How the program ends, by what went wrong; 0 is success. */
export const EXIT_CODES = {
  unexpected: { code: 1, meaning: 'a fault in tsgen itself' },
  usage: { code: 2, meaning: 'flags or arguments that cannot be meant' },
  config: { code: 3, meaning: 'the environment or a file that it names is wrong' },
  engine: { code: 4, meaning: 'the Docker Engine is out of reach or refuses' },
  template: { code: 5, meaning: 'the template cannot be read, parsed or rendered' },
  check: { code: 6, meaning: 'the proxy rejected the candidate, or could not be asked' },
  output: { code: 7, meaning: 'the destination cannot be written' },
  notify: { code: 8, meaning: 'written, but the proxy could not be told, or does not run it' },
  conflict: { code: 9, meaning: 'another watch owns the destination, or none answers' },
  proxy: { code: 10, meaning: 'the proxy that --exec names cannot be started' },
  drain: {
    code: 11,
    meaning: 'drained, but the proxy still had connections open when the time was up',
  },
  held: { code: 12, meaning: 'not applied: a set of the history is held until tsgen resume' },
} as const satisfies Readonly<
  Record<ErrorKind | 'unexpected', { readonly code: number; readonly meaning: string }>
>;

/** As a shell says it of a program that a signal has ended. */
export const STOPPED = { SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

export type StopSignal = keyof typeof STOPPED;

/** All of them, as people are shown them. */
export const EXIT_CODE_LIST: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: 0, meaning: 'success; for a watch, that it was told to stop' },
  ...Object.values(EXIT_CODES),
  ...Object.entries(STOPPED).map(([signal, code]) => ({
    code,
    meaning: `stopped by ${signal} before the end`,
  })),
];

const KIND_OF_STAGE = {
  check: 'check',
  confirm: 'notify',
  engine: 'engine',
  notify: 'notify',
  template: 'template',
  unexpected: 'unexpected',
  write: 'output',
} as const satisfies Readonly<
  Record<Extract<Outcome, { kind: 'failed' }>['stage'], ErrorKind | 'unexpected'>
>;

/** How a one-shot with this outcome ends: 0 is success. */
export function exitCodeOf(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'applied':
    case 'unchanged':
      return outcome.owed ? EXIT_CODES.notify.code : 0;
    case 'rejected':
    case 'waiting':
      return EXIT_CODES.check.code;
    case 'aborted':
      return EXIT_CODES.unexpected.code;
    case 'failed':
      return EXIT_CODES[KIND_OF_STAGE[outcome.stage]].code;
  }
}
