import { createHash } from 'node:crypto';
import type { HostKind } from './model.ts';
import { type Path, pathText } from './paths.ts';

/**
 * A site's name for files and upstreams: its host where that has only `a-z 0-9 . -`; the SHA-1 of a
 * regex, which is nginx-proxy's name for it; else the readable part with a hash. No two hosts have
 * the same one: a host that is taken as it is can spell neither a hash nor what one follows (`_`
 * here, `-` in the name of an upstream), so that nobody can choose a host whose upstream is called
 * like somebody else's.
 */
export function siteKey(host: string, kind: HostKind): string {
  if (kind === 'regex') return sha1(host);
  if (/^[a-z0-9.-]+$/.test(host) && !/(?:^|-)[0-9a-f]{40}$/.test(host)) return host;
  const readable = host
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[.-]+/g, '')
    .slice(0, 40)
    .replaceAll(/[.-]+$/g, '');
  return `${readable}_${sha1(host)}`;
}

/**
 * The site's key, or with `hashed` the SHA-1 of its host; for a path other than `/` with the hash
 * of the path as the user wrote it.
 */
export function upstreamName(
  { host, key }: { readonly host: string; readonly key: string },
  path: Path,
  { hashed }: { readonly hashed: boolean },
): string {
  const name = hashed ? sha1(host) : key;
  if (path.pathKind === 'prefix' && path.path === '/') return name;
  return `${name}-${sha1(pathText(path))}`;
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
