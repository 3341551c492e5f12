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
