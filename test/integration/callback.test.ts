import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import type { CallbackOutcome } from '../../src/deploy/callback.ts';
import { Pki } from '../support/pki.ts';
import { aFolder } from '../support/temporary-folder.ts';

/** A host that has no address by any other name service than the test's own. */
const HOST = 'hub.invalid';

/** A server for that host on this machine: what it is asked, and how it answers. */
async function aHub(status: number, headers: Record<string, string> = {}) {
  const pki = await Pki.create(await aFolder());
  const asked: string[] = [];
  const server = createServer(await pki.leaf({ names: [HOST] }), async (request, response) => {
    const { method, url, headers: said } = request;
    asked.push(`${method} ${url} ${said.host} ${await text(request)}`);
    response.writeHead(status, headers).end('x'.repeat(100_000));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, ca: resolve(pki.folder, 'ca.crt'), port: (server.address() as AddressInfo).port };
}

/** Sends as the deployer does, to an address of the test's own; what is trusted is said at a start. */
async function send(url: string, ca?: string): Promise<CallbackOutcome> {
  const script = `
    import { callBack, systemCallback } from ${JSON.stringify(resolve('src/deploy/callback.ts'))};
    const local = [{ address: '127.0.0.1', family: 4 }];
    const outcome = await callBack(
      new URL(process.argv[1]),
      { state: 'success', description: 'it runs', context: 'test' },
      { signal: new AbortController().signal },
      {
        resolve: async () => [{ address: '93.184.215.14', family: 4 }],
        send: (url, _, ...rest) => systemCallback.send(url, local, ...rest),
      },
    );
    console.log(JSON.stringify(outcome));`;
  const { stdout } = await execa(
    'node',
    ['--import', 'tsx', '--input-type=module', '--eval', script, '--', url],
    { env: ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: ca } },
  );
  return JSON.parse(stdout) as CallbackOutcome;
}

it('calls the addresses that were looked at, under the name of the host', async () => {
  const { asked, ca, port } = await aHub(200);
  const url = `https://${HOST}:${port}/hook/1?a=b`;
  expect(await send(url, ca)).toEqual({ kind: 'called', status: 200 });
  const body = JSON.stringify({ state: 'success', description: 'it runs', context: 'test' });
  expect(asked).toEqual([`POST /hook/1?a=b ${HOST}:${port} ${body}`]);
});

it('follows no redirection', async () => {
  const { asked, ca, port } = await aHub(307, { location: '/elsewhere' });
  expect(await send(`https://${HOST}:${port}/hook`, ca)).toEqual({
    kind: 'failed',
    reason: `${HOST} answered with status 307`,
  });
  expect(asked).toHaveLength(1);
});

it('says nothing to whom it does not trust', async () => {
  const { asked, port } = await aHub(200);
  expect(await send(`https://${HOST}:${port}/hook`)).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining(`${HOST} could not be called`),
  });
  expect(asked).toEqual([]);
});
