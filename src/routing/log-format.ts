import { textFault } from './text-fault.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** Reads `LOG_FORMAT`, which is in the proxy's own language. */
export function parseLogFormat(text: string): Validated<string> {
  const fault = textFault(text, 3000);
  return fault === undefined ? valid(text) : invalid(fault);
}
