import type { WireReplica } from '../../docker/deploy-api.ts';

/** An ID that begins with a text. */
export const idOf = (text: string): string =>
  Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64);

export const imageId = (text: string): string => `sha256:${idOf(text)}`;

/** A replica as Compose started it, from an image with settings of its own. */
export function aReplica(
  change: {
    readonly name?: string;
    readonly id?: string;
    readonly image?: string;
    readonly config?: object;
    readonly hostConfig?: object;
    readonly state?: object;
    readonly labels?: Readonly<Record<string, string>>;
    readonly networks?: object;
    readonly mounts?: object[];
  } = {},
): WireReplica {
  const { name = 'shop-web-1', image = imageId('version 1') } = change;
  const id = change.id ?? idOf(name);
  const wire = {
    Id: id,
    Created: '2026-01-01T00:00:00Z',
    Name: `/${name}`,
    Image: image,
    RestartCount: 0,
    Config: {
      Hostname: id.slice(0, 12),
      Domainname: '',
      User: 'node',
      Env: ['PATH=/bin', 'NODE_ENV=production', 'VIRTUAL_HOST=localhost'],
      Cmd: ['node', 'main.js'],
      Entrypoint: null,
      Image: 'localhost:5000/team/web:latest',
      Volumes: null,
      WorkingDir: '/app',
      ExposedPorts: { '3000/tcp': {} },
      Healthcheck: { Test: ['CMD', 'true'], Interval: 2_000_000_000 },
      Labels: {
        'com.docker.compose.config-hash': 'c0ffee',
        'com.docker.compose.container-number': '1',
        'com.docker.compose.image': image,
        'com.docker.compose.oneoff': 'False',
        'com.docker.compose.project': 'shop',
        'com.docker.compose.service': 'web',
        'org.opencontainers.image.version': '1',
        'tsgen.deploy': 'team/web',
        ...change.labels,
      },
      ...change.config,
    },
    State: { Status: 'running', Running: true, Health: { Status: 'healthy' }, ...change.state },
    HostConfig: {
      NetworkMode: 'shop_default',
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
      Memory: 268_435_456,
      Binds: null,
      PortBindings: {},
      ...change.hostConfig,
    },
    NetworkSettings: {
      Networks: {
        shop_default: {
          NetworkID: 'n1',
          IPAMConfig: null,
          IPAddress: '172.18.0.3',
          Aliases: [name, 'web', id.slice(0, 12)],
          MacAddress: '02:42:ac:12:00:03',
        },
        ...change.networks,
      },
    },
    Mounts: change.mounts ?? [],
  };
  return wire as WireReplica;
}

/** What the image of `aReplica` gives it. */
export const IMAGE_CONFIG = {
  User: 'node',
  Env: ['PATH=/bin', 'NODE_ENV=production'],
  Cmd: ['node', 'main.js'],
  WorkingDir: '/app',
  ExposedPorts: { '3000/tcp': {} },
  Healthcheck: { Test: ['CMD', 'true'], Interval: 2_000_000_000 },
  Labels: { 'org.opencontainers.image.version': '1' },
};
