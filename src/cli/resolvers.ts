import { isIP } from 'node:net';

/**
 * The name servers of an `/etc/resolv.conf`, as nginx's `resolver` takes them: by blank, IPv6 in
 * brackets. One with a zone (`fe80::1%eth0`) is left out: nginx understands none.
 */
export function resolversOf(resolvConf: string): string {
  return resolvConf
    .split('\n')
    .flatMap((line) => /^nameserver[ \t]+(\S+)/.exec(line.trim())?.[1] ?? [])
    .flatMap((address) => {
      const family = address.includes('%') ? 0 : isIP(address);
      return family === 0 ? [] : [family === 6 ? `[${address}]` : address];
    })
    .join(' ');
}

/**
 * The name servers for a proxy without `RESOLVERS`: those of the container that tsgen runs in, whose
 * engine gives its neighbours the same. On a host they need not be of any use to a proxy in a
 * container; and what is rendered from a file is the same everywhere.
 */
export function defaultResolvers(
  { selfId }: { readonly selfId: string | undefined },
  readFile: (path: string) => string,
): string | undefined {
  if (selfId === undefined) return undefined;
  return resolversOf(readFile('/etc/resolv.conf')) || undefined;
}
