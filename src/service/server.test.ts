import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SOON } from '../../test/support/soon.ts';
import { ServiceServer } from './server.ts';
import { ask, askRaw } from './testing/http.ts';

let server: ServiceServer;
let closing: Promise<number> | undefined;
const sockets: Socket[] = [];

interface Held {
  readonly path: string;
  readonly finish: () => void;
}

/** Serves an app that holds `/slow…` until told to finish, and answers all else at once. */
async function serve(): Promise<{ readonly port: number; readonly held: Held[] }> {
  const held: Held[] = [];
  server = new ServiceServer({
    servedBy: 'replica-1',
    app: (request, response) => {
      const path = request.url ?? '';
      if (path.startsWith('/slow')) held.push({ path, finish: () => response.end('done') });
      else response.end('at once');
    },
  });
  const { port } = await server.listen(0);
  return { port, held };
}

function close(limitMs = 60_000, onLimit: () => void = () => undefined): Promise<number> {
  closing = server.close({ limitMs, onLimit });
  return closing;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

function received(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once('data', (bytes) => resolve(String(bytes))));
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await (closing ?? close(0));
  closing = undefined;
});

describe('serving', () => {
  it('keeps connections for longer than a proxy does', async () => {
    const { port } = await serve();
    const socket = await open(port);
    socket.write(get('/'));
    const answer = await received(socket);
    expect(answer).toMatch(/^connection: keep-alive$/im);
    const seconds = Number(/^keep-alive: timeout=(\d+)/im.exec(answer)?.[1]);
    expect(seconds).toBeGreaterThan(60);
    socket.write(get('/'));
    expect(await received(socket)).toContain('at once');
  });

  it('answers IPv4 and, where there is one, IPv6', async () => {
    server = new ServiceServer({ servedBy: 'replica-1', app: (_, response) => response.end() });
    const { address, port } = await server.listen(0);
    expect(['::', '0.0.0.0']).toContain(address);
    expect(await ask(port, '/')).toMatchObject({ status: 200 });
  });

  it('rejects with the system error when the port is taken', async () => {
    const { port } = await serve();
    const second = new ServiceServer({ servedBy: 'replica-2', app: (_, res) => res.end() });
    await expect(second.listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', '400 Bad Request'],
    [
      'too large a header',
      `GET / HTTP/1.1\r\nA: ${'b'.repeat(20_000)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
    ],
  ])('answers %s in JSON and names the replica', async (_name, bytes, status) => {
    const { port } = await serve();
    const answer = await askRaw(port, bytes);
    expect(answer.split('\r\n')).toEqual([
      `HTTP/1.1 ${status}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      expect.stringMatching(/^Content-Length: \d+$/),
      'X-Served-By: replica-1',
      '',
      expect.stringMatching(/^\{"error":".+"\}$/),
    ]);
  });

  it('does not mistake the answer to garbage for the answer to what came before it', async () => {
    const { port, held } = await serve();
    const socket = await open(port);
    const all = text(socket);
    socket.write(get('/slow'));
    await vi.waitFor(() => expect(held).toHaveLength(1), SOON);
    socket.write('garbage\r\n\r\n');
    expect(await all).toBe('');
  });

  it.each([
    ['an unknown expectation', 'Host: a\r\nExpect: a miracle\r\n'],
    ['no Host header', ''],
  ])('leaves a request with %s to the app', async (_name, headers) => {
    const { port } = await serve();
    const answer = await askRaw(port, `GET / HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/);
  });
});

describe('draining', () => {
  it('accepts connections and answers, each time with Connection: close', async () => {
    const { port, held } = await serve();
    const kept = await open(port);
    kept.write(get('/'));
    expect(await received(kept)).toMatch(/^connection: keep-alive$/im);
    const inFlight = ask(port, '/slow', { headers: { Connection: 'keep-alive' } });
    await vi.waitFor(() => expect(held).toHaveLength(1), SOON);

    server.drain();

    const fresh = await ask(port, '/', { headers: { Connection: 'keep-alive' } });
    expect(fresh).toMatchObject({ status: 200, headers: { connection: 'close' } });
    const ended = new Promise((resolve) => kept.once('end', resolve));
    kept.write(get('/'));
    expect(await received(kept)).toMatch(/^connection: close$/im);
    await ended;
    held[0]?.finish();
    expect(await inFlight).toMatchObject({ body: 'done', headers: { connection: 'close' } });
  });
});

describe('closing', () => {
  it('ends at once when there is nothing but idle connections', async () => {
    const { port } = await serve();
    const kept = await open(port);
    kept.write(get('/'));
    await received(kept);
    expect(await close()).toBe(0);
  });

  it('lets open requests end and takes no further connection', async () => {
    const { port, held } = await serve();
    const first = ask(port, '/slow/1');
    const second = ask(port, '/slow/2');
    await vi.waitFor(() => expect(held).toHaveLength(2), SOON);
    const onLimit = vi.fn<() => void>();
    const closed = close(60_000, onLimit);
    await expect(ask(port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    for (const { finish } of held) finish();
    expect(await first).toMatchObject({ body: 'done', headers: { connection: 'close' } });
    expect(await second).toMatchObject({ body: 'done', headers: { connection: 'close' } });
    expect(await closed).toBe(0);
    expect(onLimit).not.toHaveBeenCalled();
  });

  it('answers a request that arrives on a connection accepted before', async () => {
    const { port } = await serve();
    const early = await open(port);
    // The server knows of the connection once it answered one that was opened after it.
    await ask(port, '/');
    const closed = close();
    early.write(get('/'));
    expect(await received(early)).toMatch(/^HTTP\/1.1 200 OK[\s\S]*connection: close/i);
    expect(await closed).toBe(0);
  });

  it('does not wait for a connection that never asks for anything', async () => {
    const { port } = await serve();
    const silent = await open(port);
    const ended = new Promise((resolve) => silent.once('close', resolve));
    await ask(port, '/');
    expect(await close()).toBe(0);
    await ended;
  });

  it('lets the app give up on its requests at the limit', async () => {
    const { port, held } = await serve();
    const answer = ask(port, '/slow');
    await vi.waitFor(() => expect(held).toHaveLength(1), SOON);
    const closed = close(1, () => held[0]?.finish());
    expect(await answer).toMatchObject({ body: 'done' });
    expect(await closed).toBe(0);
  });

  it('cuts what is open after the limit, and counts it', async () => {
    const { port, held } = await serve();
    const answer = ask(port, '/slow');
    await vi.waitFor(() => expect(held).toHaveLength(1), SOON);
    const closed = close(1);
    await expect(answer).rejects.toThrow('socket hang up');
    expect(await closed).toBe(1);
  });
});
