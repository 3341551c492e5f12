import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askIsPrime } from './ask.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function answer(status: number, body: string, headers: Record<string, string> = {}) {
  return serve((_request, response) => {
    response.writeHead(status, { 'X-Served-By': 'one', ...headers }).end(body);
  });
}

const ask = (port: number, limitMs = 5000) => askIsPrime({ port, limitMs }, 1009);

describe('askIsPrime', () => {
  it('names who answered, and asks for localhost on a connection of its own', async () => {
    const seen: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      seen.push(request.url, request.headers.host, request.headers.connection);
      response.setHeader('X-Served-By', 'replica');
      response.end('{"integer":1009,"is_prime":true}');
    });
    expect(await ask(port)).toEqual({ kind: 'answered', by: 'replica', isPrime: true });
    expect(seen).toEqual(['/is_prime/1009', `localhost:${port}`, 'close']);
  });

  it.each([
    [503, '{}', {}, 'HTTP 503'],
    [200, '{"integer":1009,"is_prime":true}', { 'X-Served-By': '' }, 'without X-Served-By'],
    [200, '{"integer":7,"is_prime":true}', {}, 'not about the integer'],
    [200, '{"integer":1009,"is_prime":"yes"}', {}, 'not about the integer'],
    [200, 'null', {}, 'not about the integer'],
    [200, '<html>', {}, 'not about the integer'],
    [200, 'x'.repeat(100_000), {}, 'far too long'],
  ])('counts %d with %.40s and %o as failed: %s', async (status, body, headers, reason) => {
    const port = await answer(status, body, headers);
    expect(await ask(port)).toEqual({ kind: 'failed', reason: expect.stringContaining(reason) });
  });

  it('says that nobody listens', async () => {
    const port = await serve(() => {});
    for (const close of closers.splice(0)) close();
    expect(await ask(port)).toEqual({ kind: 'failed', reason: 'connection refused' });
  });

  it('says that the connection was cut', async () => {
    const server = createTcpServer((socket) => socket.resetAndDestroy());
    closers.push(() => server.close());
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
    expect(await ask(port)).toEqual({ kind: 'failed', reason: 'connection reset' });
  });

  it('gives up on an answer that does not come or does not end', async () => {
    const silent = await serve(() => {});
    const reason = 'no answer within 0.05 s';
    expect(await ask(silent, 50)).toEqual({ kind: 'failed', reason });
    const endless = await serve((_request, response) => {
      response.setHeader('X-Served-By', 'one');
      response.write('{');
    });
    expect(await ask(endless, 50)).toEqual({ kind: 'failed', reason });
  });
});
