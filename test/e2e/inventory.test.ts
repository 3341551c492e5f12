import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { Engine } from '../support/engine.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { type RunOptions, Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));

type Shown = Readonly<Record<string, unknown>>;

/** What `tsgen inventory --include-stopped` shows, by the part of the name. */
let shown: ReadonlyMap<string, Shown>;
let front: string;
let back: string;
let internal: string;
let six: string;
let volume: string;
let folder: string;

beforeAll(async () => {
  front = await workspace.network('front');
  back = await workspace.network('back');
  internal = await aNetwork('internal', '--internal');
  six = await aNetwork('six', '--ipv6', '--subnet=fd00:7465:7367::/64');
  volume = await workspace.volume('data');
  folder = await workspace.folder('bound');
  const run = (part: string, options: RunOptions = {}) =>
    workspace.run(part, images.backend, { network: front, ...options });

  await run('plain', {
    env: { VIRTUAL_HOST: 'a.test', EMPTY: '', EQUALS: 'a=b=c', QUOTED: '"<&>\n' },
    args: ['--label=com.example.a=x', '--network-alias=web'],
  });
  await run('published', { args: ['--publish=127.0.0.1::80', '--publish=127.0.0.1::53/udp'] });
  await run('exposed', { args: ['--expose=8080', '--expose=9/udp', '--expose=443'] });
  await run('default', { network: 'bridge' });
  await engine.docker(['network', 'connect', back, await run('two')]);
  await run('inner', { network: internal });
  await run('six', { network: six });
  await run('mounts', {
    args: [`--volume=${volume}:/b-volume`, `--volume=${folder}:/a-folder:ro`],
  });
  await run('device', { args: ['--device=/dev/null:/dev/nothing:r'] });
  await run('host', { network: 'host', args: ['--entrypoint=/bin/busybox'], command: SLEEP });
  const alone = await run('alone', { network: 'none' });
  // With a host name of its own, as workspaces give them, the engine would refuse it.
  await engine.docker([
    ...['run', '-d', '--pull=never', `--name=${workspace.name('guest')}`, ...labels()],
    ...[`--network=container:${alone}`, '--entrypoint=/bin/busybox', images.backend, ...SLEEP],
  ]);
  const checked = await workspace.run('checked', images.checkedBackend, { network: front });
  await workspace.run('starting', images.checkedBackend, { network: front });
  await engine.docker(['pause', await run('paused')]);
  await workspace.create('created', images.backend, { network: front });
  await engine.docker(['exec', checked, '/bin/busybox', 'touch', '/healthy']);
  await vi.waitFor(
    async () => expect((await engine.inspect(checked)).State.Health?.Status).toBe('healthy'),
    { timeout: 20_000 },
  );
  shown = await inventory('--include-stopped');
});

/** It opens no port. */
const SLEEP = ['sleep', '600'];

afterAll(() => workspace[Symbol.asyncDispose]());

const labels = () =>
  Object.entries(workspace.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);

async function aNetwork(part: string, ...args: readonly string[]): Promise<string> {
  await engine.docker(['network', 'create', ...labels(), ...args, workspace.name(part)]);
  return workspace.name(part);
}

async function inventory(...args: readonly string[]): Promise<ReadonlyMap<string, Shown>> {
  const { code, out, err } = await TsgenProcess.run(workspace, ['inventory', ...args]);
  expect(code, err).toBe(0);
  const all = JSON.parse(out) as readonly Shown[];
  const prefix = workspace.name('');
  return new Map(
    all
      .map((one) => [String(one.Name), one] as const)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, one]) => [name.slice(prefix.length), one]),
  );
}

/** One value from `docker inspect`, by a Go template: what a person would look up. */
const said = (part: string, path: string) =>
  engine.docker(['container', 'inspect', '--format', `{{${path}}}`, workspace.name(part)]);

const endpoint = (part: string, network: string, field: string) =>
  said(part, `(index .NetworkSettings.Networks "${network}").${field}`);

const port = (Port: string, Proto = 'tcp') => ({
  ...{ IP: '', IP6LinkLocal: '', IP6Global: '', Port, HostPort: '', Proto, HostIP: '' },
});

it('shows a container field for field', async () => {
  const id = await said('plain', '.Id');
  const plain = shown.get('plain');
  expect(plain).toEqual({
    ID: id,
    Created: await said('plain', '.Created'),
    Addresses: [port('80')],
    Networks: [
      {
        IP: await endpoint('plain', front, 'IPAddress'),
        Name: front,
        Gateway: await endpoint('plain', front, 'Gateway'),
        EndpointID: await endpoint('plain', front, 'EndpointID'),
        IPv6Gateway: '',
        GlobalIPv6Address: '',
        MacAddress: await endpoint('plain', front, 'MacAddress'),
        GlobalIPv6PrefixLen: 0,
        IPPrefixLen: Number(await endpoint('plain', front, 'IPPrefixLen')),
        Internal: false,
        Aliases: expect.arrayContaining(['web']),
      },
    ],
    Devices: [],
    Gateway: '',
    Name: workspace.name('plain'),
    Hostname: 'plain',
    NetworkMode: front,
    Image: { Registry: 'tsgen-test', Repository: 'busybox', Tag: '1' },
    Env: expect.objectContaining({
      ...{ VIRTUAL_HOST: 'a.test', EMPTY: '', EQUALS: 'a=b=c', QUOTED: '"<&>\n' },
    }),
    Volumes: {},
    Node: { ID: '', Name: '', Address: port('', '') },
    Labels: expect.objectContaining({ ...workspace.labels, 'com.example.a': 'x' }),
    IP: '',
    IP6LinkLocal: '',
    IP6Global: '',
    Mounts: null,
    State: { Running: true, Health: { Status: '' } },
  });
  const names = Object.keys(plain?.Env as object);
  expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
});

it('shows ports by number, with where they are published', async () => {
  const hostPort = (key: string) =>
    said('published', `(index (index .NetworkSettings.Ports "${key}") 0).HostPort`);
  const bound = { HostIP: '127.0.0.1' };
  expect(shown.get('published')?.Addresses).toEqual([
    { ...port('53', 'udp'), ...bound, HostPort: await hostPort('53/udp') },
    { ...port('80'), ...bound, HostPort: await hostPort('80/tcp') },
  ]);
  expect(shown.get('exposed')?.Addresses).toEqual([
    port('9', 'udp'),
    port('80'),
    port('443'),
    port('8080'),
  ]);
});

it('shows the address on the default bridge as its own', async () => {
  const IP = await endpoint('default', 'bridge', 'IPAddress');
  expect(shown.get('default')).toMatchObject({
    IP,
    Gateway: await endpoint('default', 'bridge', 'Gateway'),
    Addresses: [{ ...port('80'), IP }],
    Networks: [{ Name: 'bridge', IP }],
  });
});

it('shows networks by name: several, internal ones, those with IPv6, the host, none', async () => {
  const address = (part: string, network: string) => endpoint(part, network, 'IPAddress');
  expect(shown.get('two')?.Networks).toMatchObject([
    { Name: back, IP: await address('two', back), Internal: false },
    { Name: front, IP: await address('two', front), Internal: false },
  ]);
  expect(shown.get('inner')?.Networks).toMatchObject([
    { Name: internal, IP: await address('inner', internal), Internal: true },
  ]);
  expect(shown.get('six')?.Networks).toMatchObject([
    {
      Name: six,
      GlobalIPv6Address: expect.stringMatching(/^fd00:7465:7367::/),
      GlobalIPv6PrefixLen: 64,
      IPv6Gateway: await endpoint('six', six, 'IPv6Gateway'),
    },
  ]);
  expect(shown.get('host')).toMatchObject({
    NetworkMode: 'host',
    Networks: [{ Name: 'host', IP: '' }],
  });
  expect(shown.get('alone')).toMatchObject({
    NetworkMode: 'none',
    Networks: [{ Name: 'none', IP: '' }],
  });
  expect(shown.get('guest')).toMatchObject({
    NetworkMode: `container:${await said('alone', '.Id')}`,
    Networks: [],
  });
});

it('shows mounts by their place, and devices', () => {
  expect(shown.get('mounts')?.Mounts).toEqual([
    { Name: '', Source: folder, Destination: '/a-folder', Driver: '', Mode: 'ro', RW: false },
    {
      ...{ Name: volume, Source: expect.stringContaining(volume), Destination: '/b-volume' },
      ...{ Driver: 'local', Mode: 'z', RW: true },
    },
  ]);
  expect(shown.get('device')?.Devices).toEqual([
    { PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', Permissions: 'r' },
  ]);
});

it('shows states, and those that do not run only when it is asked to', async () => {
  const state = (part: string) => shown.get(part)?.State;
  expect(state('checked')).toEqual({ Running: true, Health: { Status: 'healthy' } });
  expect(state('starting')).toEqual({ Running: true, Health: { Status: 'starting' } });
  expect(state('paused')).toEqual({ Running: true, Health: { Status: '' } });
  expect(state('created')).toEqual({ Running: false, Health: { Status: '' } });
  const running = await inventory();
  const others = [...shown.keys()].filter((part) => !running.has(part));
  expect(new Set(others)).toEqual(new Set(['created', 'paused']));
});
