import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { credentials, Client as GrpcClient, Metadata } from '@grpc/grpc-js';
import { WebSocket } from 'ws';
import { ECHO_SERVICE } from '../backends/echo-service.ts';
import type { Said } from '../backends/said.ts';

/** A place on a proxy: its address, and the host that is asked for there. */
export interface Place {
  readonly address: string;
  readonly port: number;
  readonly host: string;
}

const TIMEOUT_MS = 10_000;

/**
 * Opens a WebSocket, sends a text and waits until it is back.
 *
 * @param ca with it, over TLS; in PEM
 * @returns what the back end was asked.
 */
export async function overWebSocket(place: Place, text: string, ca?: string): Promise<Said> {
  const { address, port, host } = place;
  const socket = new WebSocket(`${ca === undefined ? 'ws' : 'wss'}://${address}:${port}/socket`, {
    headers: { host },
    handshakeTimeout: TIMEOUT_MS,
    ...(ca === undefined ? {} : { ca, servername: host }),
  });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const [greeting] = (await once(socket, 'message', { signal })) as [Buffer];
    socket.send(text);
    const [echo] = (await once(socket, 'message', { signal })) as [Buffer];
    if (echo.toString() !== text) throw new Error(`Sent ${text}, and ${echo.toString()} came back`);
    return JSON.parse(greeting.toString()) as Said;
  } finally {
    socket.terminate();
  }
}

/** Makes one unary gRPC call over TLS. Throws with gRPC's status when it fails. */
export async function callGrpc(place: Place, ca: string, question: unknown): Promise<Said> {
  const client = new GrpcClient(
    `${place.address}:${place.port}`,
    credentials.createSsl(Buffer.from(ca)),
    {
      'grpc.ssl_target_name_override': place.host,
      'grpc.default_authority': place.host,
      'grpc.enable_retries': 0,
    },
  );
  const { path, requestSerialize } = ECHO_SERVICE.say;
  const metadata = new Metadata();
  metadata.set('x-own', 'metadata gets through');
  try {
    return await new Promise<Said>((resolve, reject) => {
      client.makeUnaryRequest<unknown, Said>(
        path,
        requestSerialize,
        (bytes) => JSON.parse(bytes.toString()) as Said,
        question,
        metadata,
        { deadline: Date.now() + TIMEOUT_MS },
        (error, said) => {
          if (error) reject(error);
          else if (said) resolve(said);
        },
      );
    });
  } finally {
    client.close();
  }
}

/**
 * Asks for a stream of events and looks at it as it comes.
 *
 * @param onFirst called when the first part is there: before the stream has ended.
 * @returns all of it.
 */
export async function overEvents(
  place: Place,
  path: string,
  onFirst: () => Promise<unknown>,
): Promise<string> {
  const asked = request({
    createConnection: () => connect({ host: place.address, port: place.port }),
    path,
    headers: { host: place.host },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).end();
  const [response] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
  let text = '';
  let release: Promise<unknown> | undefined;
  for await (const chunk of response) {
    text += chunk.toString();
    release ??= onFirst();
  }
  await release;
  return text;
}
