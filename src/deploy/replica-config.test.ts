import { describe, expect, it } from 'vitest';
import { parseImageReference } from './image-reference.ts';
import { replicaConfig, whyAlone } from './replica-config.ts';
import { aReplica, IMAGE_CONFIG, imageId } from './testing/replica.ts';

const TARGET = {
  deployment: 7,
  image: imageId('version 2'),
  from: 'localhost:5000/team/web:latest',
  reference: 'localhost:5000/team/web:latest',
};

describe('the configuration of a new replica', () => {
  it('is what the old one was told, and leaves to the new image what came from the old one', () => {
    const old = aReplica();
    const { config, networks } = replicaConfig(old, IMAGE_CONFIG, TARGET);
    expect(config).toEqual({
      Env: ['VIRTUAL_HOST=localhost'],
      ExposedPorts: {},
      Volumes: {},
      Image: TARGET.from,
      Labels: {
        'com.docker.compose.config-hash': 'c0ffee',
        'com.docker.compose.container-number': '1',
        'com.docker.compose.image': TARGET.image,
        'com.docker.compose.oneoff': 'False',
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'web',
        'tsgen.deploy': 'team/web',
        'tsgen.deploy.deployment': '7',
        'tsgen.deploy.image': TARGET.reference,
        'tsgen.deploy.previous': old.Image,
        'tsgen.deploy.replaces': old.Id,
      },
      HostConfig: { ...old.HostConfig, Binds: [] },
      NetworkingConfig: {
        EndpointsConfig: { shop_default: { Aliases: ['shop-web-1', 'web'] } },
      },
    });
    expect(networks).toEqual([]);
  });

  it('keeps what the container was told in the place of what its image says', () => {
    const own = {
      Hostname: 'box',
      Env: ['NODE_ENV=test', 'PATH=/bin'],
      Cmd: ['node', 'other.js'],
      User: 'root',
      StopSignal: 'SIGINT',
      Healthcheck: { Test: ['NONE'] },
      ExposedPorts: { '3000/tcp': {}, '9000/tcp': {} },
    };
    const { config } = replicaConfig(aReplica({ config: own }), IMAGE_CONFIG, TARGET);
    expect(config).toMatchObject({
      ...own,
      Env: ['NODE_ENV=test'],
      ExposedPorts: { '9000/tcp': {} },
    });
  });

  it('keeps the command of an entry point of its own, also where the image has the same one', () => {
    const config = { Entrypoint: ['tini', '--'] };
    const made = replicaConfig(aReplica({ config }), IMAGE_CONFIG, TARGET);
    expect(made.config).toMatchObject({ Entrypoint: ['tini', '--'], Cmd: ['node', 'main.js'] });
  });

  it('is on all networks, first on that by which it was made', () => {
    const networks = {
      aaa: { NetworkID: 'n0', Aliases: ['web', '73686f702d77'], Links: ['db:db'] },
      zzz: null,
    };
    const made = replicaConfig(aReplica({ networks }), IMAGE_CONFIG, TARGET);
    expect(Object.keys(made.config.NetworkingConfig.EndpointsConfig)).toEqual(['shop_default']);
    expect(made.networks).toEqual([
      { name: 'aaa', endpoint: { Aliases: ['web'], Links: ['db:db'] } },
      { name: 'zzz', endpoint: {} },
    ]);
  });

  it("knows the engine's default network by the name that it has there", () => {
    const bare = { ...aReplica({ hostConfig: { NetworkMode: 'default' } }) };
    const old = { ...bare, NetworkSettings: { Networks: { bridge: {}, own: {} } } };
    const { config, networks } = replicaConfig(old, {}, TARGET);
    expect(config.NetworkingConfig.EndpointsConfig).toEqual({ bridge: {} });
    expect(networks).toEqual([{ name: 'own', endpoint: {} }]);
  });

  it.each([['host'], ['none'], ['container:abc']])('is on no network with %s', (NetworkMode) => {
    const { config } = replicaConfig(aReplica({ hostConfig: { NetworkMode } }), {}, TARGET);
    expect(config.NetworkingConfig.EndpointsConfig).toEqual({});
    expect(config.HostConfig).toMatchObject({ NetworkMode });
  });

  it.each([[{ NetworkMode: 'host' }], [{ NetworkMode: 'container:abc' }], [{ UTSMode: 'host' }]])(
    'has no host name of its own with %j',
    (hostConfig) => {
      const old = aReplica({ hostConfig, config: { Hostname: 'the-host' } });
      expect(replicaConfig(old, {}, TARGET).config).not.toHaveProperty('Hostname');
    },
  );

  it('takes volumes without a name over, and none twice', () => {
    const old = aReplica({
      hostConfig: { Binds: ['data:/data:rw'], Mounts: [{ Type: 'volume', Target: '/conf' }] },
      mounts: [
        { Type: 'volume', Name: 'data', Destination: '/data', RW: true },
        { Type: 'volume', Name: 'conf', Destination: '/conf', RW: true },
        { Type: 'volume', Name: 'f00d', Destination: '/cache', RW: true },
        { Type: 'volume', Name: 'beef', Destination: '/seed', RW: false },
        { Type: 'bind', Source: '/srv', Destination: '/srv', RW: true },
      ],
    });
    const { config } = replicaConfig(old, IMAGE_CONFIG, TARGET);
    expect(config.HostConfig.Binds).toEqual(['data:/data:rw', 'f00d:/cache:rw', 'beef:/seed:ro']);
  });

  it('gives no label of Compose to what Compose did not start', () => {
    const old = aReplica({ config: { Labels: { 'tsgen.deploy': 'team/web' } } });
    const { config } = replicaConfig(old, {}, TARGET);
    expect(Object.keys(config.Labels).filter((key) => key.startsWith('com.'))).toEqual([]);
  });

  it('keeps the label by which it is found, also where its image gave it that', () => {
    const image = { Labels: { 'tsgen.deploy': 'team/web' } };
    const { config } = replicaConfig(aReplica(), image, TARGET);
    expect(config.Labels).toHaveProperty(['tsgen.deploy'], 'team/web');
  });

  it('is the same for a replica of a replica, but for whose place it takes', () => {
    const first = replicaConfig(aReplica(), IMAGE_CONFIG, TARGET).config;
    const second = aReplica({ id: 'f'.repeat(64), labels: first.Labels, image: TARGET.image });
    const next = replicaConfig(second, IMAGE_CONFIG, { ...TARGET, deployment: 8 }).config;
    expect(next.Labels).toEqual({
      ...first.Labels,
      'tsgen.deploy.deployment': '8',
      'tsgen.deploy.previous': TARGET.image,
      'tsgen.deploy.replaces': second.Id,
    });
  });
});

describe('a second container beside it', () => {
  it('is possible for a replica without anything of its own', () => {
    const PortBindings = { '3000/tcp': [{ HostIp: '', HostPort: '' }], '3001/tcp': null };
    expect(whyAlone(aReplica({ hostConfig: { PortBindings } }))).toBeUndefined();
  });

  it.each([
    [
      'a port of the host',
      { hostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } },
      'it publishes 80/tcp on port 8080 of the host',
    ],
    [
      'a fixed address',
      { networks: { fixed: { IPAMConfig: { IPv4Address: '10.9.8.7' } } } },
      'it has the fixed address 10.9.8.7 in the network fixed',
    ],
    ['a fixed MAC address', { config: { MacAddress: '02:00:00:00:00:01' } }, 'a fixed MAC address'],
  ])('is not with %s', (_what, change, reason) => {
    expect(whyAlone(aReplica(change))).toContain(reason);
  });
});

describe("an image's name", () => {
  it.each([
    ['web', 'web:latest', 'web', 'latest'],
    ['team/web:2', 'team/web:2', 'team/web', '2'],
    ['localhost/web', 'localhost/web:latest', 'web', 'latest'],
    ['localhost:5000/team/web:v1.2', 'localhost:5000/team/web:v1.2', 'team/web', 'v1.2'],
    ['hub.example/a/b-c/d_e', 'hub.example/a/b-c/d_e:latest', 'a/b-c/d_e', 'latest'],
  ])('%s is %s', (text, name, repository, tag) => {
    expect(parseImageReference(text)).toEqual({ name, repository, tag });
  });

  it.each([
    [`web@sha256:${'0'.repeat(64)}`],
    [imageId('x')],
    [''],
    ['Web'],
    ['web:'],
    ['a//b'],
    ['web:a b'],
  ])('%s is none that could move', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });
});
