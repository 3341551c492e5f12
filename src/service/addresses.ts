import type { NetworkInterfaceInfo } from 'node:os';

/**
 * The addresses by which others reach this machine or container, sorted.
 *
 * @param interfaces as `os.networkInterfaces()` gives them
 */
export function outwardAddresses(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly string[] {
  return Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter((info) => !info.internal)
    .map((info) => info.address)
    .sort();
}
