import type { ServiceDefinition } from '@grpc/grpc-js';

const asJson = (value: unknown) => Buffer.from(JSON.stringify(value));
const fromJson = (bytes: Buffer): unknown => JSON.parse(bytes.toString());

/** A gRPC service with one unary call, whose messages are JSON instead of Protocol Buffers. */
export const ECHO_SERVICE = {
  say: {
    path: '/tsgen.test.Echo/Say',
    requestStream: false,
    responseStream: false,
    requestSerialize: asJson,
    requestDeserialize: fromJson,
    responseSerialize: asJson,
    responseDeserialize: fromJson,
  },
} as const satisfies ServiceDefinition;
