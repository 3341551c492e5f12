import { TsgenError } from '../base/errors.ts';
import type { Address } from '../inventory/runtime-container.ts';

/** The ports that a `publish` or `expose` filter stands for. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
  /** `tcp` unless the filter says otherwise. */
  readonly proto: string;
}

/**
 * `80`, `80/udp` or `8000-8080/tcp`, as the engine reads it: without a protocol it is TCP.
 *
 * @throws TsgenError `usage` for anything else.
 */
export function parsePortRange(key: string, text: string): PortRange {
  const [, from = '', to = from, proto = 'tcp'] =
    /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === '' || first > last || last > 65_535) {
    throw new TsgenError(
      'usage',
      `The container filter ${key}=${text} names no ports: write PORT or FIRST-LAST, with /udp or /sctp where it is not TCP.`,
    );
  }
  return { first, last, proto };
}

/** Whether a port, as text, is one of them; '' is none. */
export function isInRange(
  port: Address['Port'],
  proto: string,
  { first, last, proto: wanted }: PortRange,
): boolean {
  const number = Number(port);
  return port !== '' && proto === wanted && number >= first && number <= last;
}
