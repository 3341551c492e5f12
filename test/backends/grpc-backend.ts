import { promisify } from 'node:util';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { ECHO_SERVICE } from './echo-service.ts';
import type { KeyPair } from './http-backend.ts';
import type { Said } from './said.ts';

/** Serves gRPC, with keys over TLS, else over plain HTTP/2: the call says what it was asked. */
export async function listenGrpc(name: string, port: number, keys?: KeyPair): Promise<void> {
  const server = new Server();
  server.addService(ECHO_SERVICE, {
    say: (call: ServerUnaryCall<unknown, Said>, reply: sendUnaryData<Said>) => {
      const headers = call.metadata.getMap();
      reply(null, {
        name,
        protocol: keys ? 'grpcs' : 'grpc',
        method: 'POST',
        url: call.getPath(),
        headers: Object.fromEntries(
          Object.entries(headers).map(([header, value]) => [header, value.toString()]),
        ),
        bodyBytes: JSON.stringify(call.request).length,
        port,
      });
    },
  });
  const credentials = keys
    ? ServerCredentials.createSsl(null, [{ private_key: keys.key, cert_chain: keys.cert }])
    : ServerCredentials.createInsecure();
  const bind = promisify(server.bindAsync.bind(server));
  await bind(`[::]:${port}`, credentials);
}
