import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { DialOptions } from './dial-options.ts';

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
    const send = dial.protocol === 'https' ? (await import('node:https')).request : request;
    const options = { socketPath, host, port, ca, cert, key, agent };
    return new EngineGet(send, options as RequestOptions);
  }

  /**
   * The JSON of the answer; what is none comes as bytes.
   *
   * @param path with the query.
   * @throws Error with a `statusCode` for another status than 200; whatever ends the connection.
   */
  async json(path: string, signal: AbortSignal): Promise<unknown> {
    const answer = await this.#answer(path, signal);
    const body = parsed(await textOf(answer, signal));
    if (answer.statusCode !== 200) throw new Refusal(answer.statusCode, body);
    return body;
  }

  /** The answer itself, which ends when the signal aborts. Throws as `json` does. */
  async stream(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const answer = await this.#answer(path, signal);
    if (answer.statusCode === 200) return answer;
    throw new Refusal(answer.statusCode, parsed(await textOf(answer, signal)));
  }

  #answer(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      this.#request({ ...this.#options, path, signal }, resolve)
        .on('error', reject)
        .end();
    });
  }
}

function textOf(answer: IncomingMessage, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    answer
      .setEncoding('utf8')
      .on('data', (chunk: string) => {
        text += chunk;
      })
      .on('end', () => resolve(text))
      .on('error', reject);
    // Once there is an answer, the request itself does not hear the signal any more.
    const end = () => answer.destroy(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    answer.on('close', () => signal.removeEventListener('abort', end));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Buffer.from(text);
  }
}
