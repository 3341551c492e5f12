import { nearest } from '../base/nearest.ts';
import { shorten } from './problem.ts';
import { splitList } from './split-list.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** What is so without being asked for, on every proxy. */
const ALREADY_SO = ['dontlognull', 'forwardfor', 'httplog', 'redispatch'] as const;

/** Without arguments, and without a say in what other sites get. */
const OF_SERVERS = [
  ...['abortonclose', 'allbackups', 'h1-case-adjust-bogus-server', 'http-buffer-request'],
  ...['http-no-delay', 'http-pretend-keepalive', 'http-server-close', 'httpclose'],
  ...['independent-streams', 'log-health-checks', 'nolinger', 'prefer-last-server', 'srvtcpka'],
];

/** What only makes sense for all of them. */
const OF_CLIENTS = [
  ...['clitcpka', 'contstats', 'dontlog-normal', 'h1-case-adjust-bogus-client'],
  ...['http-ignore-probes', 'log-separate-errors', 'logasap', 'socket-stats', 'tcp-smart-accept'],
  ...['tcpka'],
];

const KNOWN = {
  server: OF_SERVERS.toSorted(),
  proxy: [...OF_SERVERS, ...OF_CLIENTS].toSorted(),
} as const;

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

/** For people, in Markdown. */
export const OPTIONS_OF_SERVERS = code(KNOWN.server);
export const OPTIONS_OF_PROXY = code(KNOWN.proxy);

/**
 * A reader of options by comma: those of a table, because others would change what is not the
 * container's, or stand for what tsgen has another setting for.
 *
 * @see https://docs.haproxy.org/3.2/configuration.html#4.1
 */
export function optionsFor(whose: keyof typeof KNOWN) {
  return (text: string): Validated<readonly string[]> => {
    const names = splitList(text).map((item) => item.replace(/^option\s+/, ''));
    for (const name of names) {
      if (isAlreadySo(name) || KNOWN[whose].includes(name)) continue;
      if (/^httpchk\b/.test(name)) return invalid('httpchk is what health-check is for');
      const near = nearest(name.slice(0, 100), KNOWN[whose]);
      const advice = near === undefined ? 'docs/settings.md lists them' : `did you mean ${near}?`;
      return invalid(`${JSON.stringify(shorten(name))} is none of the options: ${advice}`);
    }
    return valid([...new Set(names.filter((name) => !isAlreadySo(name)))].toSorted());
  };
}

function isAlreadySo(name: string): boolean {
  return ALREADY_SO.some((one) => one === name);
}
