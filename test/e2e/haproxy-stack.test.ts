import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { answering, expectAnswering } from '../support/answering.ts';
import { ComposeStack, START_ORDERS } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { HaproxyConsole } from '../support/haproxy-console.ts';
import { get } from '../support/http.ts';
import { keepingConnection } from '../support/kept-client.ts';
import { expectFollowedScale } from '../support/scaled.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const workspace = new Workspace(engine, inject('session'));
let stack: ComposeStack;

beforeAll(async () => {
  stack = await ComposeStack.of('compose/haproxy.yml', workspace, { images: inject('images') });
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe('the HAProxy stack, however it is started,', () => {
  beforeEach(() => stack.down());

  it.each(START_ORDERS)('serves when it starts with %s, then %s, then %s', async (...services) => {
    await stack.upInOrder(services);
    await expectAnswering(stack.site, await stack.replicas());
  });

  it('stops at once while the proxy still waits for a configuration', async () => {
    await stack.up('proxy');
    const proxy = await stack.containerOf('proxy');
    await engine.docker(['stop', '--time=60', proxy], { timeoutMs: 30_000 });
    expect(await engine.docker(['inspect', '--format={{.State.ExitCode}}', proxy])).toBe('0');
  });
});

const haproxy = async () => new HaproxyConsole(engine, await stack.containerOf('proxy'));

/** A drain may wait for long. */
const say = async (...args: readonly string[]) =>
  await engine.docker(['exec', await stack.containerOf('tsgen'), 'tsgen', ...args], {
    timeoutMs: 320_000,
  });

/** What somebody in the same network tries, even if he reads the volume: by file, by port, in its words. */
const NEIGHBOUR = `
/bin/busybox find /conf -type s
for port in 80 443; do
  echo "$port: $(echo '@1 show info' | /bin/busybox nc -w 3 proxy $port | /bin/busybox head -n 20)"
done`;

describe('the HAProxy stack', () => {
  beforeAll(async () => {
    await stack.down();
    await stack.scale({ web: 3 }, { wait: true });
  });

  it('shares requests out in turn', async () => {
    const replicas = await stack.replicas();
    await expectAnswering(stack.site, replicas);
    expect(await answering(stack.site, 3)).toEqual(new Set(replicas));
  });

  it('follows a scale to 6 and to 2 without a reload, and loses no request and no connection', async () => {
    const console = await haproxy();
    const worker = await console.worker();
    const kept = await keepingConnection(stack.site, async () => {
      for (const count of [6, 2]) await expectFollowedScale(stack, count);
    });
    expect(kept).toEqual({ requests: expect.any(Number), connections: 1, lost: [] });
    expect(await console.worker()).toBe(worker);
    expect(await stack.logged('Told HAProxy at run time: localhost: added ')).toBeGreaterThan(0);
    expect((await console.servers('localhost')).ready).toHaveLength(2);
  });

  it('lets a container go by hand and takes it back without a reload, and says so', async () => {
    const [replica = '', ...others] = await stack.containersOf('web');
    const [own = '', ...rest] = await stack.replicas();
    const console = await haproxy();
    const worker = await console.worker();
    expect(await say('drain', replica)).toContain(
      'the proxy gives it no new request and has none open with it',
    );
    await expectAnswering(stack.site, rest);
    const status = await say('status');
    expect(status).toMatch(new RegExp(`${replica}\\s+drained\\s+drained at run time, 20`));
    // With it may go who was scaled away before.
    const told = await stack.linesWith('Told HAProxy at run time: ');
    expect(
      told.filter((line) => line.includes(`drained ${replica}`)),
      told.join('\n'),
    ).toHaveLength(1);
    expect(await say('explain', replica)).toContain('drained at run time, 20');
    await say('undrain', replica);
    await expectAnswering(stack.site, [own, ...rest]);
    expect(await say('explain', replica)).toContain('added at run time, 20');
    expect(await console.worker()).toBe(worker);
    expect(others).toHaveLength(1);
  });

  it('waits with a drain for a request that is open, which comes to its end', async () => {
    const [replica = ''] = await stack.containersOf('web');
    const [own = '', ...rest] = await stack.replicas();
    const console = await haproxy();
    const worker = await console.worker();
    const { front, host, path, replicaOf } = stack.site;
    // Its connections are taken by the kernel, and its requests wait.
    await engine.docker(['kill', '--signal=STOP', replica]);
    let isAnswered = false;
    const answers = Promise.all(
      [own, ...rest].map(() => get(front, host, path, { timeoutMs: 180_000 }).then(replicaOf)),
    ).finally(() => {
      isAnswered = true;
    });
    const count = () => console.openRequests('localhost');
    await vi.waitFor(async () => expect(await count()).toBe(1), BY_ENGINE);
    let isDrained = false;
    const drained = say('drain', replica, '--timeout', '300').finally(() => {
      isDrained = true;
    });
    await vi.waitFor(
      async () => expect((await console.servers('localhost')).others).toHaveLength(1),
      BY_ENGINE,
    );
    await expectAnswering(stack.site, rest);
    expect({ isDrained, isAnswered, open: await count() }).toEqual({
      ...{ isDrained: false, isAnswered: false, open: 1 },
    });
    await engine.docker(['kill', '--signal=CONT', replica]);
    expect(await drained).toContain('the proxy gives it no new request and has none open with it');
    expect((await answers).toSorted()).toEqual([own, ...rest].toSorted());
    expect(await console.worker()).toBe(worker);
    await say('undrain', replica);
    await expectAnswering(stack.site, [own, ...rest]);
  }, 400_000);

  it('brings earlier members back, holds them, and goes on with those of now at run time', async () => {
    const [replica = ''] = await stack.containersOf('web');
    const [own = '', ...rest] = await stack.replicas();
    await say('drain', replica);
    await expectAnswering(stack.site, rest);
    expect(await say('history')).toMatch(new RegExp(`^● .* -${replica} .* members +after `, 'm'));
    expect(await say('rollback')).toMatch(/ is held until tsgen resume: applied/);
    await expectAnswering(stack.site, [own, ...rest]);
    expect(await say('resume')).toContain('is not held any more: applied, at run time');
    await expectAnswering(stack.site, rest);
    await say('undrain', replica);
    await expectAnswering(stack.site, [own, ...rest]);
  });

  it('has the right members when HAProxy was reloaded or restarted by hand, and goes on', async () => {
    const proxy = await stack.containerOf('proxy');
    const console = await haproxy();
    await stack.scale({ web: 3 });
    const [drained = ''] = await stack.containersOf('web');
    const [own = ''] = await stack.replicas();
    const served = async () => (await stack.replicas()).filter((one) => one !== own);
    await say('drain', drained);
    await expectAnswering(stack.site, await served());
    for (const args of [
      ['kill', '--signal=USR2', proxy],
      ['restart', '--time=1', proxy],
    ]) {
      const { ready } = await console.servers('localhost');
      const started = await console.startedAt();
      await engine.docker(args);
      await vi.waitFor(async () => expect(await console.startedAt()).not.toBe(started), BY_ENGINE);
      await expectAnswering(stack.site, await served());
      expect((await console.servers('localhost')).ready.toSorted()).toEqual(ready.toSorted());
      const worker = await console.worker();
      await stack.scale({ web: (await stack.replicas()).length + 1 });
      await expectAnswering(stack.site, await served());
      expect(await console.worker()).toBe(worker);
    }
    await say('undrain', drained);
    await expectAnswering(stack.site, await stack.replicas());
  });

  it('reloads HAProxy when that refuses a step', async () => {
    const [replica = ''] = await stack.containersOf('web');
    const console = await haproxy();
    const worker = await console.worker();
    const { Id, NetworkSettings } = await engine.inspect(replica);
    const [network] = Object.values(NetworkSettings.Networks);
    const name = (await console.servers('localhost')).ready.find((one) =>
      one.startsWith(`${network?.IPAddress}:`),
    );
    expect(name, `${Id} among the servers`).toBeDefined();
    await engine.docker(['stop', '--time=1', replica]);
    await vi.waitFor(
      async () => expect((await console.servers('localhost')).ready).not.toContain(name),
      BY_ENGINE,
    );
    expect(await console.worker()).toBe(worker);
    // Whatever address it comes back with: somebody has added the server by hand.
    const [, prefix, port, id] = /^(.*\.)\d+:(\d+):([0-9a-f]+)$/.exec(name ?? '') ?? [];
    await console.say(
      ...Array.from({ length: 60 }, (_, index) => `${prefix}${index + 2}`).map(
        (address) => `@1 add server localhost/${address}:${port}:${id} ${address}:${port}`,
      ),
    );
    await engine.docker(['start', replica]);
    await expectAnswering(stack.site, await stack.replicas());
    expect(await console.worker()).not.toBe(worker);
    const lines = await engine.logs(await stack.containerOf('tsgen'));
    expect(lines.filter((line) => line.includes('for its members: it refused '))).toEqual([
      expect.stringContaining("for its members: it refused 'add server localhost/"),
    ]);
    expect((await console.servers('localhost')).others).toEqual([]);
  });

  it("lets nobody but tsgen at HAProxy's console", async () => {
    const proxy = await stack.containerOf('proxy');
    const listening = await engine.docker([
      ...['exec', proxy, 'sh', '-c'],
      // Docker's resolver is 127.0.0.11.
      'sed -n "/: 0B00007F:/d; s/^ *[0-9]*: [0-9A-F]*:\\([0-9A-F]*\\) [^ ]* 0A .*/\\1/p" /proc/net/tcp /proc/net/tcp6 | sort -u',
    ]);
    // Ports 80 and 443 and nothing else, so that there is but the file of the socket.
    expect(listening).toBe('0050\n01BB');
    const volume = `${stack.project}_conf`;
    const neighbour = await engine.docker([
      ...['run', '--rm', `--network=${stack.project}_default`, `--volume=${volume}:/conf`],
      ...Object.entries(workspace.labels).map(([key, value]) => `--label=${key}=${value}`),
      ...[inject('images').backend, '/bin/busybox', 'sh', '-c', NEIGHBOUR],
    ]);
    expect(neighbour).toMatch(/^80: HTTP.* 400 /m);
    expect(neighbour).not.toMatch(/Pid:|master\.sock/);
    const socket = await engine.docker([
      ...['exec', proxy, 'stat', '--format=%A %U', '/var/lib/haproxy/master.sock'],
    ]);
    expect(socket).toBe('srw------- haproxy');
    for (const host of ['localhost', '127.0.0.1', 'master.sock']) {
      const answer = await get(stack.front, host, '/@1%20show%20info').catch(String);
      expect(JSON.stringify(answer)).not.toContain('Pid:');
    }
  });

  it('keeps the Docker socket from the proxy, which can change nothing of what it reads', async () => {
    const format = '{{range .Mounts}}{{.Destination}} {{.RW}};{{end}}';
    const proxy = await stack.containerOf('proxy');
    expect(await engine.docker(['inspect', `--format=${format}`, proxy])).toBe(
      '/usr/local/etc/haproxy false;',
    );
  });

  it("hears of each reload from HAProxy's master whether it worked", async () => {
    const lines = await engine.logs(await stack.containerOf('tsgen'));
    expect(lines.some((line) => line.includes("Running 'reload HAProxy'"))).toBe(true);
    const failed = lines.filter((line) => line.includes('Error running notify command'));
    expect(failed, lines.join('\n')).toEqual([]);
  });
});
