import { createHash } from 'node:crypto';
import type { HostKind, Route } from './model.ts';
import { pathText } from './paths.ts';
import type { FilePlaces, HookFile, ProxyFiles } from './proxy-files.ts';

/** Where the operator's files lie that routing looks for by name, as the proxy sees them. */
export interface HookPlaces {
  /** A folder: settings for sites and routes. */
  readonly sites: string;
  /** A folder: users and passwords. */
  readonly users: string;
  /** Headers for back ends. */
  readonly headers: string;
  /** Which clients are internal. */
  readonly internalClients: string;
  /** FastCGI parameters. */
  readonly fastcgi: string;
  /** The page for hosts that no site has. */
  readonly errorPage: string;
  /** A folder: certificates, their keys, and who signs those of clients. */
  readonly certificates: string;
  /** Diffie-Hellman parameters. */
  readonly dhparam: string;
}

/** What has to be read, so that routing can look. */
export function filePlacesOf(places: HookPlaces): FilePlaces {
  const { sites, users, headers, internalClients, fastcgi, errorPage } = places;
  return {
    hookFolders: [sites, users],
    hookFiles: [headers, internalClients, fastcgi, errorPage],
    certificates: places.certificates,
    dhparam: places.dhparam,
  };
}

/** The name of a host in file names: a regex by its SHA-1. The rule is nginx-proxy's. */
export function hookName(host: string, kind: HostKind): string {
  return kind === 'regex' ? sha1(host) : host;
}

/** A host can be called like a file for a location, which the proxy would refuse in a site. */
const FOR_LOCATION = /_location(?:_override)?$/;

/** `HOST`, else `default`: settings of a site. */
export function siteHook(
  name: string,
  files: ProxyFiles,
  { sites }: HookPlaces,
): HookFile | undefined {
  const own = FOR_LOCATION.test(name) ? [] : [`${sites}/${name}`];
  return first(files, [...own, `${sites}/default`]);
}

/**
 * What there is for a route, by nginx-proxy's names, in which `PATH` is the SHA-1 of the path:
 * settings (`HOST_PATH_location`, else `HOST_location`, else `default_location`), what replaces it
 * (`HOST_PATH_location_override`; for `/` also `HOST_location_override`) and its users
 * (`HOST_PATH`, else `HOST`).
 */
export function routeHooks(
  name: string,
  route: Pick<Route, 'path' | 'pathKind'>,
  files: ProxyFiles,
  { sites, users }: HookPlaces,
): Pick<Route, 'hook' | 'override' | 'users'> {
  const path = sha1(pathText(route));
  const isRoot = route.pathKind === 'prefix' && route.path === '/';
  const hook = first(files, [
    `${sites}/${name}_${path}_location`,
    `${sites}/${name}_location`,
    `${sites}/default_location`,
  ]);
  const override = first(files, [
    `${sites}/${name}_${path}_location_override`,
    ...(isRoot ? [`${sites}/${name}_location_override`] : []),
  ]);
  const known = first(files, [`${users}/${name}_${path}`, `${users}/${name}`]);
  return {
    ...(hook ? { hook } : {}),
    ...(override ? { override } : {}),
    ...(known ? { users: known } : {}),
  };
}

function first({ hooks }: ProxyFiles, paths: readonly string[]): HookFile | undefined {
  return paths.map((path) => hooks.get(path)).find((found) => found !== undefined);
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
