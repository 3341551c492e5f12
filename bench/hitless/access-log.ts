export type ProxyName = 'nginx' | 'HAProxy' | 'httpd';

/** What a proxy's access log says of one request. */
export interface LogEntry {
  readonly id: string;
  /** `172.18.0.2:8080` of each server that was asked, in that order. */
  readonly upstreams: readonly string[];
  /** The last of them took the connection: the request was on its way to it, or with it. */
  readonly isConnected: boolean;
}

interface Format {
  /** As `LOG_FORMAT` has it: the request, the servers in quotes, and what tells of the last connection. */
  readonly text: string;
  readonly isConnected: (told: string) => boolean;
}

const FORMATS: Readonly<Record<ProxyName, Format>> = {
  // A time for each server, and `-` for one that took no connection.
  nginx: {
    text: '"$request" "$upstream_addr" "$upstream_connect_time"',
    isConnected: (times) => /\d$/.test(times),
  },
  // Milliseconds, or -1.
  HAProxy: {
    text: '"%HM %HU %HV" "%si:%sp" "%Tc"',
    isConnected: (time) => /^\d+$/.test(time),
  },
  // The status: 503 where there was no connection, and 502 where it came to nothing.
  httpd: {
    text: '"%r" "%{BALANCER_WORKER_NAME}e" "%>s"',
    isConnected: (status) => status === '502',
  },
};

/** How the proxy is to write its access log, so that it can be read here. */
export function logFormatOf(proxy: ProxyName): string {
  return FORMATS[proxy].text;
}

const LINE = /[?&]id=([0-9a-f-]{36}) [^"]*" "([^"]*)" "([^"]*)"$/;
const SERVER = /\d+\.\d+\.\d+\.\d+:\d+/g;

/** Reads an access log of that format; other lines are left out. */
export function readAccessLog(
  lines: readonly string[],
  proxy: ProxyName,
): ReadonlyMap<string, LogEntry> {
  const { isConnected } = FORMATS[proxy];
  const entries = new Map<string, LogEntry>();
  for (const line of lines) {
    const [, id, servers, told] = LINE.exec(line) ?? [];
    if (id === undefined || servers === undefined || told === undefined) continue;
    const upstreams = servers.match(SERVER) ?? [];
    entries.set(id, { id, upstreams, isConnected: upstreams.length > 0 && isConnected(told) });
  }
  return entries;
}
