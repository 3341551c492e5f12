/** What a proxy's access log says of one request. */
export interface LogEntry {
  readonly id: string;
  /** `172.18.0.2:8080` of each server that was asked, in that order. */
  readonly upstreams: readonly string[];
}

/**
 * Reads the lines of an access log by what the default formats of the bundled templates, and
 * nginx-proxy's, have in common: the request with its query, and the servers asked in the last quotes.
 */
export function readAccessLog(lines: readonly string[]): ReadonlyMap<string, LogEntry> {
  const entries = new Map<string, LogEntry>();
  for (const line of lines) {
    const id = /[?&]id=([0-9a-f-]{36}) /.exec(line)?.[1];
    const servers = /"([^"]*)"[^"]*$/.exec(line)?.[1];
    if (id === undefined || servers === undefined) continue;
    const upstreams = servers.match(/\d+\.\d+\.\d+\.\d+:\d+/g) ?? [];
    entries.set(id, { id, upstreams });
  }
  return entries;
}
