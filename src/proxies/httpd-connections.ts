import { isIPv4, isIPv6 } from 'node:net';

/**
 * A piece of POSIX shell that prints `connections`, and `to ADDRESS:PORT COUNT` of each end that there
 * are connections to, as the kernel spells it (`/proc/net/tcp`: 01 is a connection, 02 one that is asked
 * for, 0A a port that is listened at). Connections of clients came to such a port, which none that is
 * made from here has, and are left out. It prints nothing where the kernel does not tell.
 */
export const CONNECTIONS = `
[ ! -r /proc/net/tcp ] || cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '
  { split($2, at, ":") }
  $4 == "0A" { open[at[2]] = 1 }
  $4 == "01" || $4 == "02" { from[$3 " " at[2]]++ }
  END {
    print "connections"
    for (pair in from) { split(pair, end, " "); if (!(end[2] in open)) to[end[1]] += from[pair] }
    for (other in to) print "to", other, to[other]
  }'`.trim();

/**
 * How many connections there are to a worker of httpd's, by its name; `undefined` where that cannot be
 * told. Those of others in httpd's network namespace count too.
 *
 * @param lines with those that `CONNECTIONS` prints.
 */
export function connectionsIn(lines: readonly string[]): (worker: string) => number | undefined {
  if (!lines.includes('connections')) return () => undefined;
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, end = '', count] = /^to ([0-9A-F]+:[0-9A-F]{4}) (\d+)$/.exec(line) ?? [];
    if (count !== undefined) counts.set(end, Number(count));
  }
  return (worker) => endsOf(worker)?.reduce((sum, end) => sum + (counts.get(end) ?? 0), 0);
}

/** Of workers that httpd is told of; a name leaves it out. */
const USUAL_PORTS: Readonly<Record<string, string>> = { 'ws:': '80', 'wss:': '443' };

/**
 * A worker's end as the kernel spells it. That is in words of 32 bits in the order of bytes of its
 * machine, which may be another one than this: so there are two.
 */
function endsOf(worker: string): readonly string[] | undefined {
  if (!URL.canParse(worker)) return undefined;
  const { protocol, hostname, port } = new URL(worker);
  const number = port || USUAL_PORTS[protocol];
  const bytes = bytesOf(hostname);
  if (number === undefined || !bytes) return undefined;
  const end = Number(number).toString(16).toUpperCase().padStart(4, '0');
  const reversed = bytes.map((_, index) => bytes[index ^ 3] ?? '');
  return [bytes, reversed].map((spelled) => `${spelled.join('')}:${end}`);
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
