import { isIPv4, isIPv6 } from 'node:net';
import { USUAL_PORTS } from '../templates/httpd-worker.ts';
import { CONTROL_ADDRESS } from './httpd-manager.ts';

/**
 * A piece of POSIX shell that prints `clients COUNT`, and `to ADDRESS:PORT COUNT` of each end that there
 * are connections to, as the kernel spells it (`/proc/net/tcp`: 01 is a connection, 02 and 03 are such
 * that come to be, of 08 the other side has said all, and 0A is a port that is listened at). Clients came
 * to such a port, which no connection that is made from here has; tsgen is none. It prints nothing where
 * the kernel does not tell.
 */
export const CONNECTIONS = `
[ ! -r /proc/net/tcp ] || cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '
  { split($2, at, ":") }
  $4 == "0A" { open[at[2]] = 1 }
  $4 == "01" || $4 == "02" { made[$3 " " at[2]]++ }
  ($4 == "01" || $4 == "03" || $4 == "08") && at[1] !~ /^(${inBothOrders(bytesOf(CONTROL_ADDRESS)).join('|')})$/ { came[at[2]]++ }
  END {
    clients = 0
    for (port in came) if (port in open) clients += came[port]
    print "clients", clients
    for (pair in made) { split(pair, end, " "); if (!(end[2] in open)) to[end[1]] += made[pair] }
    for (other in to) print "to", other, to[other]
  }'`.trim();

export interface Connections {
  /** Of clients, to any port that is listened at. */
  readonly clients: number;
  /**
   * To a worker of httpd's, by its name; `undefined` where that cannot be told. Those of others in
   * httpd's network namespace count too.
   */
  readonly to: (worker: string) => number | undefined;
}

/** @param lines with those that `CONNECTIONS` prints; `undefined` without. */
export function connectionsIn(lines: readonly string[]): Connections | undefined {
  let clients: number | undefined;
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, kind, end = '', count] =
      /^(clients|to)(?: ([0-9A-F]+:[0-9A-F]{4}))? (\d+)$/.exec(line) ?? [];
    if (kind === 'clients') clients = Number(count);
    if (kind === 'to') counts.set(end, Number(count));
  }
  if (clients === undefined) return undefined;
  const to = (worker: string) =>
    endsOf(worker)?.reduce((sum, end) => sum + (counts.get(end) ?? 0), 0);
  return { clients, to };
}

/** A worker's end as the kernel spells it. */
function endsOf(worker: string): readonly string[] | undefined {
  // Those that httpd can be told of.
  if (!/^wss?:/.test(worker) || !URL.canParse(worker)) return undefined;
  const { protocol, hostname, port } = new URL(worker);
  const number = port || USUAL_PORTS[protocol.slice(0, -1)];
  const bytes = bytesOf(hostname);
  if (number === undefined || !bytes) return undefined;
  const end = Number(number).toString(16).toUpperCase().padStart(4, '0');
  return inBothOrders(bytes).map((address) => `${address}:${end}`);
}

/**
 * The kernel spells an address in words of 32 bits in the order of bytes of its machine, which may be
 * another one than this.
 */
function inBothOrders(bytes: readonly string[] = []): readonly string[] {
  const reversed = bytes.map((_, index) => bytes[index ^ 3] ?? '');
  return [bytes, reversed].map((spelled) => spelled.join(''));
}

/** An address's bytes, in hexadecimal; `undefined` of a name. */
function bytesOf(hostname: string): readonly string[] | undefined {
  if (isIPv4(hostname)) {
    return hostname
      .split('.')
      .map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, '0'));
  }
  const address = hostname.slice(1, -1);
  if (!isIPv6(address)) return undefined;
  const [head = [], tail] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const missing = 8 - head.length - (tail?.length ?? 0);
  const groups = tail ? [...head, ...Array<string>(missing).fill('0'), ...tail] : head;
  return groups.flatMap((group) => group.toUpperCase().padStart(4, '0').match(/../g) ?? []);
}
