import { timeBetween } from './measures.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** How a proxy finds out by itself whether a server can serve. */
export type HealthCheck = ProbeHttp | ProbeTcp;

interface Probe {
  /** Milliseconds between two of them. */
  readonly interval: number;
  /** So many good ones in a row bring a server back. */
  readonly rise: number;
  /** So many bad ones in a row take it out. */
  readonly fall: number;
}

/** Whether it can be connected to. */
export interface ProbeTcp extends Probe {
  readonly kind: 'tcp';
}

/** What it answers. */
export interface ProbeHttp extends Probe {
  readonly kind: 'http';
  readonly method: 'GET' | 'HEAD' | 'OPTIONS';
  /** With its query; at most 63 characters, which is as much as httpd holds. */
  readonly path: string;
  /** Absent: whatever the proxy sends by itself. */
  readonly host?: string;
  /** Answers within, both ends included, are good. */
  readonly status: { readonly from: number; readonly to: number };
}

const FORM =
  'it is tcp or [GET|HEAD|OPTIONS] PATH of up to 63 characters, then any of host=NAME, status=200-399, interval=2s, rise=2, fall=3';

const parseInterval = timeBetween(200, 3_600_000);

type Reader = (text: string) => Validated<Partial<Omit<ProbeHttp, 'kind'>>>;

const OPTIONS: Readonly<Record<string, Reader>> = {
  host: (text) =>
    /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/i.test(text)
      ? valid({ host: text.toLowerCase() })
      : invalid('host= takes a name'),
  status: (text) => {
    const [, first = '', last = first] = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(text) ?? [];
    return first !== '' && first <= last
      ? valid({ status: { from: Number(first), to: Number(last) } })
      : invalid('status= takes a status such as 200, or a range such as 200-399');
  },
  interval: (text) => {
    const interval = parseInterval(text);
    return interval.kind === 'valid'
      ? valid({ interval: interval.value })
      : invalid(`interval=: ${interval.reason}`);
  },
  rise: (text) => (isCount(text) ? valid({ rise: Number(text) }) : invalid('rise= takes 1 to 100')),
  fall: (text) => (isCount(text) ? valid({ fall: Number(text) }) : invalid('fall= takes 1 to 100')),
};

function isCount(text: string): boolean {
  return /^(?:[1-9]\d?|100)$/.test(text);
}

/** Reads a check such as `/healthz`, `HEAD /live status=204 interval=500ms` or `tcp fall=1`. */
export function parseHealthCheck(text: string): Validated<HealthCheck> {
  const words = text.split(/\s+/);
  const [first = ''] = words;
  const method = /^(?:GET|HEAD|OPTIONS)$/.exec(first)?.[0] as ProbeHttp['method'] | undefined;
  const isTcp = first.toLowerCase() === 'tcp';
  const path = method === undefined ? first : (words[1] ?? '');
  if (!isTcp && !/^\/[\w.~!$&()*+,;=:@%/?-]{0,62}$/.test(path)) return invalid(FORM);
  const options: Record<string, unknown> = {};
  for (const word of words.slice(method === undefined ? 1 : 2)) {
    const [, name = '', value = ''] = /^([a-z]+)=(.+)$/.exec(word) ?? [];
    const read = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (!read || (isTcp && (name === 'host' || name === 'status'))) return invalid(FORM);
    const option = read(value);
    if (option.kind === 'invalid') return option;
    Object.assign(options, option.value);
  }
  const common = { interval: 2000, rise: 2, fall: 3 };
  if (isTcp) return valid({ kind: 'tcp', ...common, ...options });
  return valid({
    ...{ kind: 'http', method: method ?? 'GET', path, status: { from: 200, to: 399 } },
    ...common,
    ...options,
  });
}

/** Reads what holds for all containers: what a path means is for each of them to say. */
export function parseCommonHealthCheck(text: string): Validated<HealthCheck> {
  const check = parseHealthCheck(text);
  if (check.kind === 'invalid' || check.value.kind === 'tcp') return check;
  return invalid('for all containers it is tcp, with interval=, rise= and fall= if need be');
}
