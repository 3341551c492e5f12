import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A CA (`ca.pem`), a server's pair for 127.0.0.1 and a client's pair under docker's names. */
export async function makeCertificates(folder: string): Promise<void> {
  const openssl = (...args: readonly string[]) =>
    promisify(execFile)('openssl', args, { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const ca = ['-subj', '/CN=test ca', '-keyout', 'ca-key.pem', '-out', 'ca.pem'];
  await openssl('req', '-x509', ...newKey, ...ca);
  await writeFile(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1');
  for (const [certificate, key] of [
    ['server.pem', 'server-key.pem'],
    ['cert.pem', 'key.pem'],
  ] as const) {
    await openssl('req', ...newKey, '-subj', '/CN=test', '-keyout', key, '-out', 'request');
    const signer = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'];
    const names = ['-extfile', 'names'];
    await openssl('x509', '-req', '-in', 'request', ...signer, ...names, '-out', certificate);
  }
}

export interface TlsFront {
  /** As in `DOCKER_HOST`. */
  readonly endpoint: string;
  close(): void;
}

/**
 * TLS on a port of this machine before an engine on a socket. It shows the server's certificate of
 * the folder and wants a client's that the same CA has signed.
 */
export async function tlsFront(socketPath: string, folder: string): Promise<TlsFront> {
  const [key, cert, ca] = await Promise.all(
    ['server-key.pem', 'server.pem', 'ca.pem'].map((name) => readFile(join(folder, name))),
  );
  const server = createServer({ key, cert, ca, requestCert: true }, (asked, answer) => {
    const { url: path, method, headers } = asked;
    const inner = request({ socketPath, path, method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    asked.pipe(inner);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `tcp://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
