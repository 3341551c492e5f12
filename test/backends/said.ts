/** What a back end answers: what it was asked, as it was asked. Plain JSON. */
export interface Said {
  /** `ANSWER_AS` of the container. */
  readonly name: string;
  readonly protocol: 'http' | 'https' | 'fastcgi' | 'uwsgi' | 'websocket' | 'grpc' | 'grpcs';
  readonly method: string;
  /** The target of the request line, undecoded. */
  readonly url: string;
  /** By lower-case name; one that came several times is joined by `, `. */
  readonly headers: Readonly<Partial<Record<string, string>>>;
  readonly bodyBytes: number;
  /** The port that it was asked on. Absent with fastcgi and uwsgi. */
  readonly port?: number;
  /** From where an HTTP connection came: an address without its IPv4-in-IPv6 prefix. */
  readonly remote?: string;
  /** A number of its own for each HTTP connection that the back end has accepted. */
  readonly connection?: number;
  /** Server name that the client sent in its TLS handshake; absent without one. */
  readonly sni?: string;
  /** The file that FastCGI was to run. */
  readonly script?: string;
}
