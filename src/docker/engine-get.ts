import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { tooLate } from './deadline.ts';
import type { DialOptions } from './dial-options.ts';

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
 * GET requests by Node's own client, over connections that are kept. Nearly all that tsgen asks is one,
 * and dockerode takes several times as long for each, and 30 ms to load.
 */
export class EngineGet {
  readonly #request: typeof request;
  readonly #options: RequestOptions;

  private constructor(send: typeof request, options: RequestOptions) {
    this.#request = send;
    this.#options = options;
  }

  static async create(dial: DialOptions): Promise<EngineGet> {
    const { socketPath, host, port, ca, cert, key, agent } = dial;
    const target = { socketPath, host, port };
    if (dial.protocol === 'https') {
      const https = await import('node:https');
      return new EngineGet(https.request, { ...target, ca, cert, key, agent } as RequestOptions);
    }
    // Without one, Node looks whether the host is an address, by an expression that takes 3 ms to compile.
    return new EngineGet(request, { ...target, servername: '' } as RequestOptions);
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
    const { status, body } = await new Promise<Answer>((resolve, reject) => {
      const asked = this.#request({ ...this.#options, path }, (answer) => {
        readBody(answer).then((text) => {
          resolve({ status: answer.statusCode, body: parsed(text) });
        }, reject);
      });
      const end = (reason: unknown) => {
        reject(reason);
        asked.destroy();
      };
      const abort = () => end(signal?.reason);
      const timer = setTimeout(() => end(tooLate(timeoutMs)), timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      asked
        .on('error', reject)
        .on('close', () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', abort);
        })
        .end();
    });
    if (status !== 200) throw new Refusal(status, body);
    return body;
  }

  /** The answer itself, which ends when the signal aborts. Throws as `json` does. */
  async stream(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      this.#request({ ...this.#options, path, signal }, resolve)
        .on('error', reject)
        .end();
    });
    if (answer.statusCode === 200) return answer;
    throw new Refusal(answer.statusCode, parsed(await readBody(answer)));
  }
}

interface Answer {
  readonly status: number | undefined;
  readonly body: unknown;
}

function readBody(answer: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    answer
      .setEncoding('utf8')
      .on('data', (chunk: string) => {
        text += chunk;
      })
      .on('end', () => resolve(text))
      .on('error', reject);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Buffer.from(text);
  }
}
