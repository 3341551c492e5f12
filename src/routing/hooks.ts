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
    users,
    hookFiles: [headers, internalClients, fastcgi, errorPage],
    certificates: places.certificates,
    dhparam: places.dhparam,
  };
}

/** The name of a host in file names: a regex by its SHA-1. The rule is nginx-proxy's. */
export function hookName(host: string, kind: HostKind): string {
  return kind === 'regex' ? sha1(host) : host;
}

/** Files of which the first that is there is taken: a row of `docs/settings.md`. */
export interface Hook {
  readonly folder: 'sites' | 'users';
  /** `HOST` is the host ({@link hookName}), `PATH` the SHA-1 of the path as it was written. */
  readonly names: readonly string[];
  /** Only for the path `/`, after the others. */
  readonly rootNames?: readonly string[];
  /** For people; in Markdown. */
  readonly description: string;
}

/** The files of sites and routes, by nginx-proxy's names: the code and the documentation use it. */
export const HOOKS = {
  site: {
    folder: 'sites',
    names: ['HOST', 'default'],
    description: 'is included in the virtual host',
  },
  route: {
    folder: 'sites',
    names: ['HOST_PATH_location', 'HOST_location', 'default_location'],
    description: 'is included in the location of a path',
  },
  override: {
    folder: 'sites',
    names: ['HOST_PATH_location_override'],
    rootNames: ['HOST_location_override'],
    description: 'takes the place of the location of a path',
  },
  users: {
    folder: 'users',
    names: ['HOST_PATH', 'HOST'],
    description: 'names and passwords: clients have to know one (basic authentication)',
  },
} as const satisfies Readonly<Record<string, Hook>>;

/** A host can be called like a file for a location, which the proxy would refuse in a site. */
const FOR_LOCATION = /_location(?:_override)?$/;

/** Settings of a site. */
export function siteHook(
  name: string,
  files: ProxyFiles,
  places: HookPlaces,
): HookFile | undefined {
  const isAmbiguous = FOR_LOCATION.test(name);
  const names = HOOKS.site.names.filter((one) => !(one === 'HOST' && isAmbiguous));
  return find({ ...HOOKS.site, names }, { HOST: name, PATH: '' }, files, places);
}

/** What there is for a route: settings, what replaces it, its users. */
export function routeHooks(
  name: string,
  route: Pick<Route, 'path' | 'pathKind'>,
  files: ProxyFiles,
  places: HookPlaces,
): Pick<Route, 'hook' | 'override' | 'users'> {
  const parts = { HOST: name, PATH: sha1(pathText(route)) };
  const isRoot = route.pathKind === 'prefix' && route.path === '/';
  const hook = find(HOOKS.route, parts, files, places);
  const override = find(HOOKS.override, parts, files, places, isRoot);
  // One that cannot be read lets nobody in.
  const closed = { path: `${places.users}/${name}`, digest: 'unreadable' };
  const users =
    find(HOOKS.users, parts, files, places) ?? (files.unread?.users ? closed : undefined);
  return {
    ...(hook ? { hook } : {}),
    ...(override ? { override } : {}),
    ...(users ? { users } : {}),
  };
}

function find(
  { folder, names, rootNames = [] }: Hook,
  parts: Readonly<Record<'HOST' | 'PATH', string>>,
  { hooks }: ProxyFiles,
  places: HookPlaces,
  isRoot = false,
): HookFile | undefined {
  return [...names, ...(isRoot ? rootNames : [])]
    .map((name) => name.replaceAll(/HOST|PATH/g, (part) => parts[part as keyof typeof parts]))
    .map((name) => hooks.get(`${places[folder]}/${name}`))
    .find((found) => found !== undefined);
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
