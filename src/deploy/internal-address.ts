import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Networks in which there is no public host: IANA's registries of special-purpose addresses
 * (RFC 6890 and what updates it), and multicast.
 */
const INTERNAL: readonly (readonly [network: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
];

/** Of IPv6, only what is given out as global unicast is public; of that, these are not. */
const GLOBAL_UNICAST = ['2000::', 3, 'ipv6'] as const;
const INTERNAL_GLOBAL: readonly (readonly [network: string, prefix: number, family: 'ipv6'])[] = [
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  // These hold an IPv4 address, which may be an internal one.
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
];

const blocked = new BlockList();
for (const network of [...INTERNAL, ...INTERNAL_GLOBAL]) blocked.addSubnet(...network);
const unicast = new BlockList();
unicast.addSubnet(...GLOBAL_UNICAST);

/**
 * Whether an address is not of the public internet: this host's own, a private network's, a link's,
 * or one of those that are set aside. What is no address counts as internal too.
 */
export function isInternalAddress(address: string): boolean {
  if (isIPv4(address)) return blocked.check(address, 'ipv4');
  if (!isIPv6(address) || address.includes('%')) return true;
  return !unicast.check(address, 'ipv6') || blocked.check(address, 'ipv6');
}
