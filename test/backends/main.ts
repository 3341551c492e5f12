import { readFile } from 'node:fs/promises';
import { listenGrpc } from './grpc-backend.ts';
import { HttpBackend } from './http-backend.ts';

// LISTEN: a list such as `http:80,https:443,grpc:50051,grpcs:50052`. ANSWER_AS: the name it answers
// by. IGNORES_STOP: goes on when it is told to stop. SERVES_ON: seconds that it goes on for then. tls.crt
// and tls.key lie beside the program.

const { LISTEN = 'http:80', ANSWER_AS = '', IGNORES_STOP, SERVES_ON = '0' } = process.env;
const beside = (file: string) => readFile(new URL(file, import.meta.url));
const keys = { cert: await beside('tls.crt'), key: await beside('tls.key') };

async function listen(protocol: string, port: number): Promise<void> {
  switch (protocol) {
    case 'http':
      return await new HttpBackend(ANSWER_AS, port).listen();
    case 'https':
      return await new HttpBackend(ANSWER_AS, port, keys).listen();
    case 'grpc':
      return await listenGrpc(ANSWER_AS, port);
    case 'grpcs':
      return await listenGrpc(ANSWER_AS, port, keys);
    default:
      throw new Error(`LISTEN has no protocol ${protocol}`);
  }
}

await Promise.all(
  LISTEN.split(',').map((item) => {
    const [protocol = '', port = ''] = item.split(':');
    return listen(protocol, Number(port));
  }),
);
// As process 1 it ignores the signal unless it says otherwise.
if (IGNORES_STOP === undefined) {
  process.once('SIGTERM', () => setTimeout(() => process.exit(0), Number(SERVES_ON) * 1000));
}
