import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DockerApi } from '../../src/docker/api.ts';
import { connectDocker } from '../../src/docker/client.ts';
import { parseEndpoint } from '../../src/docker/endpoint.ts';
import { EngineError, MalformedContainer } from '../../src/docker/engine-error.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { SOON } from '../support/soon.ts';
import { makeCertificates, type TlsFront, tlsFront } from '../support/tls-front.ts';

const endpointOf = (endpoint: string) => parseEndpoint({ endpoint, env: {}, exists: () => false });

let engine: FakeEngine;
let api: DockerApi;

beforeEach(async () => {
  engine = await FakeEngine.create();
  api = await connectDocker(endpointOf(engine.endpoint), { timeoutMs: 5_000 });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await engine[Symbol.asyncDispose]();
});

describe('the API version', () => {
  it('is negotiated once, with the first requests', async () => {
    expect(engine.requests).toEqual([]);
    await Promise.all([api.ping(), api.ping(), api.listNetworks()]);
    await api.ping();
    const [first, ...others] = engine.requests;
    expect(first).toMatchObject({ path: '/version', version: '' });
    expect(others.map(({ version }) => version)).toEqual(['v1.41', 'v1.41', 'v1.41', 'v1.41']);
  });

  it('is none that tsgen does not know', async () => {
    engine.versions = { api: '1.99', oldest: '1.44' };
    await api.ping();
    expect(engine.requests.at(-1)?.version).toBe('v1.51');
  });

  it('is negotiated again after a failure', async () => {
    engine.failNext(/version/, 500);
    await expect(api.ping()).rejects.toThrow('GET /version');
    await api.ping();
  });

  describe('of an engine that does not tell it', () => {
    const asked = () => vi.waitFor(() => expect(engine.count(/version/)).toBe(1), SOON);

    it('is waited for no longer than somebody wants it', async () => {
      engine.freeze();
      const [one, two] = [new AbortController(), new AbortController()];
      const first = api.ping({ signal: one.signal });
      const second = api.ping({ signal: two.signal });
      await asked();
      one.abort(new Error('enough'));
      await expect(first).rejects.toThrow('enough');
      expect(engine.connections).toBe(1);
      two.abort(new Error('enough too'));
      await expect(second).rejects.toThrow('enough too');
      await vi.waitFor(() => expect(engine.connections).toBe(0), SOON);
    });

    it('is asked for anew by who comes after those who gave up', async () => {
      const release = engine.hold(/version/);
      const stop = new AbortController();
      const first = api.ping({ signal: stop.signal });
      await asked();
      stop.abort(new Error('enough'));
      await expect(first).rejects.toThrow('enough');
      const second = api.ping();
      release();
      await second;
      expect(engine.count(/version/)).toBe(2);
    });

    it('does not keep those waiting who stay when another gives up', async () => {
      const release = engine.hold(/version/);
      const stop = new AbortController();
      const first = api.ping({ signal: stop.signal });
      const second = api.ping();
      await asked();
      stop.abort(new Error('enough'));
      await expect(first).rejects.toThrow('enough');
      release();
      await second;
      expect(engine.count(/version/)).toBe(1);
    });
  });

  it('is negotiated again when another engine is there', async () => {
    await api.ping();
    engine.versions = { api: '1.52', oldest: '1.44' };
    engine.failNext(
      /_ping/,
      400,
      'client version 1.41 is too old. Minimum supported API version is 1.44',
    );
    await expect(api.ping()).rejects.toThrow('too old');
    await api.ping();
    expect(engine.requests.at(-1)?.version).toBe('v1.51');
  });
});

it('does what it was told, whatever the environment says', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
  vi.stubEnv('DOCKER_CERT_PATH', '/nowhere');
  vi.stubEnv('DOCKER_TLS_VERIFY', '1');
  vi.stubEnv('DOCKER_CLIENT_TIMEOUT', '1');
  const other = await connectDocker(endpointOf(engine.endpoint));
  await other.ping();
  expect(process.env.DOCKER_HOST).toBe('tcp://127.0.0.1:1');
  expect(process.env.DOCKER_CERT_PATH).toBe('/nowhere');
});

describe('questions', () => {
  it('info', async () => {
    engine.addContainer();
    engine.now = () => 1_700_000_000_123;
    expect(await api.info()).toEqual({
      name: 'fake',
      containers: 1,
      images: 7,
      version: '20.10.24',
      apiVersion: '1.41',
      goVersion: 'go1.19.8',
      operatingSystem: 'linux',
      architecture: 'amd64',
      systemTime: 1_700_000_000_123,
    });
    engine.tellsTime = false;
    expect(await api.info()).not.toHaveProperty('systemTime');
  });

  it('asks for the version once for the first info, and anew for each that follows', async () => {
    await Promise.all([api.info(), api.listNetworks()]);
    expect(engine.count(/^\/version$/)).toBe(1);
    engine.versions = { api: '1.40', oldest: '1.12' };
    expect((await api.info()).apiVersion).toBe('1.40');
    expect(engine.count(/^\/version$/)).toBe(2);
  });

  it('lists', async () => {
    const web = engine.addContainer({ name: 'web', labels: { a: 'b' } });
    const old = engine.addContainer({ name: 'old', running: false });
    engine.addContainer({ name: 'waits' });
    const named = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
    expect(named(await api.listContainers({ all: false }))).toEqual(['waits', 'web']);
    expect(named(await api.listContainers({ all: true }))).toEqual(['waits', 'old', 'web']);
    const filters = { status: ['created', 'paused'] };
    const [created] = await api.listContainers({ all: true, filters });
    expect(created).toMatchObject({ id: old, state: 'created' });
    const [one] = await api.listContainers({ all: true, filters: { id: [web] } });
    expect(one).toMatchObject({ id: web, name: 'web', labels: { a: 'b' }, state: 'running' });
  });

  it('inspects', async () => {
    const id = engine.addContainer({ name: 'web', env: { A: 'b' } });
    expect(await api.inspectContainer(id)).toMatchObject({ Id: id, Config: { Env: ['A=b'] } });
    expect(await api.inspectContainer('gone')).toBeUndefined();
    expect(await api.inspectContainer('../info')).toBeUndefined();
  });

  it('lists networks', async () => {
    engine.createNetwork('back', { internal: true });
    const networks = await api.listNetworks();
    expect(networks.find(({ Name }) => Name === 'back')?.Internal).toBe(true);
  });

  it('signals and restarts', async () => {
    const id = engine.addContainer({ name: 'proxy' });
    await api.signalContainer('proxy', 'SIGHUP');
    expect(engine.signals).toEqual([{ container: id, signal: 'SIGHUP' }]);
    await api.restartContainer('proxy', { timeoutSeconds: 10 });
    const request = engine.requests.at(-1);
    expect(request?.path).toMatch(/\/restart$/);
    expect(request?.query.get('t')).toBe('10');
    await expect(api.signalContainer('gone', '1')).rejects.toThrow('No such container: gone');
  });
});

describe('trouble', () => {
  it('names endpoint, path and remedy when there is no socket', async () => {
    await engine.stopListening();
    await expect(api.info()).rejects.toThrow(
      new RegExp(`${engine.endpoint} \\(GET /version\\): there is no such socket`),
    );
  });

  it('names what a filter has to let through', async () => {
    engine.failAll(/networks/, 403, 'Forbidden by administrative rules');
    await expect(api.listNetworks()).rejects.toMatchObject({
      kind: 'engine',
      status: 403,
      message: expect.stringContaining('let it pass GET /networks'),
    });
  });

  it('does not wait for ever for a frozen engine', async () => {
    const hasty = await connectDocker(endpointOf(engine.endpoint), { timeoutMs: 300 });
    await hasty.ping();
    engine.freeze();
    await expect(hasty.info()).rejects.toThrow('no answer within 0.3 s');
    await expect(hasty.events({ signal: new AbortController().signal })).rejects.toThrow(
      'GET /events): no answer within 0.3 s',
    );
  });

  it('gives up at once when it is told to', async () => {
    await api.ping();
    engine.freeze();
    const stop = new AbortController();
    const asking = api.inspectContainer('x', { signal: stop.signal });
    await vi.waitFor(() => expect(engine.count(/json/)).toBe(1), SOON);
    stop.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });

  it.each(['version', 'info'])('info leaves no request behind that hangs (%s)', async (path) => {
    await api.ping();
    engine.hold(new RegExp(`^/${path}$`));
    const stop = new AbortController();
    const asking = api.info({ signal: stop.signal });
    await vi.waitFor(() => expect(engine.count(/^\/(info|version)$/)).toBe(3), SOON);
    await vi.waitFor(() => expect(engine.unanswered).toBe(1), SOON);
    stop.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
    await vi.waitFor(() => expect(engine.unanswered).toBe(0), SOON);
  });

  describe('an answer that is not what was asked for', () => {
    const NOT_JSON: readonly [body: string, complaint: string][] = [
      ['', 'it is empty'],
      ['not json', 'it is no JSON'],
    ] as const;

    it.each([...NOT_JSON, ['{"Id":"x"}', 'Created is missing'], ['[]', 'it is a list']])(
      'about a container: %j',
      async (body, complaint) => {
        engine.answerWith(/^\/containers\/.*\/json$/, body);
        const asking = api.inspectContainer('x');
        await expect(asking).rejects.toBeInstanceOf(MalformedContainer);
        await expect(asking).rejects.toThrow(
          `GET /containers/x/json with something that tsgen cannot use: ${complaint}.`,
        );
      },
    );

    it('about another container', async () => {
      const [id, other] = [engine.addContainer(), engine.addContainer()];
      engine.answerWith(
        new RegExp(`^/containers/${id}/json$`),
        JSON.stringify(engine.container(other)),
      );
      await expect(api.inspectContainer(id)).rejects.toThrow('it is another container');
    });

    it.each([...NOT_JSON.map(([body]) => body), '{"message":"hello"}', '[{"Id":5}]', '[null]'])(
      'to the lists: %j',
      async (body) => {
        engine.answerWith(/^\/(containers\/json|networks)$/, body);
        await expect(api.listContainers({ all: true })).rejects.toThrow(EngineError);
        await expect(api.listNetworks()).rejects.toThrow(EngineError);
      },
    );

    it.each(['/info', '/version'])('to GET %s', async (path) => {
      await api.ping();
      for (const body of ['', 'not json', '[]', '{"Name":5,"Version":[]}']) {
        engine.answerWith(new RegExp(`^${path}$`), body);
        await expect(api.info()).rejects.toThrow(`GET ${path} with something`);
      }
    });

    it.each(['', '[]', '{"ApiVersion":"../x"}'])('to the first question: %j', async (body) => {
      engine.answerWith(/^\/version$/, body);
      await expect(api.ping()).rejects.toThrow('GET /version with something');
      engine.heal();
      await api.ping();
    });
  });

  describe('a server that breaks off', () => {
    let server: Server;
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });

    it('in the middle of an answer is not waited for', async () => {
      server = createServer((request, response) => {
        if (request.url === '/version') {
          response.end(JSON.stringify({ ApiVersion: '1.41', MinAPIVersion: '1.12' }));
          return;
        }
        response.writeHead(200, { 'content-length': '1000' });
        response.write('[{"Id":');
        setImmediate(() => response.destroy());
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      const { port } = server.address() as AddressInfo;
      const tcp = await connectDocker(endpointOf(`tcp://127.0.0.1:${port}`));
      await expect(tcp.listNetworks()).rejects.toMatchObject({
        kind: 'engine',
        message: expect.stringContaining(
          `tcp://127.0.0.1:${port} (GET /networks): the connection ended before the answer did`,
        ),
      });
    });
  });
});

describe('events', () => {
  it('are a stream that may be silent for longer than a request may take', async () => {
    const hasty = await connectDocker(endpointOf(engine.endpoint), { timeoutMs: 200 });
    const stop = new AbortController();
    const stream = await hasty.events({ signal: stop.signal });
    const chunks: string[] = [];
    stream.on('data', (chunk) => chunks.push(String(chunk)));
    stream.on('error', () => undefined);
    // A frozen engine lets a request run into its limit, which is as long as that of the stream.
    engine.freeze();
    await expect(hasty.ping()).rejects.toThrow('no answer');
    engine.thaw();
    engine.emit('start', engine.addContainer());
    await vi.waitFor(() => expect(chunks.join('')).toContain('"Action":"start"'), SOON);
    stop.abort();
    await vi.waitFor(() => expect(engine.subscribers).toBe(0), SOON);
    expect(stream.destroyed).toBe(true);
  });

  it('are of containers and networks, since the moment that was given', async () => {
    const id = engine.addContainer();
    engine.now = () => 1_700_000_000_000;
    engine.emit('start', id);
    engine.now = () => 1_700_000_001_500;
    engine.emit('die', id);
    const stop = new AbortController();
    const stream = await api.events({ since: 1_700_000_001.25, signal: stop.signal });
    const [chunk] = await stream.take(1).toArray();
    expect(String(chunk)).toContain('"Action":"die"');
    const { query } = engine.requests.at(-1) ?? {};
    expect(JSON.parse(query?.get('filters') ?? '')).toEqual({ type: ['container', 'network'] });
    stop.abort();
  });

  it('end with an error when the engine goes away', async () => {
    const stream = await api.events({ signal: new AbortController().signal });
    const failed = new Promise((resolve) => {
      stream.on('error', resolve);
    });
    engine.cutEvents();
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('exec', () => {
  let id: string;
  beforeEach(() => {
    id = engine.addContainer({ name: 'proxy' });
  });
  const run = (command: readonly string[], timeoutMs = 5_000, signal?: AbortSignal) =>
    api.exec('proxy', { command, timeoutMs, ...(signal ? { signal } : {}) });

  it('brings back output and exit code', async () => {
    let seen: readonly string[] = [];
    engine.onExec = (_, command) => {
      seen = command;
      return { exitCode: 3, stdout: 'größe\n', stderr: 'bad\n' };
    };
    expect(await run(['nginx', '-t', 'a b'])).toEqual({
      exitCode: 3,
      output: 'größe\nbad\n',
      timedOut: false,
    });
    expect(seen).toEqual(['nginx', '-t', 'a b']);
  });

  it('gives a command variables of its own, which no event tells', async () => {
    let seen: readonly string[] = [];
    engine.onExec = (_, command, env) => {
      seen = [...command, ...env];
      return {};
    };
    const env = { TSGEN_KEY: 'a=b' };
    await api.exec('proxy', { command: ['ask'], timeoutMs: 5_000, env });
    expect(seen).toEqual(['ask', 'TSGEN_KEY=a=b']);
  });

  it('keeps the first 64 KiB, whole characters only', async () => {
    engine.onExec = () => ({ stdout: `x${'ü'.repeat(100_000)}` });
    const { output, exitCode } = await run(['chatty']);
    expect(output).toBe(`x${'ü'.repeat(32_767)}`);
    expect(exitCode).toBe(0);
  });

  it('is ended inside the container', async () => {
    engine.onExec = () => ({ hangs: true, stdout: 'begun' });
    expect(await run(['sleep'], 1)).toEqual({ exitCode: 124, output: 'begun', timedOut: true });
  });

  it('runs the bare command where there is no timeout', async () => {
    engine.withoutTimeout.add(id);
    engine.onExec = (_, command) => ({ stdout: command.join(' ') });
    expect(await run(['nginx', '-t'])).toEqual({
      exitCode: 0,
      output: 'nginx -t',
      timedOut: false,
    });
    expect(engine.count(/containers\/.*\/exec$/)).toBe(2);
  });

  it('does not wait for a bare command that hangs', async () => {
    engine.withoutTimeout.add(id);
    engine.onExec = () => ({ hangs: true });
    expect(await run(['sleep'], 1)).toEqual({ exitCode: 124, output: '', timedOut: true });
  });

  it('tells a command that exits with 126 from a missing timeout', async () => {
    engine.onExec = () => ({ exitCode: 126, stderr: 'exec: "nope": executable file not found' });
    expect(await run(['nope'])).toMatchObject({ exitCode: 126, timedOut: false });
    expect(engine.count(/containers\/.*\/exec$/)).toBe(1);
  });

  it('fails for a container that is not there or cannot run it', async () => {
    await expect(api.exec('gone', { command: ['x'], timeoutMs: 1_000 })).rejects.toMatchObject({
      kind: 'engine',
      status: 404,
      message: expect.stringContaining('POST /containers/gone/exec'),
    });
    engine.pause(id);
    await expect(run(['x'])).rejects.toThrow('is paused');
  });

  it('stops waiting when it is told to', async () => {
    engine.onExec = () => ({ hangs: true });
    const stop = new AbortController();
    const running = run(['sleep'], 60_000, stop.signal);
    await vi.waitFor(() => expect(engine.count(/start/)).toBe(1), SOON);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});

describe('TLS', () => {
  let folder: string;
  let front: TlsFront;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tsgen-tls-'));
    await makeCertificates(folder);
    await mkdir(file('no-ca'));
    for (const name of ['cert.pem', 'key.pem']) await copyFile(file(name), file(`no-ca/${name}`));
    await mkdir(file('no-client'));
    await copyFile(file('ca.pem'), file('no-client/ca.pem'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    front = await tlsFront(engine.socketPath, folder);
  });

  afterEach(() => front.close());

  async function connect(env: Readonly<Record<string, string>>) {
    const parsed = parseEndpoint({ endpoint: front.endpoint, env, exists: existsSync });
    return await connectDocker(parsed, { timeoutMs: 5_000 });
  }

  it('shows its certificate and verifies that of the engine', async () => {
    const secure = await connect({ DOCKER_CERT_PATH: folder, DOCKER_TLS_VERIFY: '1' });
    expect(secure.endpoint).toMatch(/^https:/);
    await secure.ping();
  });

  it('does not verify without a CA', async () => {
    await (await connect({ DOCKER_CERT_PATH: file('no-ca') })).ping();
  });

  it('needs the certificate that the engine asks for', async () => {
    const without = await connect({ DOCKER_CERT_PATH: file('no-client') });
    await expect(without.ping()).rejects.toThrow('do both sides agree on TLS?');
  });

  it('does not trust a stranger', async () => {
    await mkdir(file('strange'), { recursive: true });
    await makeCertificates(file('strange'));
    const strange = await connect({ DOCKER_CERT_PATH: file('strange') });
    await expect(strange.ping()).rejects.toThrow('its certificate is not trusted');
  });

  it('says which file cannot be read', async () => {
    await mkdir(file('broken/ca.pem'), { recursive: true });
    await expect(connect({ DOCKER_CERT_PATH: file('broken') })).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringContaining(`Cannot read ${file('broken/ca.pem')}`),
    });
  });
});
