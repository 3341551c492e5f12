import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ControlHandlers, ControlServer } from '../../src/status/control-server.ts';
import { WatchRegistry } from '../../src/status/registry.ts';
import { aLog } from '../support/memory-log.ts';

// What the images' health check runs in the place of node.

const UID = process.getuid?.() ?? 0;
const SCRIPT = resolve('docker/ask-health.pl');

const unused = () => Promise.reject(new Error('nobody asks for that'));
const handlers: Omit<ControlHandlers, 'health'> = {
  status: () => {
    throw new Error('nobody asks for that');
  },
  refresh: unused,
  drain: unused,
  undrain: unused,
  drainProgress: unused,
  stop: unused,
  history: unused,
  set: unused,
  rollback: unused,
  resume: unused,
};

let folder: string;
let registry: WatchRegistry;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsgen ask-health*'));
  registry = new WatchRegistry(join(folder, `tsgen-${UID}`, 'watches'), UID);
});

afterEach(() => rm(folder, { recursive: true }));

async function watchThat(name: string, reason: string, healthy = true): Promise<ControlServer> {
  const socket = join(folder, name);
  const server = await ControlServer.listen(socket, {
    ...handlers,
    health: () => ({ healthy, reason }),
  });
  await registry.add({ destination: `/${name}`, socket }, aLog());
  return server;
}

function ask(): Promise<{ readonly code: unknown; readonly out: string }> {
  return new Promise((done) => {
    execFile('perl', [SCRIPT], { env: { ...process.env, TMPDIR: folder } }, (error, out) =>
      done({ code: error?.code ?? 0, out }),
    );
  });
}

const MUTE = { code: 1, out: '' };

describe('the health check without node', () => {
  it('says what the only watch says of itself', async () => {
    await using _watch = await watchThat('one', '/etc/nginx/conf.d/default.conf is live');
    expect(await ask()).toEqual({
      code: 0,
      out: 'healthy: /etc/nginx/conf.d/default.conf is live\n',
    });
  });

  it('looks past the note of a watch that is gone', async () => {
    await registry.add({ destination: '/gone', socket: join(folder, 'gone') }, aLog());
    await using _watch = await watchThat('one', 'it is live');
    expect(await ask()).toEqual({ code: 0, out: 'healthy: it is live\n' });
  });

  it('leaves it to tsgen to say why one is not well', async () => {
    await using _watch = await watchThat('one', 'what is live is 61 s behind', false);
    expect(await ask()).toEqual(MUTE);
  });

  it('leaves it to tsgen where there is no watch, or more than one', async () => {
    expect(await ask()).toEqual(MUTE);
    await using _one = await watchThat('one', 'it is live');
    await using _two = await watchThat('two', 'it is live');
    expect(await ask()).toEqual(MUTE);
  });

  it('believes no notes that somebody else may have written', async () => {
    await using _watch = await watchThat('one', 'it is live');
    await chmod(join(folder, `tsgen-${UID}`, 'watches'), 0o777);
    expect(await ask()).toEqual(MUTE);
  });

  it('does not take silence for health', async () => {
    const socket = join(folder, 'mute');
    const server = createServer((client) => client.resume());
    await new Promise<void>((done) => server.listen(socket, done));
    await registry.add({ destination: '/mute', socket }, aLog());
    expect(await ask()).toEqual(MUTE);
    await new Promise((done) => server.close(done));
  });

  it('does not take just any answer for health', async () => {
    const watches = join(folder, `tsgen-${UID}`, 'watches');
    await mkdir(watches, { recursive: true, mode: 0o700 });
    await writeFile(join(watches, 'a.json'), '{"socket":');
    expect(await ask()).toEqual(MUTE);
    await writeFile(join(watches, 'a.json'), JSON.stringify({ socket: join(folder, 'web') }));
    const server = createServer((client) => client.resume().end('HTTP/1.1 200 OK\r\n\r\nhello'));
    await new Promise<void>((done) => server.listen(join(folder, 'web'), done));
    expect(await ask()).toEqual(MUTE);
    await new Promise((done) => server.close(done));
  });
});
