import { expect } from 'vitest';
import type { Scenario } from '../scenario.ts';
import { APART, HOOKED, ON_HOST, PLAIN, SIX } from '../setups.ts';
import { absent, ask, connect, disconnect, see, settle, spread } from '../steps.ts';

const host = (name: string, more: Readonly<Record<string, string>> = {}) => ({
  VIRTUAL_HOST: name,
  ...more,
});

export const NETWORKS: readonly Scenario[] = [
  {
    group: 'networks',
    name: 'a container on several shared networks is a member once',
    covers: ['first reachable network only', 'networks of the proxy'],
    proxy: PLAIN,
    containers: {
      often: { env: host('once.networks.test'), networks: ['main', 'second', 'internal'] },
      seldom: { env: host('once.networks.test') },
    },
    steps: [
      spread('http://once.networks.test/', ['often', 'seldom']),
      see(async (scene) => {
        const { sites } = await scene.proxy.status();
        const site = sites.find((one) => one.host === 'once.networks.test');
        expect(site?.servers.map(({ container }) => container).sort()).toEqual([
          scene.container('often'),
          scene.container('seldom'),
        ]);
      }),
    ],
  },
  {
    group: 'networks',
    name: 'of several shared networks the first by name is taken',
    covers: ['first reachable network only'],
    proxy: PLAIN,
    containers: {
      sorted: { env: host('sorted.networks.test'), networks: ['second', 'apart', 'internal'] },
    },
    steps: [
      ask('http://sorted.networks.test/', { status: 200, from: 'sorted' }),
      see(async (scene) => {
        const { sites } = await scene.proxy.status();
        const site = sites.find((one) => one.host === 'sorted.networks.test');
        const address = await scene.addressOf('sorted', 'internal');
        expect(site?.servers.map((server) => server.address)).toEqual([`${address}:80`]);
      }),
    ],
  },
  {
    group: 'networks',
    name: 'a container is reached over an internal network',
    covers: ['networks of the proxy'],
    proxy: PLAIN,
    containers: { inner: { env: host('inner.networks.test'), networks: ['internal'] } },
    steps: [ask('http://inner.networks.test/', { status: 200, from: 'inner' })],
  },
  {
    group: 'networks',
    name: 'a container without a network in common gets nothing, with the reason',
    covers: ['unreachable container', 'no usable server'],
    proxy: PLAIN,
    containers: {
      far: { env: host('far.networks.test'), networks: ['apart'] },
      near: { env: host('near.networks.test') },
    },
    steps: [
      ask('http://near.networks.test/', { status: 200, from: 'near' }),
      ask('http://far.networks.test/', { status: 503, from: '' }),
      absent('far', /network/),
    ],
  },
  {
    group: 'networks',
    name: 'those that are reachable serve a host that others ask for in vain',
    covers: ['unreachable container'],
    proxy: PLAIN,
    containers: {
      there: { env: host('both.networks.test') },
      away: { env: host('both.networks.test'), networks: ['apart'] },
    },
    steps: [spread('http://both.networks.test/', ['there']), absent('away', /network/)],
  },
  {
    group: 'networks',
    name: 'a container is followed as it joins the network and leaves it',
    covers: ['container comes and goes', 'unreachable container'],
    proxy: PLAIN,
    containers: { nomad: { env: host('nomad.networks.test'), networks: ['apart'] } },
    steps: [
      ask('http://nomad.networks.test/', { status: 503 }),
      connect('nomad', 'second'),
      ask('http://nomad.networks.test/', { status: 200, from: 'nomad' }),
      disconnect('nomad', 'second'),
      ask('http://nomad.networks.test/', { status: 503 }),
    ],
  },
  {
    group: 'networks',
    name: "a container on the host's network is reached through the proxy's gateway",
    covers: ['host network of the container'],
    proxy: PLAIN,
    containers: {
      hosted: {
        networks: 'host',
        listen: 'http:{port:hosted}',
        env: host('hosted.networks.test', { VIRTUAL_PORT: '{port:hosted}' }),
      },
    },
    steps: [ask('http://hosted.networks.test/', { status: 200, from: 'hosted' })],
  },
  {
    group: 'networks',
    name: "a proxy on the host's network reaches the containers of all networks",
    covers: ['host network of the proxy'],
    proxy: ON_HOST,
    containers: {
      bridged: { env: host('bridged.on-host.test') },
      apart: { env: host('apart.on-host.test'), networks: ['apart'] },
    },
    steps: [
      ask('http://bridged.on-host.test:{port:http}/', { status: 200, from: 'bridged' }),
      ask('http://apart.on-host.test:{port:http}/', { status: 200, from: 'apart' }),
    ],
  },
  {
    group: 'networks',
    name: "where both are on the host's network they meet there",
    covers: ['host network of the proxy', 'host network of the container'],
    proxy: ON_HOST,
    containers: {
      fellow: {
        networks: 'host',
        listen: 'http:{port:fellow}',
        env: host('fellow.on-host.test', { VIRTUAL_PORT: '{port:fellow}' }),
      },
    },
    steps: [
      ask('http://fellow.on-host.test:{port:http}/', {
        status: 200,
        from: 'fellow',
        asked: { remote: '127.0.0.1' },
      }),
    ],
  },
  {
    group: 'networks',
    name: 'IPv4 comes before IPv6',
    covers: ['IPv4 before IPv6'],
    proxy: PLAIN,
    containers: { dual: { env: host('dual.networks.test'), networks: ['six'] } },
    steps: [
      ask('http://dual.networks.test/', { from: 'dual', asked: { remote: expectAddress(4) } }),
    ],
  },
  {
    group: 'networks',
    name: 'IPv6 is taken where the operator prefers it, and IPv4 where there is no other',
    covers: ['PREFER_IPV6_NETWORK'],
    proxy: SIX,
    containers: {
      sixth: { env: host('sixth.six.test'), networks: ['six'] },
      fourth: { env: host('fourth.six.test') },
    },
    steps: [
      ask('http://sixth.six.test/', { from: 'sixth', asked: { remote: expectAddress(6) } }),
      ask('http://fourth.six.test/', { from: 'fourth', asked: { remote: expectAddress(4) } }),
    ],
  },
  {
    group: 'networks',
    name: 'clients come over IPv6 where the operator wants it',
    covers: ['ENABLE_IPV6'],
    proxy: SIX,
    containers: { listening: { env: host('listening.six.test') } },
    steps: [
      ask(
        { url: 'http://listening.six.test/', over: 'six', family: 6 },
        { status: 200, from: 'listening', asked: { headers: { 'X-Real-IP': /:/ } } },
      ),
      ask({ url: 'http://unknown.six.test/', over: 'six', family: 6 }, { status: 503 }),
    ],
  },
  {
    group: 'networks',
    name: 'clients come over IPv6 only where the operator wants it',
    covers: ['ENABLE_IPV6'],
    proxy: PLAIN,
    containers: { deaf: { env: host('deaf.networks.test') } },
    steps: [
      ask('http://deaf.networks.test/', { from: 'deaf' }),
      ask({ url: 'http://deaf.networks.test/', over: 'six', family: 6 }, { refused: 'connection' }),
    ],
  },
  {
    group: 'networks',
    name: 'an internal container is served to clients with private addresses alone',
    covers: ['NETWORK_ACCESS', 'network_internal.conf'],
    proxy: PLAIN,
    containers: {
      house: { env: host('house.networks.test', { NETWORK_ACCESS: 'internal' }) },
      street: { env: host('street.networks.test', { NETWORK_ACCESS: 'external' }) },
    },
    steps: [
      ask('http://house.networks.test/', { status: 200, from: 'house' }),
      ask({ url: 'http://house.networks.test/', over: 'outside' }, { status: 403, from: '' }),
      ask({ url: 'http://street.networks.test/', over: 'outside' }, { status: 200 }),
    ],
  },
  {
    group: 'networks',
    name: 'access is a matter of the path',
    covers: ['NETWORK_ACCESS'],
    proxy: PLAIN,
    containers: {
      open: { env: host('mixed.networks.test') },
      closed: {
        env: host('mixed.networks.test', { VIRTUAL_PATH: '/admin', NETWORK_ACCESS: 'internal' }),
      },
    },
    steps: [
      ask({ url: 'http://mixed.networks.test/', over: 'outside' }, { status: 200, from: 'open' }),
      ask({ url: 'http://mixed.networks.test/admin', over: 'outside' }, { status: 403 }),
      ask('http://mixed.networks.test/admin', { status: 200, from: 'closed' }),
    ],
  },
  {
    group: 'networks',
    name: 'the operator says who is inside',
    covers: ['network_internal.conf'],
    proxy: HOOKED,
    containers: { upside: { env: host('upside.hooked.test', { NETWORK_ACCESS: 'internal' }) } },
    steps: [
      ask({ url: 'http://upside.hooked.test/', over: 'outside' }, { status: 200, from: 'upside' }),
      ask('http://upside.hooked.test/', { status: 403 }),
    ],
  },
  {
    group: 'networks',
    name: 'the container that runs the proxy is found by a label, and its networks count',
    covers: ['NGINX_CONTAINER_LABEL', 'label nginx on the proxy', 'networks of the proxy'],
    proxy: APART,
    containers: {
      found: { env: host('found.apart.test') },
      lost: { env: host('lost.apart.test'), networks: ['apart'] },
    },
    steps: [
      ask('http://found.apart.test/', { status: 200, from: 'found' }),
      ask('http://lost.apart.test/', { status: 503 }),
    ],
  },
  {
    group: 'networks',
    name: "what the operator's filter leaves out is not served",
    covers: ['DOCKER_CONTAINER_FILTERS'],
    proxy: PLAIN,
    containers: {
      filtered: { env: host('filtered.networks.test'), isFiltered: true },
      kept: { env: host('kept.networks.test') },
    },
    steps: [
      ask('http://kept.networks.test/', { from: 'kept' }),
      settle,
      ask('http://filtered.networks.test/', { status: 503, from: '' }),
    ],
  },
];

/** Any address of this family. */
function expectAddress(family: 4 | 6): string {
  const form = family === 4 ? /^\d+\.\d+\.\d+\.\d+$/ : /:/;
  return expect.stringMatching(form) as string;
}
