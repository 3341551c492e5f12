import { invalid, type Validated, valid } from './validated.ts';

/** The most that HAProxy knows, whose range is the widest that all can come near to. */
const MOST = 256;

/** Reads a server's share beside those of the others; 0 leaves it the clients that stick to it. */
export function parseWeight(text: string): Validated<number> {
  const weight = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return weight <= MOST ? valid(weight) : invalid(`it is a whole number from 0 to ${MOST}`);
}
