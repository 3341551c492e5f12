import { readFile } from 'node:fs/promises';
import type { Agent } from 'node:https';
import { inspect } from 'node:util';
import type Dockerode from 'dockerode';
import { messageOf, TsgenError } from '../base/errors.ts';
import type { Endpoint, TcpEndpoint } from './endpoint.ts';

export type DialOptions = Dockerode.DockerOptions & { readonly agent?: Agent };

/**
 * What dockerode has to be told to reach an endpoint. What does not apply is `undefined` and not
 * absent: dockerode would fill it in by itself.
 *
 * @throws TsgenError `config` when a TLS file cannot be read.
 */
export async function dialOptions(endpoint: Endpoint): Promise<DialOptions> {
  const options =
    endpoint.kind === 'unix'
      ? { socketPath: endpoint.socketPath, host: undefined, port: undefined, protocol: 'http' }
      : await tcpOptions(endpoint);
  // Its types do not allow `undefined`.
  return options as DialOptions;
}

async function tcpOptions({ host, port, tls }: TcpEndpoint): Promise<object> {
  const common = { host, port, socketPath: undefined, protocol: tls ? 'https' : 'http' };
  if (!tls) return common;
  const [ca, cert, key] = await Promise.all([tls.ca, tls.cert, tls.key].map(readPem));
  return {
    ...common,
    ca,
    cert,
    key,
    ...(tls.verify ? {} : { agent: await trustingAgent() }),
  };
}

async function readPem(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (error) {
    throw new TsgenError(
      'config',
      `Cannot read ${path} for TLS with the Docker Engine: ${messageOf(error)}. Check its rights, or DOCKER_CERT_PATH.`,
      { cause: error },
    );
  }
}

/**
 * dockerode cannot be told in another way not to verify. It runs `util.inspect` over its agent at
 * every request, which takes longer than the request, so this one says nothing of itself.
 */
async function trustingAgent(): Promise<Agent> {
  const https = await import('node:https');
  const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' });
}
