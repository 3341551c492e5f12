import type { Protocol } from './model.ts';
import { invalid, type Validated, valid } from './validated.ts';

const PROTOCOLS: readonly Protocol[] = ['http', 'https', 'uwsgi', 'fastcgi', 'grpc', 'grpcs'];

/** Reads `VIRTUAL_PROTO`: what the container speaks, in either case. */
export function parseProtocol(text: string): Validated<Protocol> {
  const protocol = PROTOCOLS.find((known) => known === text.toLowerCase());
  return protocol ? valid(protocol) : invalid(`a protocol is one of ${PROTOCOLS.join(', ')}`);
}
