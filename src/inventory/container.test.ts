import { describe, expect, it } from 'vitest';
import type { WireContainer } from '../docker/api.ts';
import { splitImage, toRuntimeContainer } from './container.ts';

/** The least that an engine says, as of a container of `docker create`. */
const BARE: WireContainer = {
  Id: 'ab'.repeat(32),
  Created: '2026-01-02T03:04:05.678Z',
  Name: '/web-1',
  Config: { Env: null, Labels: null, ExposedPorts: null },
  State: { Status: 'created', Running: false, Health: null },
  HostConfig: { Devices: null },
  NetworkSettings: { Ports: null, Networks: null },
  Mounts: null,
  Volumes: null,
};

function convert(wire: Partial<WireContainer>, internal: readonly string[] = []) {
  return toRuntimeContainer(
    { ...BARE, ...wire },
    ({ id, name }) => internal.includes(id) || internal.includes(name),
  );
}

describe('toRuntimeContainer', () => {
  it('has no null and no absent field, whatever the engine leaves out', () => {
    const empty = { Id: 'x', Created: '', Name: '', Config: {}, State: {} };
    for (const wire of [BARE, empty]) {
      const text = JSON.stringify(toRuntimeContainer(wire, () => false));
      expect(text).not.toContain('null');
      expect(Object.keys(JSON.parse(text))).toHaveLength(21);
    }
    expect(convert({})).toMatchObject({
      Name: 'web-1',
      Addresses: [],
      Networks: [],
      Devices: [],
      Mounts: [],
      Env: {},
      Labels: {},
      Volumes: {},
      State: { Running: false, Health: { Status: '' } },
      status: 'created',
      stopping: false,
    });
  });

  describe('addresses', () => {
    it('are the open ports, each with its first binding, by number', () => {
      const Ports = {
        '8080/tcp': null,
        '443/udp': [],
        '80/tcp': [
          { HostIp: '0.0.0.0', HostPort: '32768' },
          { HostIp: '::', HostPort: '32769' },
        ],
        '443/tcp': [{ HostIp: '127.0.0.1', HostPort: '443' }],
      };
      const { Addresses } = convert({
        Config: { ExposedPorts: { '9999/tcp': {} } },
        NetworkSettings: { IPAddress: '172.17.0.2', GlobalIPv6Address: '2001:db8::2', Ports },
      });
      const common = { IP: '172.17.0.2', IP6LinkLocal: '', IP6Global: '2001:db8::2' };
      expect(Addresses).toEqual([
        { ...common, Port: '80', Proto: 'tcp', HostPort: '32768', HostIP: '0.0.0.0' },
        { ...common, Port: '443', Proto: 'tcp', HostPort: '443', HostIP: '127.0.0.1' },
        { ...common, Port: '443', Proto: 'udp', HostPort: '', HostIP: '' },
        { ...common, Port: '8080', Proto: 'tcp', HostPort: '', HostIP: '' },
      ]);
    });

    it('are the exposed ports where none is open, as in host mode', () => {
      const { Addresses } = convert({
        Config: { ExposedPorts: { '100/tcp': {}, '20/tcp': {} } },
        NetworkSettings: { Ports: {} },
      });
      expect(Addresses.map(({ Port, Proto }) => `${Port}/${Proto}`)).toEqual(['20/tcp', '100/tcp']);
    });
  });

  describe('its own address', () => {
    const bridge = {
      IPAddress: '172.17.0.5',
      Gateway: '172.17.0.1',
      GlobalIPv6Address: '2001:db8::5',
    };

    it('is what the engine gives', () => {
      const NetworkSettings = {
        IPAddress: '172.17.0.9',
        Gateway: '172.17.0.2',
        Networks: { bridge },
      };
      expect(convert({ NetworkSettings })).toMatchObject({
        IP: '172.17.0.9',
        Gateway: '172.17.0.2',
      });
    });

    it('is the one on the default bridge from engine 29 on', () => {
      const container = convert({
        Config: { ExposedPorts: { '80/tcp': {} } },
        NetworkSettings: { Networks: { bridge } },
      });
      expect(container).toMatchObject({
        IP: '172.17.0.5',
        Gateway: '172.17.0.1',
        IP6Global: '2001:db8::5',
        Addresses: [{ IP: '172.17.0.5' }],
      });
    });

    it('is empty on other networks', () => {
      expect(convert({ NetworkSettings: { Networks: { front: bridge } } }).IP).toBe('');
    });
  });

  it('lists networks by name, and says which are internal', () => {
    const { Networks } = convert(
      {
        NetworkSettings: {
          Networks: {
            zoo: { NetworkID: 'n1', IPAddress: '10.1.0.2', IPPrefixLen: 16, Aliases: ['web', 'a'] },
            app: { NetworkID: 'n2', IPAddress: '10.2.0.2', Aliases: null },
            host: null,
          },
        },
      },
      ['n1'],
    );
    expect(
      Networks.map(({ Name, IP, Internal, Aliases }) => [Name, IP, Internal, Aliases]),
    ).toEqual([
      ['app', '10.2.0.2', false, []],
      ['host', '', false, []],
      ['zoo', '10.1.0.2', true, ['web', 'a']],
    ]);
  });

  it('asks about a network by its name where the engine gives no ID', () => {
    const wire = { NetworkSettings: { Networks: { secret: {} } } };
    expect(convert(wire, ['secret']).Networks[0]?.Internal).toBe(true);
  });

  describe('environment', () => {
    const environment = (...Env: string[]) => convert({ Config: { Env } }).Env;

    it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
      ['is split at the first =', ['A=b=c=', 'B='], { A: 'b=c=', B: '' }],
      ['has entries without =', ['A'], { A: '' }],
      ['has names that are empty', ['=x'], { '': 'x' }],
      ['keeps the last of a name', ['A=1', 'B=2', 'A=3'], { A: '3', B: '2' }],
      ['keeps line breaks', ['A=1\n}\nB=2'], { A: '1\n}\nB=2' }],
    ])('%s', (_, entries, expected) => {
      expect({ ...environment(...entries) }).toEqual(expected);
    });

    it('has no prototype, and takes its names for nothing but names', () => {
      const env = environment('__proto__=x', 'constructor=y', 'toString=z');
      expect(Object.getPrototypeOf(env)).toBeNull();
      expect(Object.entries(env)).toEqual([
        ['__proto__', 'x'],
        ['constructor', 'y'],
        ['toString', 'z'],
      ]);
      expect('hasOwnProperty' in env).toBe(false);
    });

    it('is in order', () => {
      expect(Object.keys(environment('b=1', 'a=1', 'B=1'))).toEqual(['B', 'a', 'b']);
    });

    it('keeps huge values', () => {
      const value = 'x'.repeat(1_000_000);
      expect(environment(`A=${value}`).A).toHaveLength(1_000_000);
    });
  });

  it('has labels without a prototype, in order', () => {
    const { Labels } = convert({
      Config: { Labels: JSON.parse('{"z":"1","__proto__":"2","a":"3"}') },
    });
    expect(Object.getPrototypeOf(Labels)).toBeNull();
    expect(Object.entries(Labels)).toEqual([
      ['__proto__', '2'],
      ['a', '3'],
      ['z', '1'],
    ]);
  });

  it('lists mounts by destination: engines give them in any order', () => {
    const mounts = [
      { Type: 'bind', Source: '/b', Destination: '/z', Mode: 'ro', RW: false },
      { Type: 'volume', Name: 'data', Source: '/v', Destination: '/a', Driver: 'local', RW: true },
    ];
    const expected = [
      { Name: 'data', Source: '/v', Destination: '/a', Driver: 'local', Mode: '', RW: true },
      { Name: '', Source: '/b', Destination: '/z', Driver: '', Mode: 'ro', RW: false },
    ];
    expect(convert({ Mounts: mounts }).Mounts).toEqual(expected);
    expect(convert({ Mounts: mounts.toReversed() }).Mounts).toEqual(expected);
  });

  it('has devices and the volumes of old engines', () => {
    const container = convert({
      HostConfig: {
        NetworkMode: 'host',
        Devices: [{ PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'rwm' }],
      },
      Volumes: { '/data': '/var/x', '/logs': '/var/y' },
      VolumesRW: { '/data': true },
    });
    expect(container.NetworkMode).toBe('host');
    expect(container.Devices).toEqual([
      { PathOnHost: '/dev/a', PathInContainer: '/dev/b', Permissions: 'rwm' },
    ]);
    expect({ ...container.Volumes }).toEqual({
      '/data': { Path: '/data', HostPath: '/var/x', ReadWrite: true },
      '/logs': { Path: '/logs', HostPath: '/var/y', ReadWrite: false },
    });
  });

  it('has the node of a classic swarm', () => {
    expect(convert({ Node: { ID: 'n', Name: 'node-1', IP: '10.0.0.9' } }).Node).toMatchObject({
      ID: 'n',
      Name: 'node-1',
      Address: { IP: '10.0.0.9', Port: '' },
    });
  });

  it.each([
    [{ Status: 'running', Running: true, Health: { Status: 'healthy' } }, 'running', 'healthy'],
    [{ Status: 'running', Running: true, Health: { Status: 'none' } }, 'running', ''],
    [{ Status: 'running', Running: true, Health: { Status: '' } }, 'running', ''],
    [{ Running: true, Paused: true }, 'paused', ''],
    [{ Running: true, Restarting: true }, 'restarting', ''],
    [{ Running: true }, 'running', ''],
    [{ Running: false }, 'exited', ''],
  ])('of state %j is %s', (State, status, health) => {
    const container = convert({ State });
    expect(container.status).toBe(status);
    expect(container.State).toEqual({ Running: State.Running, Health: { Status: health } });
  });
});

describe('splitImage', () => {
  it.each([
    ['nginx', '', 'nginx', ''],
    ['nginx:1.30', '', 'nginx', '1.30'],
    ['library/nginx:1.30', 'library', 'nginx', '1.30'],
    ['localhost:5000/nginx', 'localhost:5000', 'nginx', ''],
    ['localhost:5000/team/nginx:1', 'localhost:5000', 'team/nginx', '1'],
    [`nginx@sha256:${'0'.repeat(64)}`, '', 'nginx', ''],
    [`registry.test/a/b:2@sha256:${'0'.repeat(64)}`, 'registry.test', 'a/b', '2'],
    ['', '', '', ''],
  ])('%s', (image, Registry, Repository, Tag) => {
    expect(splitImage(image)).toEqual({ Registry, Repository, Tag });
  });
});
