import { parse } from 'yaml';
import { nearest } from '../base/nearest.ts';
import { type Host, parseHost } from './hosts.ts';
import type { Protocol } from './model.ts';
import { type Path, parseDest, parsePath } from './paths.ts';
import { parsePort } from './ports.ts';
import { shorten } from './problem.ts';
import { parseProtocol } from './protocols.ts';
import { invalid, type Validated, valid } from './validated.ts';

/** One path of one host, and the port of the container that serves it. */
export interface MultiportRoute extends Path {
  readonly host: Host;
  readonly port?: number;
  readonly proto?: Protocol;
  readonly dest?: string;
}

export interface Multiports {
  readonly routes: readonly MultiportRoute[];
  /** What it says in vain: phrases. */
  readonly ignored: readonly string[];
  /** Host → the ports on which the proxy listens for it. */
  readonly external: ReadonlyMap<
    string,
    { readonly http?: number | undefined; readonly https?: number | undefined }
  >;
}

const MAX_LENGTH = 16 * 1024;
const MAX_ROUTES = 1000;
const MAX_IGNORED = 20;

/** What is wrong, and where in the value. */
class Refusal extends Error {}

/**
 * Reads `VIRTUAL_HOST_MULTIPORTS`: YAML, of which JSON is a part, of the form host → path →
 * settings. A host without a path means `/`. A key that is neither a path nor known is ignored, as
 * nginx-proxy does, and told. The form is nginx-proxy's.
 */
export function parseMultiports(text: string): Validated<Multiports> {
  if (text.length > MAX_LENGTH) return invalid(`it is longer than ${MAX_LENGTH} characters`);
  try {
    const ignored: string[] = [];
    const hosts = entriesOf(read(text), 'it', 'a map of hosts');
    let left = MAX_ROUTES;
    const external = new Map<string, { http?: number | undefined; https?: number | undefined }>();
    const routes = hosts.flatMap(([name, value]) => {
      const host = need(parseHost(name.trim()), quoted(name));
      const entries = value === null ? [] : entriesOf(value, quoted(name), 'a map of paths');
      // With aliases a short text can stand for many.
      left -= Math.max(1, entries.length);
      if (left < 0) throw new Refusal(`it has more than ${MAX_ROUTES} paths`);
      const own = new Map(entries);
      external.set(host.host, {
        http: optional(own.get(HTTP_PORT), parsePort, `${quoted(name)}: ${HTTP_PORT}`),
        https: optional(own.get(HTTPS_PORT), parsePort, `${quoted(name)}: ${HTTPS_PORT}`),
      });
      const others = entries.filter(([key]) => key !== HTTP_PORT && key !== HTTPS_PORT);
      const paths = others.filter(([key]) => isPath(key));
      ignored.push(...others.filter(([key]) => !isPath(key)).map(([key]) => stray(name, key)));
      return paths.length === 0
        ? [{ host, path: '/', pathKind: 'prefix' as const }]
        : paths.map(([path, settings]) => readRoute(host, path, settings, ignored));
    });
    if (routes.length === 0) throw new Refusal('it has no host');
    return valid({
      routes: withoutDuplicates(routes),
      ignored: ignored.slice(0, MAX_IGNORED),
      external,
    });
  } catch (error) {
    if (error instanceof Refusal) return invalid(error.message);
    throw error;
  }
}

const HTTP_PORT = 'external_http_port';
const HTTPS_PORT = 'external_https_port';
const ROUTE_KEYS = ['port', 'proto', 'dest'];

function read(text: string): unknown {
  try {
    // Keys such as 404.example stay text, and a bomb of aliases is refused.
    return parse(text, { maxAliasCount: 10, schema: 'core', uniqueKeys: true, logLevel: 'error' });
  } catch (cause) {
    const [first = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new Refusal(`it is neither YAML nor JSON: ${shorten(first)}`);
  }
}

function isPath(key: string): boolean {
  return /^[/~]/.test(key);
}

function stray(host: string, key: string): string {
  const near = nearest(key.slice(0, 100), [HTTP_PORT, HTTPS_PORT]);
  const advice = near === undefined ? 'a path begins with /' : `did you mean ${near}?`;
  return `${quoted(host)}: ${quoted(key)} is no path and no setting: ${advice}`;
}

function readRoute(host: Host, path: string, settings: unknown, ignored: string[]): MultiportRoute {
  const where = `${quoted(host.host)}: ${quoted(path)}`;
  const entries = settings === null ? [] : entriesOf(settings, where, 'a map of settings');
  for (const [key] of entries) {
    if (ROUTE_KEYS.includes(key)) continue;
    ignored.push(`${where} has ${quoted(key)}: known are ${ROUTE_KEYS.join(', ')}`);
  }
  const own = new Map(entries);
  const port = optional(own.get('port'), parsePort, `${where}: port`);
  const proto = optional(own.get('proto'), parseProtocol, `${where}: proto`);
  const dest = optional(own.get('dest'), parseDest, `${where}: dest`);
  return {
    host,
    ...need(parsePath(path), where),
    ...(port === undefined ? {} : { port }),
    ...(proto === undefined ? {} : { proto }),
    ...(dest === undefined ? {} : { dest }),
  };
}

function entriesOf(
  value: unknown,
  where: string,
  what: string,
): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(`${where} must be ${what}`);
  }
  return Object.entries(value);
}

function optional<T>(
  value: unknown,
  parseText: (text: string) => Validated<T>,
  where: string,
): T | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'object') throw new Refusal(`${where} must be a text or a number`);
  return need(parseText(String(value).trim()), `${where} ${quoted(String(value))}`);
}

function need<T>(result: Validated<T>, where: string): T {
  if (result.kind === 'valid') return result.value;
  throw new Refusal(`${where}: ${result.reason}`);
}

/** Two spellings of one host may come together. The later one counts, as in YAML of old. */
function withoutDuplicates(routes: readonly MultiportRoute[]): readonly MultiportRoute[] {
  return [
    ...new Map(
      routes.map((route) => [`${route.host.host}\0${route.pathKind} ${route.path}`, route]),
    ).values(),
  ];
}

function quoted(text: string): string {
  return JSON.stringify(shorten(text));
}
