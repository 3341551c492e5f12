import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect as connectHttp2, type IncomingHttpHeaders as Http2Headers } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls';
import type { Said } from '../backends/said.ts';
import type { CertifiedKey } from '../support/pki.ts';

/** One request, and where to. All times are the deadline's. */
export interface Exchange {
  readonly address: string;
  readonly port: number;
  readonly method: string;
  /** As it is to stand in the request line. */
  readonly target: string;
  /** By name; `host` among them, '' for none. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isHttp2: boolean;
  /** What is written before anything else, such as a header of the PROXY protocol. */
  readonly preamble: string;
  /** Absent: plain text. */
  readonly tls?: TlsWish;
}

export interface TlsWish {
  /** In PEM. */
  readonly ca: string;
  /** '' sends none. */
  readonly serverName: string;
  readonly client?: CertifiedKey;
  readonly maxVersion?: SecureVersion;
  readonly ciphers?: string;
  /** Asks for a stapled OCSP answer. */
  readonly asksOcsp?: boolean;
}

export type Outcome = Answered | Refused;

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the back end says that it was asked; absent when something else answered. */
  readonly said?: Said;
  readonly tls?: TlsFacts;
}

/** No answer: no connection, no handshake, or the connection ended after it. */
export interface Refused {
  readonly kind: 'refused';
  readonly at: 'connection' | 'handshake' | 'answer';
  readonly reason: string;
}

export interface TlsFacts {
  /** Common name of the certificate that was shown. */
  readonly subject: string;
  /** Whether it is valid now, for the name that was asked for, and from the tests' authority. */
  readonly isTrusted: boolean;
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  /** As OpenSSL calls it. */
  readonly cipher: string;
  /** Bits of the Diffie-Hellman group; absent with another key exchange. */
  readonly dhBits?: number;
  /** HTTP version that was agreed on: `h2`, `http/1.1`, or '' when none was. */
  readonly alpn: string;
  /** An OCSP answer was stapled to the handshake. */
  readonly hasOcsp: boolean;
}

const TIMEOUT_MS = 10_000;

/** Sends one request over a connection of its own. Throws nothing: a refusal is an outcome. */
export async function exchange(wish: Exchange): Promise<Outcome> {
  const socket = connectTcp({ host: wish.address, port: wish.port });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer in time')));
  let at: Refused['at'] = 'connection';
  try {
    await once(socket, 'connect');
    socket.write(wish.preamble);
    at = 'handshake';
    const secure = wish.tls ? await handshake(socket, wish.tls, wish.isHttp2) : undefined;
    at = 'answer';
    const stream = secure?.socket ?? socket;
    const answer = await (wish.isHttp2 ? askHttp2(stream, wish) : askHttp1(stream, wish));
    return { kind: 'answered', ...answer, ...saidIn(answer.body), ...factsOf(secure) };
  } catch (error) {
    return { kind: 'refused', at, reason: String(error) };
  } finally {
    socket.destroy();
  }
}

interface Secured {
  readonly socket: TLSSocket;
  readonly facts: TlsFacts;
}

function factsOf(secured: Secured | undefined): { readonly tls?: TlsFacts } {
  return secured ? { tls: secured.facts } : {};
}

async function handshake(socket: Socket, wish: TlsWish, isHttp2: boolean): Promise<Secured> {
  const { ca, serverName, client, maxVersion, ciphers, asksOcsp = false } = wish;
  const secure = connectTls({
    socket,
    ca,
    // What is shown is among the facts, not a reason to hang up.
    rejectUnauthorized: false,
    requestOCSP: asksOcsp,
    ALPNProtocols: isHttp2 ? ['h2'] : ['http/1.1'],
    ...(serverName === '' ? {} : { servername: serverName }),
    ...(client ?? {}),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
  });
  let hasOcsp = false;
  secure.once('OCSPResponse', (response: Buffer | null) => {
    hasOcsp = response !== null && response.length > 0;
  });
  await once(secure, 'secureConnect');
  const shown = secure.getPeerCertificate().raw;
  const group = secure.getEphemeralKeyInfo();
  const dhBits = group && 'type' in group && group.type === 'DH' ? group.size : undefined;
  const facts: TlsFacts = {
    subject: new X509Certificate(shown).subject.replace(/^CN=/, ''),
    isTrusted: secure.authorized,
    protocol: secure.getProtocol() ?? '',
    cipher: secure.getCipher().name,
    alpn: secure.alpnProtocol || '',
    hasOcsp,
    ...(dhBits === undefined ? {} : { dhBits }),
  };
  return { socket: secure, facts };
}

type Answer = Pick<Answered, 'status' | 'headers' | 'body'>;

async function askHttp1(socket: Socket, wish: Exchange): Promise<Answer> {
  const { method, target, body } = wish;
  // Node.js would send a host of its own in place of none.
  const headers = Object.entries(wish.headers).filter(([name, value]) => name !== 'host' || value);
  return await new Promise((resolve, reject) => {
    const asked = httpRequest(
      {
        createConnection: () => socket,
        method,
        path: target,
        headers: Object.fromEntries(headers),
        setHost: false,
      },
      (response) => {
        text(response).then((answered) => {
          const { statusCode = 0 } = response;
          resolve({ status: statusCode, headers: response.headers, body: answered });
        }, reject);
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });
}

async function askHttp2(socket: Socket, wish: Exchange): Promise<Answer> {
  const { host = '', ...headers } = wish.headers;
  const session = connectHttp2(`${wish.tls ? 'https' : 'http'}://${host}`, {
    createConnection: () => socket,
  });
  try {
    return await new Promise((resolve, reject) => {
      session.once('error', reject);
      const stream = session.request(
        { ':method': wish.method, ':path': wish.target, ':authority': host, ...headers },
        { endStream: wish.body === '' },
      );
      stream.once('error', reject);
      stream.once('response', (answered: Http2Headers & { ':status'?: number }) => {
        const status = answered[':status'] ?? 0;
        text(stream).then((body) => resolve({ status, headers: answered, body }), reject);
      });
      if (wish.body !== '') stream.end(wish.body);
    });
  } finally {
    session.destroy();
  }
}

function saidIn(body: string): { readonly said?: Said } {
  if (!body.startsWith('{"name":')) return {};
  try {
    return { said: JSON.parse(body) as Said };
  } catch {
    return {};
  }
}
