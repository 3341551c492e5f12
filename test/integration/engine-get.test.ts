import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineGet } from '../../src/docker/engine-get.ts';
import { SOON } from '../support/soon.ts';
import { aFolder } from '../support/temporary-folder.ts';

/** What the server does with each request, in their order; the last one stands for all that follow. */
type Deed = (socket: Socket) => void;

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue';
const say =
  (text: string): Deed =>
  (socket) =>
    void socket.write(text);
const sayAndEnd =
  (text: string): Deed =>
  (socket) =>
    void socket.end(text);

let server: Server;
let get: EngineGet;
let deeds: Deed[];
let sockets: Socket[];
let heard: string;

beforeEach(async () => {
  [deeds, sockets, heard] = [[], [], ''];
  server = createServer((socket) => {
    sockets.push(socket);
    socket
      .on('error', () => undefined)
      .on('data', (chunk) => {
        heard += chunk;
        const [deed] = deeds.length > 1 ? deeds.splice(0, 1) : deeds;
        deed?.(socket);
      });
  });
  const socketPath = join(await aFolder(), 'engine.sock');
  server.listen(socketPath);
  await once(server, 'listening');
  get = new EngineGet({ socketPath, protocol: 'http' });
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const ask = (path = '/x', signal?: AbortSignal) => get.json(path, { timeoutMs: 5_000, signal });

it('asks one thing after the other over one connection', async () => {
  deeds = [say(OK)];
  for (const path of ['/a', '/b?c=d', '/e']) expect(await ask(path)).toBe(true);
  expect(sockets).toHaveLength(1);
  expect(heard.match(/^GET .*$/gm)).toEqual([
    'GET /a HTTP/1.1',
    'GET /b?c=d HTTP/1.1',
    'GET /e HTTP/1.1',
  ]);
  expect(heard.match(/^Host: localhost$/gm)).toHaveLength(3);
});

it('asks at the same time over several', async () => {
  deeds = [say(OK)];
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([true, true, true]);
  expect(sockets).toHaveLength(3);
});

it.each([
  [
    'in pieces',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n"\xc3\r\n2\r\n\xa4"\r\n0\r\n\r\n',
  ],
  [
    'after an interim one',
    'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"\xc3\xa4"',
  ],
])('takes an answer %s, byte by byte', async (_, text) => {
  deeds = [
    (socket) => {
      socket.setNoDelay(true);
      for (const byte of Buffer.from(text, 'latin1')) socket.write(Buffer.from([byte]));
    },
  ];
  expect(await ask()).toBe('ä');
  expect(await ask()).toBe('ä');
  expect(sockets).toHaveLength(1);
});

it.each([
  ['says that it ends it', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ntrue'],
  ['says no length', 'HTTP/1.1 200 OK\r\n\r\ntrue'],
  ['is of an old kind', 'HTTP/1.0 200 OK\r\n\r\ntrue'],
])('takes a new connection after an answer that %s', async (_, text) => {
  deeds = [sayAndEnd(text)];
  expect(await ask()).toBe(true);
  expect(await ask()).toBe(true);
  expect(sockets).toHaveLength(2);
});

it('takes a new one when a kept one is given up as it is used', async () => {
  deeds = [say(OK), (socket) => socket.destroy(), say(OK)];
  expect(await ask()).toBe(true);
  expect(await ask()).toBe(true);
  expect(sockets).toHaveLength(2);
});

it('does not ask again what was not answered over a new one', async () => {
  deeds = [(socket) => socket.destroy()];
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(sockets).toHaveLength(1);
});

it('does not ask again what was begun to be answered', async () => {
  deeds = [say(OK), sayAndEnd('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[')];
  expect(await ask()).toBe(true);
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(sockets).toHaveLength(1);
});

it.each([
  ['at the end of an answer', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse`, ''],
  ['later', OK, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse'],
])('takes nothing for an answer that comes %s and was not asked for', async (_, text, later) => {
  deeds = [say(text), say(OK)];
  expect(await ask()).toBe(true);
  if (later !== '') {
    const [first] = sockets;
    first?.write(later);
    await vi.waitFor(() => expect(first?.closed).toBe(true), SOON);
  }
  expect(await ask()).toBe(true);
  expect(sockets).toHaveLength(2);
});

it.each([
  '220 mail.example ESMTP\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\ntrue',
])('says so when the answer is no HTTP: %j', async (text) => {
  deeds = [say(text)];
  await expect(ask()).rejects.toThrow('the answer is no HTTP');
});

it('reads no head without end', async () => {
  deeds = [say(`HTTP/1.1 200 OK\r\n${`X-Filler: ${'x'.repeat(1000)}\r\n`.repeat(100)}`)];
  await expect(ask()).rejects.toThrow('max header size');
});

it('hands on the words of a refusal', async () => {
  deeds = [say('HTTP/1.1 404 Not Found\r\nContent-Length: 17\r\n\r\n{"message":"none"')];
  const refused = ask();
  await expect(refused).rejects.toMatchObject({ statusCode: 404 });
});

it('ends a request when it is told to, and asks no other over its connection', async () => {
  deeds = [() => undefined, say(OK)];
  const stop = new AbortController();
  const asked = ask('/slow', stop.signal);
  await vi.waitFor(() => expect(heard).toContain('/slow'), SOON);
  stop.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  expect(await ask()).toBe(true);
  expect(sockets).toHaveLength(2);
});

it('does not ask again when it was told to end a kept one', async () => {
  deeds = [say(OK), () => undefined];
  expect(await ask()).toBe(true);
  await expect(get.json('/x', { timeoutMs: 50 })).rejects.toThrow('no answer within 0.05 s');
  expect(sockets).toHaveLength(1);
});

it('asks for nothing that would be more than one line', async () => {
  deeds = [say(OK)];
  await expect(ask('/x HTTP/1.1\r\nX: y')).rejects.toThrow('cannot be asked for');
  await expect(ask('/ä')).rejects.toThrow('cannot be asked for');
  const other = new EngineGet({ socketPath: String(server.address()), protocol: 'http' });
  expect(await other.json('/x', { timeoutMs: 5_000 })).toBe(true);
  // One that was opened before would have been accepted before.
  expect(sockets).toHaveLength(1);
});
