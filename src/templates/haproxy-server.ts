import { createHash } from 'node:crypto';
import type { Server, Upstream } from '../routing/model.ts';

/** What of an upstream stands on the lines of its servers; a TCP service's has none of it. */
export type ServerTraits = Partial<
  Pick<Upstream, 'protocol' | 'keepalive' | 'sticky' | 'healthCheck'>
>;

/**
 * A server's name within its backend. It carries address, port and container: whoever comes back at
 * another address, or in the place of another container, is another server.
 */
export function haproxyServerName({ address, port, container }: Server): string {
  return `${address}:${port}:${haproxyMark(container.id)}`;
}

/** What its name has of a container. */
export function haproxyMark(id: string): string {
  return hex('sha1', id).slice(0, 12);
}

/**
 * What stands after `server`, and after `add server` on a socket of HAProxy's: the name, the address
 * and all but the operator's own words. Each part is validated or made here, and has no character
 * that means something to either.
 *
 * @param name in front of it, on a socket, stands the backend's.
 */
export function haproxyServer(
  server: Server,
  upstream: ServerTraits,
  name = haproxyServerName(server),
): string {
  const { address, port, family, weight, backup, container } = server;
  const { sticky, healthCheck } = upstream;
  return [
    name,
    family === 6 ? `[${address}]:${port}` : `${address}:${port}`,
    ...protocolWords(upstream),
    ...poolWords(upstream),
    ...(weight === undefined ? [] : ['weight', weight]),
    ...(backup ? ['backup'] : []),
    ...(sticky ? ['cookie', hex('sha256', container.id).slice(0, 16)] : []),
    ...(healthCheck
      ? [
          ...['check', 'inter', `${healthCheck.interval}ms`],
          ...['rise', healthCheck.rise, 'fall', healthCheck.fall],
        ]
      : []),
  ].join(' ');
}

function protocolWords({ protocol }: ServerTraits): readonly string[] {
  switch (protocol) {
    case 'https':
      return ['ssl', 'verify', 'none'];
    case 'grpcs':
      return ['ssl', 'verify', 'none', 'alpn', 'h2'];
    case 'grpc':
      return ['proto', 'h2'];
    case 'fastcgi':
      return ['proto', 'fcgi'];
    default:
      return [];
  }
}

/** How many idle connections are kept, and by what they are told apart: see `txn.own`. */
function poolWords({ keepalive = 'off', protocol }: ServerTraits): readonly (string | number)[] {
  if (keepalive === 'off') return [];
  const isGrpc = protocol === 'grpc' || protocol === 'grpcs';
  return [
    ...['pool-max-conn', keepalive === 'auto' ? 2 : keepalive],
    ...(isGrpc ? [] : ['pool-conn-name', 'var(txn.own)']),
  ];
}

function hex(algorithm: 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}
