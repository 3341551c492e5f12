import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localRunner } from '../../src/output/runner.ts';
import { CONNECTIONS, connectionsIn } from '../../src/proxies/httpd-connections.ts';
import { MARKER } from '../../src/proxies/httpd-manager.ts';
import { httpdMembers } from '../../src/proxies/httpd-members.ts';

const HERE = localRunner({
  env: { PATH: process.env.PATH },
  monotonic: () => performance.now(),
});
const SECRET = 'ab'.repeat(32);

const STATE = `<httpd:manager>
<httpd:name>balancer://tsgen</httpd:name>
<httpd:name>${MARKER}</httpd:name>
<httpd:route>digest</httpd:route>
<httpd:redirect>generation</httpd:redirect>
<httpd:loadfactor>1</httpd:loadfactor>
<httpd:status>Init Dis </httpd:status>
<httpd:busy>0</httpd:busy>
</httpd:worker>
`;

/** A balancer manager that knows of no member, and what it is asked. */
async function aManager() {
  const asked: { readonly request: IncomingMessage; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    asked.push({ request, body: await text(request) });
    response.end(request.headers['x-tsgen-key'] === SECRET ? STATE : '');
  });
  const { hostname } = new URL(MARKER);
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve));
  onTestFinished(() => void server.close());
  return { asked, port: (server.address() as AddressInfo).port };
}

/** Runs a script with one of the programs alone to be found that can speak to httpd. */
async function runWith(tool: string, script: string, env: Readonly<Record<string, string>>) {
  const others = ['bash', 'curl', 'nc'].filter((one) => one !== tool);
  const hiding = `command() { case $2 in ${others.join(' | ')}) return 1 ;; esac; }`;
  return await HERE.run(`${hiding}\n${script}`, { timeoutMs: 20_000, env });
}

describe('the connections that the kernel knows', () => {
  it('are those that are made from here, each by where it goes', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const worker = `ws://127.0.0.1:${port}`;
    const connections = async () => {
      const result = await HERE.run(CONNECTIONS, { timeoutMs: 20_000 });
      const found = connectionsIn('output' in result ? result.output.split('\n') : []);
      return { to: found?.to(worker), clients: found?.clients ?? 0 };
    };
    expect((await connections()).to).toBe(0);
    for (let count = 1; count <= 2; count += 1) {
      const accepted = once(server, 'connection');
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      await Promise.all([accepted, once(socket, 'connect')]);
      const { to, clients } = await connections();
      expect(to).toBe(count);
      // Of the whole machine.
      expect(clients).toBeGreaterThanOrEqual(count);
    }
  });
});

describe('the balancer manager of httpd', () => {
  it.each(['bash', 'curl'])(
    'is asked with %s, and with a secret that is in no line',
    async (tool) => {
      const { asked, port } = await aManager();
      const { askCommand, env } = httpdMembers({ port, secret: SECRET });
      const result = await runWith(tool, askCommand, env ?? {});
      expect(result).toMatchObject({ exitCode: 0, output: 'generation digest\n' });
      expect(askCommand).not.toContain(SECRET);
      expect(asked.map(({ request }) => request.headers.host)).toEqual([
        expect.stringMatching(/^tsgen-[0-9a-f]{12}-state$/),
      ]);
    },
  );

  it.each(['bash', 'curl'])('is given a form with %s', async (tool) => {
    const { asked, port } = await aManager();
    const { tellCommand, env } = httpdMembers({ port, secret: SECRET });
    const roster = { members: [], fixed: new Map(), digest: 'digest', places: new Map() };
    const result = await runWith(tool, tellCommand('generation', [], roster) ?? '', env ?? {});
    const output = expect.stringMatching(/^runs generation digest$/m);
    expect(result).toMatchObject({ exitCode: 0, output });
    const forms = asked.filter(({ request }) => request.method === 'POST');
    expect(forms.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^b=tsgen&w=.*&w_wr=changing&nonce=[0-9a-f]{16}&xml=1$/),
      expect.stringMatching(/^b=tsgen&w=.*&w_wr=digest&nonce=[0-9a-f]{16}&xml=1$/),
    ]);
  });

  it('answers nobody who does not know the secret', async () => {
    const { port } = await aManager();
    const { askCommand } = httpdMembers({ port, secret: SECRET });
    expect(await runWith('bash', askCommand, {})).toMatchObject({ exitCode: 1 });
  });

  // Newer ones begin each error of theirs with the name that they were given, older ones do not.
  const NAMED = 'bash() { env bash "$@"; set -- $? "$3"; echo "$2: refused" >&2; return $1; }';

  it.each(['bash', 'curl'])(
    'says with %s that nobody answers, and not how it asked',
    async (tool) => {
      const { askCommand, env } = httpdMembers({ port: 1, secret: SECRET });
      const result = await runWith(tool, `${NAMED}\n${askCommand}`, env ?? {});
      const output = expect.stringContaining(
        `httpd does not answer at ${new URL(MARKER).hostname}:1`,
      );
      expect(result).toMatchObject({ exitCode: 1, output });
      expect(result).not.toMatchObject({ output: expect.stringContaining('nonce') });
    },
  );

  it('says that there is nothing to ask with', async () => {
    const { askCommand, env } = httpdMembers({ port: 1, secret: SECRET });
    expect(await runWith('none', askCommand, env ?? {})).toMatchObject({
      exitCode: 126,
      output: expect.stringContaining('neither bash nor curl'),
    });
  });
});
