import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { outwardAddresses } from './addresses.ts';

function info(address: string, internal: boolean): NetworkInterfaceInfo {
  const mac = '02:42:ac:12:00:02';
  return { address, internal, mac, netmask: '255.255.0.0', cidr: null, family: 'IPv4' };
}

it('lists the addresses that others can reach, sorted', () => {
  const interfaces = {
    lo: [info('127.0.0.1', true)],
    eth1: [info('172.19.0.3', false)],
    eth0: [info('172.18.0.2', false)],
    gone: undefined,
  };
  expect(outwardAddresses(interfaces)).toEqual(['172.18.0.2', '172.19.0.3']);
});
