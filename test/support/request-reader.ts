const HEAD_END = Buffer.from('\r\n\r\n');

/** What comes next in the stream. */
type State =
  | { readonly next: 'head' }
  /** So many bytes of a body; after it what is named. */
  | { readonly next: 'body'; readonly length: number; readonly after: 'head' | 'chunk' }
  | { readonly next: 'chunk' }
  /** No HTTP any more. */
  | { readonly next: 'raw' };

/**
 * Reads the requests out of what an HTTP/1.1 client sends over one connection. From a request that
 * asks for an upgrade on, the rest is not HTTP any more.
 */
export class RequestReader {
  readonly #onRequest: (method: string, path: string) => void;
  #rest: Buffer = Buffer.alloc(0);
  #state: State = { next: 'head' };

  constructor(onRequest: (method: string, path: string) => void) {
    this.#onRequest = onRequest;
  }

  read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      const state = this.#step(this.#state);
      if (!state) return;
      this.#state = state;
    }
  }

  /** The state after the next part, or `undefined` when that part has not come in full. */
  #step(state: State): State | undefined {
    switch (state.next) {
      case 'head':
        return this.#readHead();
      case 'chunk':
        return this.#readChunkSize();
      case 'raw':
        this.#take(this.#rest.length);
        return undefined;
      case 'body': {
        const length = state.length - this.#take(state.length).length;
        if (length === 0) return { next: state.after };
        this.#state = { ...state, length };
        return undefined;
      }
    }
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  #readHead(): State | undefined {
    const end = this.#rest.indexOf(HEAD_END);
    if (end < 0) return undefined;
    const [first = '', ...fields] = this.#take(end).toString('latin1').split('\r\n');
    this.#take(HEAD_END.length);
    const [method = '', path = ''] = first.split(' ');
    this.#onRequest(method, path);
    const headers = new Map(
      fields.map((field) => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
      }),
    );
    if (headers.has('upgrade')) return { next: 'raw' };
    if (headers.get('transfer-encoding') === 'chunked') return { next: 'chunk' };
    return { next: 'body', length: Number(headers.get('content-length') ?? 0), after: 'head' };
  }

  #readChunkSize(): State | undefined {
    const end = this.#rest.indexOf('\r\n');
    if (end < 0) return undefined;
    const size = Number.parseInt(this.#take(end).toString('latin1'), 16);
    this.#take(2);
    // A line break ends each chunk, and after the last one an empty list of trailers.
    return { next: 'body', length: size + 2, after: size === 0 ? 'head' : 'chunk' };
  }
}
