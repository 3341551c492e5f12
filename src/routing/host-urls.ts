import { type HostList, type ListedHost, readHostList } from './host-list.ts';
import { type Host, isAddress6, parseHost } from './hosts.ts';
import { type Path, parsePath } from './paths.ts';
import { parsePort } from './ports.ts';
import { regexFault } from './regex.ts';
import { invalid, type Validated, valid } from './validated.ts';

type Scheme = 'http' | 'https';

/** One item of the list. */
interface HostUrl {
  readonly host: Host;
  /** Absent: both, as the proxy has it. */
  readonly scheme?: Scheme;
  /** Absent: the proxy's own. */
  readonly port?: number;
  /** Absent: what `VIRTUAL_PATH` says. */
  readonly path?: Path;
}

/**
 * Reads `VIRTUAL_HOST` in dockercloud-haproxy's form: `[SCHEME://]HOST[:PORT][/PATH]` by comma, the
 * scheme `http`, `https`, `ws` or `wss`, with `*` anywhere in host and path for any text. A path
 * without one is that path alone; `/v1/*` is all below `/v1/`. What is no URL is read as usual.
 *
 * A site of the model has one entry for each scheme, through which all of its paths are reached.
 * Where a list would have it otherwise, the host carries notes that say so.
 */
export function parseHostUrls(text: string): Validated<HostList> {
  const items = readHostList(text, parseItem);
  if (items.kind === 'invalid') return items;
  const groups = new Map<string, [HostUrl, ...HostUrl[]]>();
  for (const item of items.value) {
    const group = groups.get(item.host.host);
    if (group) group.push(item);
    else groups.set(item.host.host, [item]);
  }
  return valid([...groups.values()].map(toListed));
}

function parseItem(item: string): Validated<HostUrl> {
  if (item.startsWith('~') || isAddress6(item)) return plain(item);
  const [, scheme, name = '', port, path = ''] =
    /^(?:(https?|wss?):\/\/)?(\[[^\]]*\]|[^/:]*)(?::(\d*))?(\/.*)?$/is.exec(item) ?? [];
  // What cannot be taken apart is no URL of theirs: the usual reading says what is wrong.
  if (name === '' || (scheme === undefined && item.includes('://'))) return plain(item);
  const host = parsePattern(name);
  if (host.kind === 'invalid') return host;
  const own = port === undefined ? undefined : parsePort(port);
  if (own?.kind === 'invalid') return own;
  const where = path === '' ? undefined : parsePathPattern(path);
  if (where?.kind === 'invalid') return where;
  const isSecure = /^(?:https|wss)$/i.test(scheme ?? '');
  return valid({
    host: host.value,
    ...(scheme === undefined && own === undefined ? {} : { scheme: isSecure ? 'https' : 'http' }),
    ...(own ? { port: own.value } : {}),
    ...(where ? { path: where.value } : {}),
  });
}

function plain(item: string): Validated<HostUrl> {
  const host = parseHost(item);
  return host.kind === 'valid' ? valid({ host: host.value }) : host;
}

/** A wildcard that is a whole label at one end is one of the model's; any other is an expression. */
function parsePattern(name: string): Validated<Host> {
  const usual = parseHost(name);
  if (usual.kind === 'valid' || !name.includes('*')) return usual;
  if (name.length > 253) return invalid('the name is longer than 253 characters');
  if (!/^[\w.*-]+$/.test(name)) return usual;
  return valid({ host: `~^${expressionOf(name.toLowerCase())}$`, kind: 'regex' });
}

function parsePathPattern(text: string): Validated<Path> {
  const path = parsePath(text);
  if (path.kind === 'invalid') return path;
  // That a host is given with a slash at its end says nothing of its paths.
  if (text === '/') return path;
  const folder = /^([^*]*\/)\*+$/.exec(text)?.[1];
  if (folder !== undefined) return parsePath(folder);
  const expression = `^${expressionOf(text)}$`;
  const fault = regexFault(expression);
  if (fault !== undefined) return invalid(fault);
  return valid({ path: expression, pathKind: text.includes('*') ? 'regex-ignore-case' : 'regex' });
}

/** Names and paths were looked at: of what means something in an expression they hold these. */
function expressionOf(pattern: string): string {
  return pattern.replaceAll(/[.$()+]/g, String.raw`\$&`).replaceAll(/\*+/g, '.*');
}

function toListed(urls: readonly [HostUrl, ...HostUrl[]]): ListedHost {
  const [{ host }] = urls;
  const paths = new Map(
    urls.flatMap(({ path }) => (path ? [[`${path.pathKind} ${path.path}`, path]] : [])),
  );
  const http = urls.filter(({ scheme }) => scheme === 'http');
  const https = urls.filter(({ scheme }) => scheme === 'https');
  // Where one says nothing of a scheme, the site is one with both, as without this form.
  const isOpen = urls.some(({ scheme }) => scheme === undefined);
  const method = http.length === 0 ? 'nohttp' : https.length === 0 ? 'nohttps' : 'noredirect';
  const httpPort = portOf(http);
  const httpsPort = portOf(https);
  const hasBare = urls.some(({ path }) => path === undefined);
  const notes = [...portNotes(host, http), ...portNotes(host, https)];
  if (http.length > 0 && https.length > 0 && pathsOf(http) !== pathsOf(https)) {
    notes.push(
      `${host.host} has other paths over http than over https: all of them are served over both`,
    );
  }
  return {
    ...host,
    ...(paths.size === 0 ? {} : { paths: [...paths.values()], hasBare }),
    ...(isOpen ? {} : { method }),
    ...(httpPort === undefined ? {} : { httpPort }),
    ...(httpsPort === undefined ? {} : { httpsPort }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function portOf(urls: readonly HostUrl[]): number | undefined {
  return urls[0]?.port;
}

function portNotes({ host }: Host, urls: readonly HostUrl[]): readonly string[] {
  const [first, ...others] = urls;
  const stray = others.find(({ port }) => port !== first?.port);
  if (first === undefined || stray === undefined) return [];
  const port = (one: HostUrl) => one.port ?? "the proxy's own port";
  return [
    `${host} is asked for over ${first.scheme} on ${port(first)} and on ${port(stray)}, and a site has one port for each scheme: it is served on ${port(first)}`,
  ];
}

function pathsOf(urls: readonly HostUrl[]): string {
  return [...new Set(urls.map(({ path }) => path?.path ?? ''))].sort().join('\n');
}
