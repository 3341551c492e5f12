import { createHash } from 'node:crypto';
import type { Path } from './paths.ts';

/**
 * A site's name for files and upstreams: its host where that has only `a-z 0-9 . -`, else the
 * readable part of it with a hash. No two hosts have the same one: what a hash follows (`_` here,
 * `-` in the name of an upstream) cannot be spelt by a host that is taken as it is, so that nobody
 * can choose a host whose upstream is called like somebody else's.
 */
export function siteKey(host: string): string {
  if (/^[a-z0-9.-]+$/.test(host) && !/-[0-9a-f]{40}$/.test(host)) return host;
  const readable = host
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[.-]+/g, '')
    .slice(0, 40)
    .replaceAll(/[.-]+$/g, '');
  return `${readable}_${sha1(host)}`;
}

/** The site's key; for a path other than `/` with the hash of the path as the user wrote it. */
export function upstreamName(key: string, { path, pathKind }: Path): string {
  if (pathKind === 'prefix' && path === '/') return key;
  const marker = { prefix: '', regex: '~', 'regex-ignore-case': '~*' }[pathKind];
  return `${key}-${sha1(marker + path)}`;
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
