import type { Protocol } from './model.ts';
import { invalid, type Validated, valid } from './validated.ts';

const PROTOCOLS: readonly Protocol[] = ['http', 'https', 'uwsgi', 'fastcgi', 'grpc', 'grpcs'];

/** Reads `VIRTUAL_PROTO`: what the container speaks, in either case. */
export function parseProtocol(text: string): Validated<Protocol> {
  const protocol = PROTOCOLS.find((known) => known === text.toLowerCase());
  return protocol ? valid(protocol) : invalid(`a protocol is one of ${PROTOCOLS.join(', ')}`);
}

/** Requests of HTTP as it is, be it over TLS: with methods, paths and lengths that are told. */
export function isHttp(protocol: Protocol): boolean {
  return protocol === 'http' || protocol === 'https';
}

/** Calls of gRPC, be it over TLS. */
export function isGrpc(protocol: Protocol): boolean {
  return protocol === 'grpc' || protocol === 'grpcs';
}
