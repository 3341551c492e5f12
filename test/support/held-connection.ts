import { once } from 'node:events';
import type { Served } from './answering.ts';

/** What a worker of a proxy has open: a request that is not whole, or a connection that is idle. */
export type Held = 'request' | 'kept connection';

/**
 * httpd gives a body 20 s, and one more for each 500 bytes that have come: with so many a test has 50 s for
 * what it does meanwhile. From 16 KiB on httpd would begin to hand it on.
 */
const BODY_BYTES = 15_001;

/**
 * Opens a connection that the proxy's worker of this moment has, until `release` sends the rest of
 * the request, or one more; that gives back the head of the answer.
 */
export async function holdConnection(
  { front, host, path }: Served,
  held: Held,
): Promise<{
  release(): Promise<string>;
  /** The other side has ended it. */
  readonly ended: Promise<unknown>;
}> {
  const socket = front();
  const ended = new Promise((resolve) => socket.once('close', resolve));
  // A reset is an end, too.
  socket.on('error', () => undefined);
  const head = (method: string) => `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n`;
  const answer = async () => {
    const [data] = (await once(socket, 'data', { signal: AbortSignal.timeout(20_000) })) as [
      Buffer,
    ];
    return data.toString();
  };
  socket.write(`${head('GET')}\r\n`);
  // Now a worker has it.
  await answer();
  if (held === 'request') {
    const begun = 'a'.repeat(BODY_BYTES - 1);
    socket.write(`${head('POST')}Content-Length: ${BODY_BYTES}\r\n\r\n${begun}`);
  }
  return {
    ended,
    release: async () => {
      socket.write(held === 'request' ? 'b' : `${head('GET')}\r\n`);
      const said = await answer();
      socket.destroy();
      return said;
    },
  };
}
