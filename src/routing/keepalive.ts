import { invalid, type Validated, valid } from './validated.ts';

/** How many idle connections to an upstream are kept open. */
export type Keepalive = 'auto' | 'off' | number;

/** Each is memory of the proxy's, for every upstream, from the start. */
const MOST = 500;

/** Reads `auto`, `disabled` or a number of connections; none is `disabled`. */
export function parseKeepalive(text: string): Validated<Keepalive> {
  const word = text.toLowerCase();
  if (word === 'auto') return valid('auto');
  if (word === 'disabled' || word === 'off' || /^0+$/.test(word)) return valid('off');
  const number = /^\d{1,6}$/.test(word) ? Number(word) : 0;
  if (number >= 1 && number <= MOST) return valid(number);
  return invalid(`it is auto, disabled or a number of connections up to ${MOST}`);
}

/** The number for an upstream of so many servers: by default two for each, as nginx-proxy has it. */
export function keptConnections(keepalive: Keepalive, servers: number): number {
  if (keepalive === 'off' || servers === 0) return 0;
  return keepalive === 'auto' ? Math.min(2 * servers, MOST) : keepalive;
}
