import { spawnSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TsgenError } from '../../src/base/errors.ts';
import { requestControl } from '../../src/status/control-client.ts';
import { type ControlHandlers, ControlServer } from '../../src/status/control-server.ts';
import { WatchRegistry } from '../../src/status/registry.ts';
import type { StatusReport } from '../../src/status/report.ts';
import { aLog } from '../support/memory-log.ts';

const UID = process.getuid?.();

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
  vocabulary: { dockercloud: false, allowsRaw: false },
  tcp: [],
  sites: [],
  problems: [],
};

const DRAINED = { id: 'c1', kind: 'applied', message: 'applied', exitCode: 0 };

const handlers: ControlHandlers = {
  status: () => REPORT,
  health: () => ({ healthy: true, reason: 'it is live' }),
  refresh: async () => ({ kind: 'applied', message: 'applied', exitCode: 0 }),
  drain: async (name) => ({ ...DRAINED, name }),
  undrain: async (name) => ({ ...DRAINED, name }),
  drainProgress: async () => ({ kind: 'done' }),
  stop: async () => undefined,
  history: async () => ({ destination: REPORT.destination, sets: [] }),
  set: async () => Promise.reject(new TsgenError('usage', 'There is no set')),
  rollback: async (number = 1) => ({
    ...{ number, at: '2026-01-01T00:00:00.000Z', kind: 'applied', message: 'applied', exitCode: 0 },
    ...{ isHeld: true, gone: [], taken: [], servers: 1 },
  }),
  resume: async () => ({ kind: 'unchanged', message: 'nothing is held', exitCode: 0 }),
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

/** As a killed process leaves it: nobody listens, and the file is there. */
function leaveStaleSocket(path: string): void {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
}

describe('the control socket', () => {
  it('answers status and refresh, to its own user alone, and is gone afterwards', async () => {
    const server = await ControlServer.listen(socket, handlers);
    expect(await requestControl(socket, 'GET', '/status')).toEqual(REPORT);
    expect(await requestControl(socket, 'POST', '/refresh')).toMatchObject({ kind: 'applied' });
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    await server[Symbol.asyncDispose]();
    await expect(stat(socket)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says by its status, too, whether all is well', async () => {
    const ill = { healthy: false, reason: 'nginx does not run' };
    for (const said of [{ healthy: true, reason: 'it is live' }, ill]) {
      const path = join(folder, 'health.sock');
      await using _server = await ControlServer.listen(path, { ...handlers, health: () => said });
      const asked = requestControl(path, 'GET', '/health');
      if (said.healthy) expect(await asked).toEqual(said);
      else await expect(asked).rejects.toThrow(said.reason);
    }
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

  it('is won by exactly one of many that come at once, who goes on answering', async () => {
    for (let round = 0; round < 10; round++) {
      leaveStaleSocket(socket);
      // One that was killed while it replaced a dead socket must not be in the way either.
      if (round % 2) leaveStaleSocket(join(folder, '.takeover'));
      const tries = await Promise.allSettled(
        Array.from({ length: 12 }, async (_, pid) => {
          // Not all in step: one finds the dead socket while another is replacing it.
          await sleep(pid % 4);
          return await ControlServer.listen(socket, {
            ...handlers,
            status: () => ({ ...REPORT, pid }),
          });
        }),
      );
      const won = tries.flatMap((result, pid) =>
        result.status === 'fulfilled' ? [{ pid, server: result.value }] : [],
      );
      expect(won.map(({ pid }) => pid)).toHaveLength(1);
      const lost = tries.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      for (const reason of lost) expect(reason).toMatchObject({ kind: 'conflict' });
      expect(await requestControl(socket, 'GET', '/status')).toMatchObject({ pid: won[0]?.pid });
      expect(await readdir(folder)).toEqual(['control.sock']);
      await won[0]?.server[Symbol.asyncDispose]();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('leaves the socket of another one in its place when it goes', async () => {
    const first = await ControlServer.listen(socket, handlers);
    await rm(socket);
    await using _second = await ControlServer.listen(socket, handlers);
    await first[Symbol.asyncDispose]();
    expect(await requestControl(socket, 'GET', '/status')).toEqual(REPORT);
  });

  it('works on a path as long as sockets may have', async () => {
    const deep = join(folder, 'd'.repeat(103 - folder.length - '//control.sock'.length));
    await mkdir(deep);
    const path = join(deep, 'control.sock');
    expect(path).toHaveLength(103);
    await using _server = await ControlServer.listen(path, handlers);
    expect(await requestControl(path, 'GET', '/status')).toEqual(REPORT);
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
    const registry = new WatchRegistry(join(folder, 'watches'), UID);
    expect(await registry.list()).toEqual([]);
    const log = aLog();
    const b = { destination: '/b.conf', socket: '/b.sock' };
    const a = { destination: '/a.conf', socket: '/a.sock' };
    await registry.add(b, log);
    await registry.add(a, log);
    await registry.add(a, log);
    expect(await registry.list()).toEqual([a, b]);
    await registry.remove(b);
    expect(await registry.list()).toEqual([a]);
    expect((await stat(join(folder, 'watches'))).mode & 0o777).toBe(0o700);
  });

  it('passes over notes that are broken or not its own', async () => {
    const registry = new WatchRegistry(folder, UID);
    await writeFile(join(folder, 'half.json'), '{"destination":');
    await writeFile(join(folder, 'other.json'), '{"destination": 7}');
    await writeFile(join(folder, 'readme.txt'), 'hello');
    expect(await registry.list()).toEqual([]);
  });

  it.each(['the file of a note', 'the folder'])(
    'overwrites nothing through a link in the place of %s',
    async (place) => {
      const own = join(folder, 'own');
      const watches = join(own, 'watches');
      const a = { destination: '/a.conf', socket: '/a.sock' };
      const elsewhere = join(folder, 'elsewhere');
      await mkdir(own, { mode: 0o700 });
      // Learns the note's name.
      await new WatchRegistry(watches, UID).add(a, aLog());
      const [name = ''] = await readdir(watches);
      await rm(watches, { recursive: true });
      await mkdir(elsewhere, { mode: 0o700 });
      await writeFile(join(elsewhere, name), 'precious');
      if (place === 'the folder') {
        await symlink(elsewhere, watches);
      } else {
        await mkdir(watches, { mode: 0o700 });
        await symlink(join(elsewhere, name), join(watches, name));
      }
      const registry = new WatchRegistry(watches, UID);
      await registry.add(a, aLog());
      expect(await readFile(join(elsewhere, name), 'utf8')).toBe('precious');
      await registry.remove(a);
      expect(await readdir(elsewhere)).toEqual([name]);
    },
  );

  it.each<[string, (own: string) => Promise<WatchRegistry>, string]>([
    [
      'others may write',
      async (own) => {
        await chmod(own, 0o777);
        return new WatchRegistry(join(own, 'watches'), UID);
      },
      'may be written by others',
    ],
    [
      "is somebody else's",
      async (own) => new WatchRegistry(join(own, 'watches'), (UID ?? 0) + 1),
      `belongs to user ${UID}`,
    ],
  ])('neither leaves nor believes notes where %s, and only warns', async (_, make, reason) => {
    const own = join(folder, 'own');
    const a = { destination: '/a.conf', socket: '/a.sock' };
    await mkdir(own, { mode: 0o700 });
    await new WatchRegistry(join(own, 'watches'), UID).add(a, aLog());
    const registry = await make(own);
    const log = aLog();
    expect(await registry.list()).toEqual([]);
    await registry.add({ destination: '/b.conf', socket: '/b.sock' }, log);
    expect(log.lines).toEqual([expect.stringMatching(`^warn Cannot leave a note .*${reason}`)]);
    expect(await readdir(join(own, 'watches'))).toHaveLength(1);
  });
});
