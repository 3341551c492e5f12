import { connect, createServer } from 'node:net';
import { codeOf } from '../../src/base/errors.ts';

/** The code of the failure to listen there; nothing where it worked. */
function listenFault(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error) ?? error.message));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => {
      server.close(() => resolve(undefined));
    });
  });
}

function accepts(port: number, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(limitMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/**
 * Whether somebody on this machine listens on the port. Where this user may not listen there
 * (ports below 1024, which the engine publishes all the same), whether somebody answers.
 */
export async function isTaken(port: number): Promise<boolean> {
  const fault = await listenFault(port);
  if (fault === 'EACCES' || fault === 'EPERM') return accepts(port, 1000);
  return fault === 'EADDRINUSE';
}
