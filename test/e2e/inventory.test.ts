import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Engine } from '../support/engine.ts';
import { OwnEngine } from '../support/own-engine.ts';
import { describeOnSecondEngine } from '../support/second-engine.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { type RunOptions, Workspace } from '../support/workspace.ts';

const images = inject('images');
const session = inject('session');
const machine = new Workspace(new Engine(inject('engineHost')), session);

afterAll(() => machine[Symbol.asyncDispose]());

describe("the inventory of the machine's engine", () => showsContainers(async () => machine));

describeOnSecondEngine('the inventory of a newer engine', (programs) =>
  showsContainers(async () => {
    const needed = [images.backend, images.checkedBackend];
    const own = await OwnEngine.start(machine, session, needed, programs);
    // Whatever is in there ends with the engine.
    return new Workspace(own.engine, session);
  }),
);

type Shown = Readonly<Record<string, unknown>>;

/** It opens no port. */
const SLEEP = ['sleep', '600'];

const port = (Port: string, Proto = 'tcp') => ({
  ...{ IP: '', IP6LinkLocal: '', IP6Global: '', Port, HostPort: '', Proto, HostIP: '' },
});

/**
 * The same containers on any engine, and what has to be shown of them. Where engines differ, the
 * expectation says by which version.
 */
function showsContainers(open: () => Promise<Workspace>): void {
  /** What `tsgen inventory --include-stopped` shows, by the part of the name. */
  let shown: ReadonlyMap<string, Shown>;
  let workspace: Workspace;
  let engine: Engine;
  /** The version of its API, such as 1.41. */
  let api: string;
  let front: string;
  let back: string;
  let internal: string;
  let six: string;
  let volume: string;
  let folder: string;

  beforeAll(async () => {
    workspace = await open();
    ({ engine } = workspace);
    api = await engine.docker(['version', '--format={{.Server.APIVersion}}']);
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
    const sick = await workspace.run('sick', images.checkedBackend, { network: front });
    await workspace.run('starting', images.checkedBackend, { network: front });
    await engine.pause(await run('paused'));
    await workspace.create('created', images.backend, { network: front });
    await engine.docker(['kill', await run('stopped', { args: ['--publish=127.0.0.1::80'] })]);
    await Promise.all([checked, sick].map((name) => busybox(name, 'touch', '/healthy')));
    await expectHealth(checked, 'healthy');
    await expectHealth(sick, 'healthy');
    await busybox(sick, 'rm', '/healthy');
    await expectHealth(sick, 'unhealthy');
    shown = await inventory('--include-stopped');
  });

  const busybox = (container: string, ...command: readonly string[]) =>
    engine.docker(['exec', container, '/bin/busybox', ...command]);

  async function expectHealth(container: string, status: string): Promise<void> {
    await vi.waitFor(
      async () => expect((await engine.inspect(container)).State.Health?.Status).toBe(status),
      BY_ENGINE,
    );
  }

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

  /** Whether the engine speaks at least API 1.MINOR. */
  const speaks = (minor: number) => Number(api.split('.')[1]) >= minor;

  const endpoint = (part: string, network: string, field: string) =>
    said(part, `(index .NetworkSettings.Networks "${network}").${field}`);

  it('shows a container field for field', async () => {
    const id = await said('plain', '.Id');
    const plain = shown.get('plain');
    // Before API 1.45 the engine adds names of its own: the short ID, the host name.
    const aliases = speaks(45) ? ['web'] : expect.arrayContaining(['web', id.slice(0, 12)]);
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
          Aliases: aliases,
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
    // From API 1.52 on (Engine 29) the engine says it with the network alone.
    if (!speaks(52)) expect(await said('default', '.NetworkSettings.IPAddress')).toBe(IP);
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
      {
        Name: internal,
        IP: await address('inner', internal),
        // Nothing is behind it. Older engines name the bridge's address all the same.
        Gateway: speaks(51) ? '' : await endpoint('inner', internal, 'Gateway'),
        Internal: true,
      },
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

  it('shows mounts by their place, and devices', async () => {
    const mountpoint = await engine.docker([
      ...['volume', 'inspect', '--format={{.Mountpoint}}', volume],
    ]);
    expect(shown.get('mounts')?.Mounts).toEqual([
      { Name: '', Source: folder, Destination: '/a-folder', Driver: '', Mode: 'ro', RW: false },
      {
        ...{ Name: volume, Source: mountpoint, Destination: '/b-volume' },
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
    expect(state('sick')).toEqual({ Running: true, Health: { Status: 'unhealthy' } });
    expect(state('paused')).toEqual({ Running: true, Health: { Status: '' } });
    expect(state('created')).toEqual({ Running: false, Health: { Status: '' } });
    expect(state('stopped')).toEqual({ Running: false, Health: { Status: '' } });
    expect(shown.get('stopped')).toMatchObject({
      Addresses: [port('80')],
      Networks: [{ Name: front, IP: '', EndpointID: '', MacAddress: '' }],
    });
    const running = await inventory();
    const others = [...shown.keys()].filter((part) => !running.has(part));
    expect(new Set(others)).toEqual(new Set(['created', 'paused', 'stopped']));
  });
}
