import { type Host, parseHost } from './hosts.ts';
import { shorten } from './problem.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** Without duplicates. */
export type HostList = readonly Host[];

/** More hosts than this for one container are taken for a mistake, or for an attack. */
const MAX_HOSTS = 1000;

/**
 * Reads `VIRTUAL_HOST`. The list is split at commas first, as nginx-proxy does: a regex cannot
 * contain one. Blank items are ignored.
 */
export function parseHostList(text: string): Validated<HostList> {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    // nginx's spelling of a name and all below it.
    .flatMap((item) => (/^\.[^.*]/.test(item) ? [item.slice(1), `*${item}`] : [item]));
  if (items.length > MAX_HOSTS) return invalid(`it lists more than ${MAX_HOSTS} hosts`);
  const parsed = items.map((item) => ({ item, result: parseHost(item) }));
  const [fault, ...others] = parsed.flatMap(({ item, result }) =>
    result.kind === 'invalid' ? [`${JSON.stringify(shorten(item))}: ${result.reason}`] : [],
  );
  if (fault !== undefined) {
    const more = others.length > 0 ? `; so with ${others.length} more of its hosts` : '';
    const advice = items.some((item) => item.startsWith('~')) ? COMMA_ADVICE : '';
    return invalid(fault + more + advice);
  }
  const hosts = parsed.flatMap(({ result }) => (result.kind === 'valid' ? [result.value] : []));
  return valid([...new Map(hosts.map((host) => [host.host, host])).values()]);
}

const COMMA_ADVICE =
  ' (VIRTUAL_HOST is split at commas: a regular expression in it cannot contain one)';
