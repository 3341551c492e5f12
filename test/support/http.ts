import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A way to a web server: each call is a connection of its own. */
export type Front = () => Socket;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A port of this machine. */
export function portFront(port: number): Front {
  return () => connect({ port, host: '127.0.0.1' });
}

/**
 * Asks once, over a connection of its own.
 *
 * @throws whatever ends the connection, and an AbortError when the time (10 s if absent) is over.
 */
export async function get(
  front: Front,
  host: string,
  path: string,
  {
    timeoutMs = 10_000,
    headers = {},
  }: { readonly timeoutMs?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const asked = request(
      {
        createConnection: front,
        path,
        headers: { ...headers, host },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        text(response).then((body) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        }, reject);
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}
