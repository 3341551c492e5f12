import { join } from 'node:path';
import { TsgenError } from '../base/errors.ts';

export type Endpoint = UnixEndpoint | TcpEndpoint;

export interface UnixEndpoint {
  readonly kind: 'unix';
  readonly socketPath: string;
  /** What to call it in messages. */
  readonly display: string;
}

export interface TcpEndpoint {
  readonly kind: 'tcp';
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsFiles;
  readonly display: string;
}

export interface TlsFiles {
  /** PEM files; absent where there is none. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Whether the engine's certificate is verified; without a CA file it is not, as in docker-gen. */
  readonly verify: boolean;
}

export interface EndpointInput {
  /** The value of `--endpoint`; goes before `DOCKER_HOST`. */
  readonly endpoint?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
  /** Files given one by one, and whether to insist on verification; before the environment. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly verify?: boolean;
  };
}

const DEFAULT_ENDPOINT = 'unix:///var/run/docker.sock';

/**
 * Where the Docker Engine is: the endpoint that was given, else `DOCKER_HOST`, else the local
 * socket. Takes `unix://`, `tcp://`, `http://`, `https://` and `host:port`. On TCP, TLS is used as
 * docker-gen uses it: when `DOCKER_TLS_VERIFY` is set or any of ca.pem, cert.pem and key.pem is in
 * `DOCKER_CERT_PATH` (default `~/.docker`). The default port is 2376 with TLS, else 2375.
 *
 * @throws TsgenError `usage` for an endpoint that cannot be used, `config` for missing TLS files.
 */
export function parseEndpoint(input: EndpointInput): Endpoint {
  const given = input.endpoint || input.env.DOCKER_HOST || DEFAULT_ENDPOINT;
  const source = input.endpoint ? '--endpoint' : 'DOCKER_HOST';
  const scheme = given.match(/^([a-z][a-z0-9+.-]*):\/\//i)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'unix':
      return unixEndpoint(given, source);
    case undefined:
      return tcpEndpoint(`tcp://${given}`, given, source, input);
    case 'tcp':
    case 'http':
    case 'https':
      return tcpEndpoint(given, given, source, input);
    default:
      throw unusable(given, source, instead(scheme));
  }
}

function instead(scheme: string): string {
  if (scheme === 'ssh') {
    return 'tsgen does not speak ssh: forward the socket (ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST) and use unix:///tmp/docker.sock';
  }
  if (scheme === 'npipe') {
    return 'tsgen does not speak Windows named pipes: use tcp://HOST:PORT or a unix:// socket';
  }
  if (scheme === 'fd') {
    return 'fd:// only means something to the engine itself: use the socket that it listens on, such as unix:///var/run/docker.sock';
  }
  return 'use unix:///PATH, tcp://HOST:PORT, http://HOST:PORT, https://HOST:PORT or HOST:PORT';
}

function unixEndpoint(given: string, source: string): UnixEndpoint {
  const socketPath = given.slice('unix://'.length);
  if (!socketPath.startsWith('/')) {
    throw unusable(given, source, 'the path of a socket begins with a slash: unix:///PATH');
  }
  return { kind: 'unix', socketPath, display: `unix://${socketPath}` };
}

function tcpEndpoint(
  address: string,
  given: string,
  source: string,
  input: EndpointInput,
): TcpEndpoint {
  const secure = /^https:/i.test(address);
  // A scheme of its own keeps the URL parser from dropping "default" ports.
  const url = parseUrl(address.replace(/^[a-z]+:/i, 'tcp:'));
  if (!url?.hostname) throw unusable(given, source, 'it names no host; use tcp://HOST:PORT');
  if (url.username || url.password || !['', '/'].includes(url.pathname) || url.search || url.hash) {
    throw unusable(given, source, 'only a host and a port are understood; use tcp://HOST:PORT');
  }
  const tls = tlsFiles(input, secure);
  const port = url.port === '' ? (tls ? 2376 : 2375) : Number(url.port);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const display = `${tls ? 'https' : 'tcp'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { kind: 'tcp', host, port, display, ...(tls ? { tls } : {}) };
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function tlsFiles({ env, exists, tls }: EndpointInput, secure: boolean): TlsFiles | undefined {
  const folder = env.DOCKER_CERT_PATH || join(env.HOME || '/', '.docker');
  const ca = tls?.ca ?? join(folder, 'ca.pem');
  const cert = tls?.cert ?? join(folder, 'cert.pem');
  const key = tls?.key ?? join(folder, 'key.pem');
  const insist = tls?.verify ?? Boolean(env.DOCKER_TLS_VERIFY);
  if (insist && !exists(ca)) {
    throw new TsgenError(
      'config',
      `Cannot verify the Docker Engine's certificate: there is no ${ca}. Put the CA's certificate there, name its folder with DOCKER_CERT_PATH, or unset DOCKER_TLS_VERIFY.`,
    );
  }
  const found = {
    ...(exists(ca) ? { ca } : {}),
    ...(exists(cert) ? { cert } : {}),
    ...(exists(key) ? { key } : {}),
  };
  if (!secure && Object.keys(found).length === 0) return undefined;
  if ('cert' in found !== 'key' in found) {
    const [there, missing] = 'cert' in found ? [cert, key] : [key, cert];
    throw new TsgenError(
      'config',
      `Cannot use TLS with the Docker Engine: there is ${there} but no ${missing}, and a client certificate needs both. Add the missing file or remove the other.`,
    );
  }
  // An https:// endpoint without any file relies on the certificate authorities known to Node.js.
  return { ...found, verify: 'ca' in found || Object.keys(found).length === 0 };
}

function unusable(given: string, source: string, advice: string): TsgenError {
  return new TsgenError('usage', `Cannot use the endpoint '${given}' (${source}): ${advice}.`);
}
