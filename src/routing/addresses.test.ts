import { describe, expect, it } from 'vitest';
import { aContainer, aVantage, type ContainerWish } from '../../test/support/runtime-containers.ts';
import { chooseAddress, choosePort } from './addresses.ts';
import type { Vantage } from './model.ts';
import { reasonOf } from './obstacle.ts';

const HOST: Vantage = { kind: 'host' };
const HOST_MODE: Vantage = {
  kind: 'container',
  container: { id: 'p', name: 'proxy' },
  hostNetwork: true,
  networks: [{ name: 'host', gateway: '', internal: false }],
};
const ON_HOST: ContainerWish = { networkMode: 'host', networks: { host: {} } };

describe('the port', () => {
  it.each([
    [['80', '443'], 8080, 8080, ''],
    [['3000'], undefined, 3000, ''],
    [['3000', '3000', '53/udp'], undefined, 3000, ''],
    [[], undefined, 80, 'it exposes no port, and VIRTUAL_PORT is not set: 80 is taken'],
    [['53/udp'], undefined, 80, 'it exposes no port, and VIRTUAL_PORT is not set: 80 is taken'],
    [
      ['3000', '9000'],
      undefined,
      80,
      'it exposes ports 3000, 9000, and VIRTUAL_PORT is not set: 80 is taken',
    ],
  ])('of a container that exposes %j, with %s asked for, is %d', (ports, wanted, port, note) => {
    expect(choosePort(aContainer({ ports }), wanted)).toEqual({ port, note });
  });
});

describe('the note on a port', () => {
  const published = (ports: readonly string[], ...hostPorts: readonly string[]) => {
    const container = aContainer({ ports });
    const Addresses = container.Addresses.map((address, index) => ({
      ...address,
      HostPort: hostPorts[index] ?? '',
    }));
    return { ...container, Addresses };
  };
  const past = 'clients can go past the proxy';

  it.each([
    [['3000'], ['8080'], undefined, `port 3000 is published on the host too, as 8080: ${past}`],
    [['80', '81'], ['', '8081'], 81, `port 81 is published on the host too, as 8081: ${past}`],
    [['80', '81'], ['', '8081'], 80, ''],
    [['53/udp', '80'], ['53'], 53, ''],
    [
      ['80', '81'],
      ['8080'],
      undefined,
      `it exposes ports 80, 81, and VIRTUAL_PORT is not set: 80 is taken; port 80 is published on the host too, as 8080: ${past}`,
    ],
  ])('with %j published as %j and %s asked for is %j', (ports, hostPorts, wanted, note) => {
    expect(choosePort(published(ports, ...hostPorts), wanted).note).toBe(note);
  });
});

describe('the address', () => {
  const onTwo = { back: { IP: '10.0.0.2' }, front: { IP: '10.0.1.2' } };
  const dual = { front: { IP: '10.0.1.2', GlobalIPv6Address: '2001:db8::2' } };

  it.each<[string, ContainerWish, Vantage, string, string]>([
    ['on the shared network', { networks: onTwo }, aVantage('front'), '10.0.1.2', 'front'],
    ['the first of several', { networks: onTwo }, aVantage('back', 'front'), '10.0.0.2', 'back'],
    ['IPv4 before IPv6', { networks: dual }, aVantage('front'), '10.0.1.2', 'front'],
    [
      'IPv6 alone',
      { networks: { front: { GlobalIPv6Address: '2001:db8::2' } } },
      aVantage('front'),
      '2001:db8::2',
      'front',
    ],
    [
      'never ingress',
      { networks: { ingress: { IP: '10.9.0.1' }, web: { IP: '10.0.1.2' } } },
      aVantage('ingress', 'web'),
      '10.0.1.2',
      'web',
    ],
    [
      'a shared network without an address passed over',
      { networks: { back: {}, front: { IP: '10.0.1.2' } } },
      aVantage('back', 'front'),
      '10.0.1.2',
      'front',
    ],
    ['any, from the host', { networks: onTwo }, HOST, '10.0.0.2', 'back'],
    ['any, from a proxy in host mode', { networks: onTwo }, HOST_MODE, '10.0.0.2', 'back'],
    ['loopback, both at the host', ON_HOST, HOST, '127.0.0.1', 'host'],
    ['loopback, both in host mode', ON_HOST, HOST_MODE, '127.0.0.1', 'host'],
    ["the gateway of the proxy's network", ON_HOST, aVantage('front'), '172.18.0.1', 'host'],
    [
      'the gateway, by the mode alone',
      { networkMode: 'host', networks: {} },
      aVantage('front'),
      '172.18.0.1',
      'host',
    ],
  ])('is %s', (_, wish, vantage, address, network) => {
    expect(chooseAddress(aContainer(wish), { vantage, preferIpv6: false })).toEqual({
      kind: 'reachable',
      address,
      family: address.includes(':') ? 6 : 4,
      network,
    });
  });

  it('is the gateway of the first network that is not internal and has one', () => {
    const vantage: Vantage = {
      kind: 'container',
      container: { id: 'p', name: 'proxy' },
      hostNetwork: false,
      networks: [
        { name: 'a', gateway: '10.0.0.1', internal: true },
        { name: 'b', gateway: '', internal: false },
        { name: 'c', gateway: '10.0.2.1', internal: false },
      ],
    };
    expect(chooseAddress(aContainer(ON_HOST), { vantage, preferIpv6: false })).toMatchObject({
      address: '10.0.2.1',
    });
  });

  it.each<[ContainerWish, Vantage, string]>([
    [
      { networks: onTwo },
      aVantage('dmz', 'edge'),
      'shares no network with the proxy (it is on only back, front, proxy on dmz, edge): docker network connect dmz web-1',
    ],
    [
      { networks: onTwo },
      aVantage(),
      'shares no network with the proxy (it is on only back, front, proxy on none): connect both to one network',
    ],
    [
      { networks: { none: {} }, networkMode: 'none' },
      aVantage('front'),
      'shares no network with the proxy (it is on no network, proxy on front): docker network connect front web-1',
    ],
    [
      { networks: { none: {} }, networkMode: 'none' },
      HOST,
      'is on no network: connect it to a network',
    ],
    [{ networks: { front: {} } }, aVantage('front'), 'has no address on front'],
    [
      { networks: {}, networkMode: 'container:abc' },
      aVantage('front'),
      'uses the network of another container (container:abc): set VIRTUAL_HOST on that one instead',
    ],
    [
      ON_HOST,
      aVantage(),
      "uses the host's network, and the proxy (proxy) has no network with a way to the host: connect the proxy to a network that is not internal",
    ],
  ])('is missing for a reason', (wish, vantage, reason) => {
    const found = chooseAddress(aContainer(wish), { vantage, preferIpv6: false });
    expect(found.kind === 'unreachable' && reasonOf(found.obstacle)).toBe(reason);
  });
});
