import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, it } from 'vitest';
import { isTaken } from './port.ts';

function listen(host: string): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, host, () => resolve(server));
  });
}

it.each(['0.0.0.0', '127.0.0.1'])(
  'knows that somebody listens on %s, and that nobody does any more',
  async (host) => {
    const server = await listen(host);
    const { port } = server.address() as AddressInfo;
    expect(await isTaken(port)).toBe(true);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    expect(await isTaken(port)).toBe(false);
    expect(await isTaken(port)).toBe(false);
  },
);
