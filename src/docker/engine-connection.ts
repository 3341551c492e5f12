import type { Socket } from 'node:net';
import { HTTPParser, type OnHeadersCompleteParser } from 'http-parser-js';

/** What was answered, whatever it is. */
export interface Answer {
  readonly status: number;
  /** UTF-8. */
  readonly body: string;
}

type Head = Pick<Parameters<OnHeadersCompleteParser>[0], 'statusCode' | 'shouldKeepAlive'>;

interface Asked {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Node's own client keeps an unused connection for as long. */
const REST_MS = 5_000;

/**
 * A connection to an HTTP server over which one GET after the other is asked. Node's own client takes
 * three times the processor time.
 */
export class EngineConnection {
  readonly #socket: Socket;
  readonly #parser = new HTTPParser(HTTPParser.RESPONSE);
  #asked: Asked | undefined;
  #body: Buffer[] = [];
  #head: Head = { statusCode: 0, shouldKeepAlive: false };
  #fault: unknown;
  /** Bytes of the answer. */
  #heard = 0;
  #isClosedHere = false;

  /** @param socket which may still be connecting. */
  constructor(socket: Socket) {
    this.#socket = socket;
    const parser = this.#parser;
    parser[HTTPParser.kOnHeadersComplete] = (head) => {
      this.#head = head;
    };
    parser[HTTPParser.kOnBody] = (chunk, from, length) => {
      this.#body.push(chunk.subarray(from, from + length));
    };
    parser[HTTPParser.kOnMessageComplete] = () => this.#complete();
    socket
      .on('data', (chunk) => this.#take(chunk))
      .on('error', (error) => {
        this.#fault ??= error;
      })
      .on('end', () => parser.finish())
      .on('timeout', () => socket.destroy())
      .on('close', () => this.#asked?.reject(this.#fault ?? hungUp()));
  }

  /** Whether it can be asked something. */
  get isFree(): boolean {
    return this.#asked === undefined && !this.#socket.destroyed && this.#socket.writable;
  }

  /** Whether the other side ended it before a word of the answer to the last question. */
  get wasGivenUp(): boolean {
    return this.#heard === 0 && !this.#isClosedHere && this.#socket.destroyed;
  }

  /**
   * @param path fit for the first line of a request, and `host` for the header of that name.
   * @throws Error of the connection, with its `code`; `ECONNRESET` where the other side ended it; what
   *   `close` was given.
   */
  ask(path: string, host: string): Promise<Answer> {
    const socket = this.#socket.ref().setTimeout(0);
    this.#heard = 0;
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n\r\n`);
    });
  }

  /** Ends it, with a reason for whoever waits. */
  close(reason?: unknown): void {
    this.#isClosedHere = true;
    this.#fault ??= reason;
    this.#asked?.reject(this.#fault);
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    // What nobody asked for is no answer to the next question either.
    if (!this.#asked) {
      this.close();
      return;
    }
    this.#heard += chunk.length;
    const taken = this.#parser.execute(chunk);
    if (taken instanceof Error) this.close(noHttp(taken));
  }

  #complete(): void {
    const { statusCode: status, shouldKeepAlive } = this.#head;
    const [first, ...others] = this.#body;
    const body = String(others.length === 0 ? (first ?? '') : Buffer.concat(this.#body));
    this.#body = [];
    // An interim answer: the one that counts follows.
    if (status < 200) return;
    const asked = this.#asked;
    if (!asked) {
      this.close();
      return;
    }
    this.#asked = undefined;
    if (shouldKeepAlive) this.#socket.unref().setTimeout(REST_MS);
    else this.#socket.destroy();
    asked.resolve({ status, body });
  }
}

function hungUp(): Error {
  return Object.assign(new Error('the connection ended before the answer did'), {
    code: 'ECONNRESET',
  });
}

function noHttp(cause: Error): Error {
  return new Error(`the answer is no HTTP (${cause.message})`, { cause });
}
