import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestControl } from '../../src/status/control-client.ts';
import { type ControlHandlers, ControlServer } from '../../src/status/control-server.ts';
import { WatchRegistry } from '../../src/status/registry.ts';
import type { StatusReport } from '../../src/status/report.ts';

const REPORT: StatusReport = {
  version: '1.0.0',
  pid: 4711,
  startedAt: '2026-01-01T00:00:00.000Z',
  template: 'nginx.conf.hbs',
  templateFile: '/usr/local/lib/tsgen/templates/nginx.conf.hbs',
  destination: '/etc/nginx/conf.d/default.conf',
  engine: { endpoint: 'unix:///var/run/docker.sock', connected: true },
  live: true,
  containers: 3,
  sites: [],
  problems: [],
};

const handlers: ControlHandlers = {
  status: () => REPORT,
  refresh: async () => ({ kind: 'applied', message: 'applied', exitCode: 0 }),
};

let folder: string;
let socket: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsgen-control-'));
  socket = join(folder, 'control.sock');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('the control socket', () => {
  it('answers status and refresh, to its own user alone, and is gone afterwards', async () => {
    const server = await ControlServer.listen(socket, handlers);
    expect(await requestControl(socket, 'GET', '/status')).toEqual(REPORT);
    expect(await requestControl(socket, 'POST', '/refresh')).toMatchObject({ kind: 'applied' });
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    await server[Symbol.asyncDispose]();
    await expect(stat(socket)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says what there is to one who asks for something else', async () => {
    await using _server = await ControlServer.listen(socket, handlers);
    await expect(requestControl(socket, 'GET', '/refresh')).rejects.toThrow(/POST \/refresh/);
  });

  it('answers a fault of a handler with its message', async () => {
    const refresh = () => Promise.reject(new Error('the disk is on fire'));
    await using _server = await ControlServer.listen(socket, { ...handlers, refresh });
    await expect(requestControl(socket, 'POST', '/refresh')).rejects.toThrow('disk is on fire');
  });

  it('belongs to one watch: a second one is refused and told by whom', async () => {
    await using _server = await ControlServer.listen(socket, handlers);
    await expect(ControlServer.listen(socket, handlers)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('process 4711'),
    });
    expect(await requestControl(socket, 'GET', '/status')).toEqual(REPORT);
  });

  it('takes the place of what a crashed watch left behind', async () => {
    await writeFile(socket, 'not a socket any more');
    await using _server = await ControlServer.listen(socket, handlers);
    expect(await requestControl(socket, 'GET', '/status')).toEqual(REPORT);
  });

  it('gives up on a watch that does not answer', async () => {
    const silent = createServer(() => undefined).listen(socket);
    await expect(requestControl(socket, 'GET', '/status', { timeoutMs: 50 })).rejects.toThrow(
      'did not answer within 50 ms',
    );
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('WatchRegistry', () => {
  it('lists what was added, by destination, and forgets what was removed', async () => {
    const registry = new WatchRegistry(join(folder, 'watches'));
    expect(await registry.list()).toEqual([]);
    const b = { destination: '/b.conf', socket: '/b.sock' };
    const a = { destination: '/a.conf', socket: '/a.sock' };
    await registry.add(b);
    await registry.add(a);
    await registry.add(a);
    expect(await registry.list()).toEqual([a, b]);
    await registry.remove(b);
    expect(await registry.list()).toEqual([a]);
    expect((await stat(join(folder, 'watches'))).mode & 0o777).toBe(0o700);
  });

  it('passes over notes that are broken or not its own', async () => {
    const registry = new WatchRegistry(folder);
    await writeFile(join(folder, 'half.json'), '{"destination":');
    await writeFile(join(folder, 'other.json'), '{"destination": 7}');
    await writeFile(join(folder, 'readme.txt'), 'hello');
    expect(await registry.list()).toEqual([]);
  });
});
