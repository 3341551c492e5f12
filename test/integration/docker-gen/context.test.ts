import { expect } from 'vitest';
import { aCliScene } from '../../support/cli-scene.ts';
import { type Row, showRows } from '../../support/docker-gen-rows.ts';

/** What a template shows of a container that has all that a container can have. */
async function shown(template: string): Promise<string> {
  const { engine, cli, write } = await aCliScene({ OWN: 'variable' });
  engine.createNetwork('back', { internal: true });
  const id = engine.addContainer({
    id: ID,
    name: 'web',
    image: 'registry.test:5000/team/web:2',
    env: { VIRTUAL_HOST: 'a.test', EMPTY: '' },
    labels: { 'com.example.role': 'web' },
    networks: ['bridge', 'back'],
    networkMode: 'bridge',
    health: 'healthy',
  });
  const wire = engine.container(id);
  Object.assign(wire.HostConfig, {
    Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', CgroupPermissions: 'r' }],
  });
  Object.assign(wire.NetworkSettings, {
    Gateway: '172.17.255.254',
    IPAddress: '172.17.0.1',
    LinkLocalIPv6Address: 'fe80::1',
    GlobalIPv6Address: '2001:db8::1',
    Ports: {
      '443/tcp': null,
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8081' },
      ],
    },
  });
  Object.assign(wire, {
    Mounts: [
      { Type: 'bind', Source: '/srv', Destination: '/data', Driver: '', Mode: 'ro', RW: false },
    ],
  });
  Object.assign(wire.NetworkSettings.Networks.back ?? {}, {
    IPv6Gateway: '2001:db8:1::1',
    GlobalIPv6Address: '2001:db8:1::2',
    GlobalIPv6PrefixLen: 64,
    Aliases: ['w', 'web'],
  });
  await write('t.hbs', template);
  const { stdout, exitCode, stderr } = await cli.run('t.hbs');
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

const ID = '5'.repeat(64);
const field = async (path: string) =>
  JSON.parse(await shown(`{{#with (first containers)}}{{json ${path}}}{{/with}}`));

/** docker-gen's structures with their fields, by its names for them. */
const CONTEXT_ROWS: Readonly<Record<string, Row>> = {
  Context: {
    'is the list of containers, with the environment of tsgen and the engine beside it':
      async () => {
        expect(await shown('{{len containers}} {{Env.OWN}} {{Docker.Name}}')).toBe(
          '1 variable fake',
        );
      },
    'has no CurrentContainer on a host': async () => {
      expect(await shown('[{{#with CurrentContainer}}{{Name}}{{/with}}]')).toBe('[]');
    },
  },
  RuntimeContainer: {
    'has all fields': async () => {
      const { Created, Addresses, Networks, ...container } = await field('this');
      expect(Created).toMatch(/^2026-01-01T00:00:\d\d\.000Z$/);
      expect([Addresses, Networks]).toEqual([expect.any(Array), expect.any(Array)]);
      expect(container).toEqual({
        ID,
        Devices: expect.any(Array),
        Gateway: '172.17.255.254',
        Name: 'web',
        Hostname: '555555555555',
        NetworkMode: 'bridge',
        Image: { Registry: 'registry.test:5000', Repository: 'team/web', Tag: '2' },
        Env: { EMPTY: '', VIRTUAL_HOST: 'a.test' },
        Volumes: {},
        Node: expect.any(Object),
        Labels: { 'com.example.role': 'web' },
        IP: '172.17.0.1',
        IP6LinkLocal: 'fe80::1',
        IP6Global: '2001:db8::1',
        Mounts: expect.any(Array),
        State: { Running: true, Health: { Status: 'healthy' } },
        status: 'running',
        stopping: false,
      });
    },
    'shows its image as text': async () => {
      const image = '{{#with (first containers)}}{{Image}}{{/with}}';
      expect(await shown(image)).toBe('registry.test:5000/team/web:2');
    },
  },
  Address: {
    'is of each port by number, with the first of several bindings': async () => {
      const own = { IP: '172.17.0.1', IP6LinkLocal: 'fe80::1', IP6Global: '2001:db8::1' };
      expect(await field('Addresses')).toEqual([
        { ...own, Port: '80', HostPort: '8080', Proto: 'tcp', HostIP: '0.0.0.0' },
        { ...own, Port: '443', HostPort: '', Proto: 'tcp', HostIP: '' },
      ]);
    },
  },
  Network: {
    'is sorted by name': async () => {
      const [back, bridge] = await field('Networks');
      expect(back).toEqual({
        IP: expect.stringMatching(/^172\.18\./),
        Name: 'back',
        Gateway: '172.18.255.254',
        EndpointID: expect.stringMatching(/^[0-9a-f]{64}$/),
        IPv6Gateway: '2001:db8:1::1',
        GlobalIPv6Address: '2001:db8:1::2',
        MacAddress: '02:42:ac:11:00:02',
        GlobalIPv6PrefixLen: 64,
        IPPrefixLen: 16,
        Internal: true,
        Aliases: ['w', 'web'],
      });
      expect(bridge).toMatchObject({ Name: 'bridge', Internal: false, Aliases: [] });
    },
  },
  Mount: {
    'says where a volume or folder is': async () => {
      expect(await field('Mounts')).toEqual([
        { Name: '', Source: '/srv', Destination: '/data', Driver: '', Mode: 'ro', RW: false },
      ]);
    },
  },
  Volume: {
    'is by path, where an old engine still tells them': async () => {
      const { cli, file, write } = await aCliScene();
      const Volumes = { '/data': { Path: '/data', HostPath: '/srv', ReadWrite: true } };
      await write('i.json', JSON.stringify([{ ID, Name: 'web', Volumes }]));
      await write('t.hbs', '{{#each containers}}{{json Volumes}}{{/each}}');
      const { stdout } = await cli.run('--from', file('i.json'), 't.hbs');
      expect(JSON.parse(stdout)).toEqual(Volumes);
    },
  },
  Device: {
    'has its two paths and its rights': async () => {
      expect(await field('Devices')).toEqual([
        { PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', Permissions: 'r' },
      ]);
    },
  },
  Node: {
    'is empty, as without classic Swarm': async () => {
      expect(await field('Node')).toMatchObject({
        ID: '',
        Name: '',
        Address: { IP: '', Port: '' },
      });
    },
  },
  Docker: {
    'is the engine': async () => {
      expect(JSON.parse(await shown('{{json Docker}}'))).toEqual({
        Name: 'fake',
        NumContainers: 1,
        NumImages: 7,
        Version: '20.10.24',
        ApiVersion: '1.41',
        GoVersion: 'go1.19.8',
        OperatingSystem: 'linux',
        Architecture: 'amd64',
        CurrentContainerID: '',
      });
    },
  },
};

showRows('structure of the context', CONTEXT_ROWS, {
  names: [
    ...['Context', 'RuntimeContainer', 'Address', 'Network', 'Mount', 'Volume', 'Device', 'Node'],
    'Docker',
  ],
  count: 9,
});
