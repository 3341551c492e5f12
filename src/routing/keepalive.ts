import type { Protocol } from './model.ts';
import { isGrpc } from './protocols.ts';
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

/** Which requests go over connections that are kept open. */
export type Reuse =
  | 'none'
  /** Those that may be sent again: a server may close the connection while they are on their way. */
  | 'repeatable'
  | 'all';

/**
 * gRPC has an orderly way to close a connection. With all else a proxy keeps apart what may not be
 * repeated. One that cannot do so keeps nothing, unless somebody asks for a number of connections.
 *
 * @param mixes whether the proxy is one that cannot.
 */
export function reuseOf({ keepalive, connections, protocol }: KeptUpstream, mixes: boolean): Reuse {
  if (connections === 0) return 'none';
  if (mixes) return keepalive === 'auto' ? 'none' : 'all';
  return isGrpc(protocol) ? 'all' : 'repeatable';
}

interface KeptUpstream {
  readonly keepalive: Keepalive;
  /** As `keptConnections` has it. */
  readonly connections: number;
  readonly protocol: Protocol;
}
