import { type Host, parseHost } from './hosts.ts';
import type { Path } from './paths.ts';
import { shorten } from './problem.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** A host, and what was said with it: only dockercloud-haproxy's URLs say more than the host. */
export interface ListedHost extends Host {
  /** Absent: what `VIRTUAL_PATH` says. */
  readonly paths?: readonly Path[];
  /** It was named without a path too: what `VIRTUAL_PATH` says comes to the paths. */
  readonly hasBare?: boolean;
  /** What becomes of HTTP beside HTTPS, by the schemes that it was named with. */
  readonly method?: 'noredirect' | 'nohttp' | 'nohttps';
  readonly httpPort?: number;
  readonly httpsPort?: number;
  /** What was asked for in vain: phrases. */
  readonly notes?: readonly string[];
}

/** Without duplicates. */
export type HostList = readonly ListedHost[];

/** More hosts than this for one container are taken for a mistake, or for an attack. */
const MAX_HOSTS = 1000;

/**
 * Reads `VIRTUAL_HOST`. The list is split at commas first, as nginx-proxy does: a regex cannot
 * contain one. Blank items are ignored.
 */
export function parseHostList(text: string): Validated<HostList> {
  const hosts = readHostList(text, parseHost);
  if (hosts.kind === 'invalid') return hosts;
  return valid([...new Map(hosts.value.map((host) => [host.host, host])).values()]);
}

/** The items of such a list, each as `parse` reads it. */
export function readHostList<T>(
  text: string,
  parse: (item: string) => Validated<T>,
): Validated<readonly T[]> {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    // nginx's spelling of a name and all below it.
    .flatMap((item) => (/^\.[^.*]/.test(item) ? [item.slice(1), `*${item}`] : [item]));
  if (items.length > MAX_HOSTS) return invalid(`it lists more than ${MAX_HOSTS} hosts`);
  const parsed = items.map((item) => ({ item, result: parse(item) }));
  const [fault, ...others] = parsed.flatMap(({ item, result }) =>
    result.kind === 'invalid' ? [`${JSON.stringify(shorten(item))}: ${result.reason}`] : [],
  );
  if (fault !== undefined) {
    const more = others.length > 0 ? `; so with ${others.length} more of its hosts` : '';
    const advice = items.some((item) => item.startsWith('~')) ? COMMA_ADVICE : '';
    return invalid(fault + more + advice);
  }
  return valid(parsed.flatMap(({ result }) => (result.kind === 'valid' ? [result.value] : [])));
}

const COMMA_ADVICE =
  ' (VIRTUAL_HOST is split at commas: a regular expression in it cannot contain one)';
