import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { tooLate } from './deadline.ts';
import type { DialOptions } from './dial-options.ts';
import { type Answer, EngineConnection } from './engine-connection.ts';

/** What may stand in the first line of a request. */
const PLAIN_PATH = /^\/[\x21-\x7e]*$/;

/** How long a request may take, and what ends it before. */
export interface Limits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The engine answered with another status than 200; looks to `engine-error.ts` as dockerode's errors do. */
class Refusal extends Error {
  readonly statusCode: number | undefined;
  readonly json: unknown;

  constructor(statusCode: number | undefined, body: unknown) {
    super(Buffer.isBuffer(body) ? body.toString().trim() : '');
    this.statusCode = statusCode;
    this.json = body;
  }
}

/**
 * GET requests over connections that are kept. Nearly all that tsgen asks is one, and dockerode takes
 * several times as long for each, and 30 ms to load.
 */
export class EngineGet {
  readonly #dial: DialOptions;
  /** As the header of that name has it. */
  readonly #host: string;
  readonly #connect: () => Socket;
  /** The one that was used last is the last: it is the least likely to have been given up. */
  #resting: EngineConnection[] = [];

  constructor(dial: DialOptions) {
    this.#dial = dial;
    this.#connect = connector(dial);
    const { host = 'localhost', port } = dial;
    const name = host.includes(':') ? `[${host}]` : host;
    this.#host = port === undefined ? name : `${name}:${port}`;
  }

  /**
   * The JSON of the answer; what is none comes as bytes.
   *
   * @param path with the query.
   * @throws Error with a `statusCode` for another status than 200, one that says so when the time is
   *   over, whatever ends the connection; the signal's reason.
   */
  async json(path: string, { timeoutMs, signal }: Limits): Promise<unknown> {
    signal?.throwIfAborted();
    // Before there is a connection that nobody would ask anything or close.
    if (!PLAIN_PATH.test(path)) throw new Error(`'${path}' cannot be asked for`);
    const kept = this.#rested();
    let connection = kept ?? this.#open();
    const abort = () => connection.close(signal?.reason);
    const timer = setTimeout(() => connection.close(tooLate(timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const answer = await connection.ask(path, this.#host).catch(async (error: unknown) => {
        // The other side may give up a connection in the moment in which it is used again.
        if (!kept?.wasGivenUp) throw error;
        connection = this.#open();
        return await connection.ask(path, this.#host);
      });
      return jsonOf(answer);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      if (connection.isFree) this.#resting.push(connection);
    }
  }

  /** The answer itself, which ends when the signal aborts. Throws as `json` does. */
  async stream(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { socketPath, host, port, ca, cert, key, agent, protocol } = this.#dial;
    const isSecure = protocol === 'https';
    const send = isSecure ? requestSecurely : request;
    const target = { socketPath, host, port, path, signal };
    const options = isSecure ? { ...target, ca, cert, key, agent } : target;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      send(options as RequestOptions, resolve)
        .on('error', reject)
        .end();
    });
    if (answer.statusCode === 200) return answer;
    const body = (await answer.setEncoding('utf8').toArray()).join('');
    throw new Refusal(answer.statusCode, parsed(body));
  }

  #open(): EngineConnection {
    return new EngineConnection(this.#connect());
  }

  #rested(): EngineConnection | undefined {
    this.#resting = this.#resting.filter(({ isFree }) => isFree);
    return this.#resting.pop();
  }
}

/** Opens connections. */
function connector(dial: DialOptions): () => Socket {
  const { socketPath, host = 'localhost', port, ca, cert, key, agent, protocol } = dial;
  if (socketPath !== undefined) return () => connect({ path: socketPath });
  const target = { host, port: Number(port), noDelay: true };
  if (protocol !== 'https') return () => connect(target);
  // Addresses are not asked for by name. The agent is there for the sake of dockerode, where nothing is verified.
  const servername = isIP(host) === 0 ? host : '';
  const trust = { ca, cert, key, rejectUnauthorized: agent === undefined };
  return () => connectSecurely({ ...target, ...trust, servername });
}

function jsonOf({ status, body }: Answer): unknown {
  const content = parsed(body);
  if (status !== 200) throw new Refusal(status, content);
  return content;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Buffer.from(text);
  }
}
