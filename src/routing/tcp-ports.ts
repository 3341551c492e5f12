import { parsePort } from './ports.ts';
import { shorten } from './problem.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** A port of a container that the proxy hands on as it is, without looking at what is said there. */
export interface TcpPort {
  /** On which the proxy listens. */
  readonly port: number;
  /** The container's. */
  readonly target: number;
  /** Clients speak TLS, which ends at the proxy. */
  readonly tls: boolean;
}

/** More for one container are taken for a mistake, or for an attack. */
const MAX_PORTS = 50;

/**
 * Reads `TCP_PORTS`: ports by comma, each `PORT` or, where the proxy listens on another one,
 * `EXTERNAL:PORT`, with `/ssl` where clients speak TLS. The form is dockercloud-haproxy's, which
 * has no second port.
 */
export function parseTcpPorts(text: string): Validated<readonly TcpPort[]> {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) return invalid('it names no port');
  if (items.length > MAX_PORTS) return invalid(`it lists more than ${MAX_PORTS} ports`);
  const ports = new Map<number, TcpPort>();
  for (const item of items) {
    const read = readItem(item);
    if (read === undefined) {
      return invalid(
        `${JSON.stringify(shorten(item))} is no port: it is PORT or EXTERNAL:PORT, each 1 to 65535, and with TLS PORT/ssl`,
      );
    }
    if (ports.has(read.port)) return invalid(`port ${read.port} stands in it twice`);
    ports.set(read.port, read);
  }
  return valid([...ports.values()].toSorted((a, b) => a.port - b.port));
}

function readItem(item: string): TcpPort | undefined {
  const [, first = '', second, tls] =
    /^(\d{1,5})(?:\s*:\s*(\d{1,5}))?(\s*\/\s*(?:ssl|tls))?$/i.exec(item) ?? [];
  const port = parsePort(first);
  const target = second === undefined ? port : parsePort(second);
  if (port.kind === 'invalid' || target.kind === 'invalid') return undefined;
  return { port: port.value, target: target.value, tls: tls !== undefined };
}
