import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** The parser's errors that have a status of their own, as Node.js answers them by default. */
const STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

const REASON: Readonly<Record<number, string>> = {
  400: 'This is not a valid HTTP request',
  408: 'The request did not arrive in time',
  413: 'The chunk extensions of the request are too large',
  431: 'The headers of the request are too large',
};

export interface Connection {
  readonly servedBy: string;
  /** Whether a response is being written on the socket. */
  readonly answering: boolean;
}

/**
 * Answers bytes that the HTTP parser refused, and which therefore never become a request: JSON
 * and `X-Served-By` as everywhere else. Where another response is being written, a second one
 * would be taken for it: the connection is closed.
 */
export function refuseUnparsed(error: Error, socket: Duplex, connection: Connection): void {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ECONNRESET' || connection.answering || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS[code] ?? 400;
  const body = JSON.stringify({ error: REASON[status] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Served-By: ${connection.servedBy}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
