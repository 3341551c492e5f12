import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { httpd } from '../../src/proxies/httpd.ts';
import { atManager, keyOf } from '../../src/proxies/httpd-manager.ts';
import { answering, expectAnswering } from '../support/answering.ts';
import { ComposeStack, START_ORDERS } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { get } from '../support/http.ts';
import { HttpdConsole, SECRET_FILE } from '../support/httpd-console.ts';
import { keepingConnection } from '../support/kept-client.ts';
import { expectFollowedScale } from '../support/scaled.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const workspace = new Workspace(engine, inject('session'));
let stack: ComposeStack;

const SOON = { timeout: 30_000, interval: 200 };

beforeAll(async () => {
  // httpd asks nobody else once a request has met a server that ends: on a machine that other tests
  // keep busy, replicas have to answer until it was told of them.
  stack = await ComposeStack.of('compose/apache.yml', workspace, {
    ...{ images: inject('images'), drainSeconds: 15 },
  });
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe('the Apache stack, however it is started,', () => {
  beforeEach(() => stack.down());

  it.each(START_ORDERS)('serves when it starts with %s, then %s, then %s', async (...services) => {
    await stack.upInOrder(services);
    await expectAnswering(stack.site, await stack.replicas(), { timeoutMs: 100_000 });
  });
});

const httpdConsole = async () => await HttpdConsole.of(engine, await stack.containerOf('proxy'));

/** Graceful restarts that tsgen has asked for. */
const reloadsSeen = async () => await stack.logged("Running 'reload httpd'");

describe('the Apache stack', () => {
  beforeAll(async () => {
    await stack.down();
    await stack.scale({ web: 3 });
    await expectAnswering(stack.site, await stack.replicas(), { timeoutMs: 100_000 });
  });

  it('asks one replica after the other', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await answering(stack.site, 3)).toEqual(new Set(await stack.replicas()));
    }
  });

  it('follows a scale to 5 and to 1 without a graceful restart, and loses no request and no connection', async () => {
    const reloads = await reloadsSeen();
    const kept = await keepingConnection(stack.site, async () => {
      for (const count of [5, 1]) await expectFollowedScale(stack, count);
    });
    expect(await reloadsSeen()).toBe(reloads);
    expect(kept.lost).toEqual([]);
    // httpd itself ends one after a thousand requests.
    expect(kept.connections).toBeLessThanOrEqual(Math.ceil(kept.requests / 1_000) + 1);
    expect(await stack.logged('Told httpd at run time: localhost: added ')).toBeGreaterThan(0);
    expect(await (await httpdConsole()).ready()).toHaveLength(1);
  });

  it('lets a container go by hand, once its request has ended, and takes it back without a graceful restart', async () => {
    await stack.scale({ web: 3 }, { wait: true });
    await expectAnswering(stack.site, await stack.replicas());
    const reloads = await reloadsSeen();
    const [replica = ''] = await stack.containersOf('web');
    const [own = '', ...rest] = await stack.replicas();
    const tsgen = await stack.containerOf('tsgen');
    const say = (...args: readonly string[]) => engine.docker(['exec', tsgen, 'tsgen', ...args]);
    const console = await httpdConsole();
    // Its connections are taken by the kernel, and its requests wait.
    await engine.docker(['kill', '--signal=STOP', replica]);
    const { front, host, path, replicaOf } = stack.site;
    let [isAnswered, isDrained] = [false, false];
    const answers = Promise.all(
      [own, ...rest].map(() => get(front, host, path, { timeoutMs: 180_000 }).then(replicaOf)),
    ).finally(() => {
      isAnswered = true;
    });
    const drained = say('drain', replica, '--timeout', '300').finally(() => {
      isDrained = true;
    });
    await vi.waitFor(async () => expect(await console.ready()).toHaveLength(rest.length), SOON);
    expect(await console.members()).toHaveLength(rest.length + 1);
    expect({ isAnswered, isDrained }).toEqual({ isAnswered: false, isDrained: false });
    await engine.docker(['kill', '--signal=CONT', replica]);
    expect(await drained).toContain('the proxy gives it no new request and has none open with it');
    expect((await answers).toSorted()).toEqual([own, ...rest].toSorted());
    expect(await console.members()).toHaveLength(rest.length);
    await expectAnswering(stack.site, rest);
    expect(await say('status')).toMatch(
      new RegExp(`${replica}\\s+drained\\s+drained at run time, 20`),
    );
    expect(await say('explain', replica)).toContain('drained at run time, 20');
    await say('undrain', replica);
    await expectAnswering(stack.site, [own, ...rest]);
    expect(await reloadsSeen()).toBe(reloads);
  });

  it('has the right members when httpd was restarted by hand, gracefully or not, and goes on', async () => {
    const proxy = await stack.containerOf('proxy');
    const console = await httpdConsole();
    for (const args of [
      ['exec', proxy, 'httpd', '-f', 'conf/tsgen/httpd.conf', '-k', 'graceful'],
      ['restart', '--time=1', proxy],
    ]) {
      const ready = await console.ready();
      const started = await console.startedAt();
      await engine.docker(args);
      // A graceful one has only begun by then.
      await vi.waitFor(
        async () => expect(await console.startedAt()).toBeGreaterThan(started),
        SOON,
      );
      await vi.waitFor(async () => expect(await console.ready()).toEqual(ready), SOON);
      await expectAnswering(stack.site, await stack.replicas());
      const reloads = await reloadsSeen();
      await stack.scale({ web: ready.length + 1 });
      await expectAnswering(stack.site, await stack.replicas());
      expect(await reloadsSeen()).toBe(reloads);
    }
  });

  it('restarts httpd gracefully when that has no room for more members', async () => {
    const console = await httpdConsole();
    const used = Array.from({ length: 70 }, (_, index) => `ws://192.0.2.${index + 1}:9`);
    const place = `http-${createHash('sha1').update('localhost').digest('hex').slice(0, 16)}`;
    await console.say(
      atManager(
        { port: 18_404, secret: console.secret },
        used
          .map((one) => `say "$prefix-${place}" "b=localhost&b_nwrkr=${one}&b_wyes=1&nonce=$nonce"`)
          .join('\n'),
      ),
    );
    const reloads = await reloadsSeen();
    await stack.scale({ web: 1 });
    await expectAnswering(stack.site, await stack.replicas());
    expect(await reloadsSeen()).toBe(reloads);
    await engine.docker(['rm', '--force', ...(await stack.containersOf('web'))]);
    await stack.scale({ web: 2 });
    await expectAnswering(stack.site, await stack.replicas());
    expect(await reloadsSeen()).toBeGreaterThan(reloads);
  });

  it("lets nobody but tsgen at httpd's balancer manager", async () => {
    const proxy = await stack.containerOf('proxy');
    const console = await httpdConsole();
    const { secret } = console;
    const key = keyOf(secret);
    const path = `/tsgen-${key.slice(0, 16)}`;
    const hosts = [
      'localhost',
      'control.invalid',
      `tsgen-${key.slice(0, 12)}-state`,
      '127.18.40.4',
    ];
    const headers = { 'X-Tsgen-Key': secret };
    // From the published port, with all that there is to know.
    for (const host of [...hosts, '127.18.40.4:18404']) {
      const { status, body } = await get(stack.front, host, `${path}?xml=1`, { headers });
      expect([status, body.includes('httpd:')]).toEqual([403, false]);
    }
    // From a neighbour, at each address that it could try.
    const { NetworkSettings } = await engine.inspect(proxy);
    const [network] = Object.values(NetworkSettings.Networks);
    const addresses = [network?.IPAddress ?? '', '127.18.40.4', '127.0.0.1'];
    const tried = await engine.docker([
      ...['run', '--rm', `--network=${stack.project}_default`],
      ...Object.entries(workspace.labels).map(([label, value]) => `--label=${label}=${value}`),
      ...[inject('images').httpd, 'bash', '-c'],
      'for address; do (exec 3<>"/dev/tcp/$address/18404") 2>&1; done; echo "$?"',
      ...['bash', ...addresses],
    ]);
    expect(tried.match(/\/18404: Connection refused$/gm), tried).toHaveLength(addresses.length);
    expect(tried).toMatch(/\n1$/);
    // In the proxy's own container, without the secret: what the configuration has is its hash.
    const script = atManager({ port: 18_404, secret }, 'page state');
    for (const wrong of [key, '', secret.toUpperCase()]) {
      expect(await console.say(script, wrong)).toBe('');
    }
    expect(await console.say(script)).toContain('b tsgen');
    // Whoever may listen to the engine is told of each command.
    const told = ['--since=10m', '--until=0s', `--filter=container=${proxy}`];
    const events = await engine.docker(['events', ...told]);
    expect(events).toContain('X-Tsgen-Key');
    expect(events).not.toContain(secret);
    const mode = ['exec', proxy, 'stat', '--format=%a', SECRET_FILE];
    expect(await engine.docker(mode)).toBe('600');
    const config = await engine.docker(['exec', proxy, 'cat', httpd.destination]);
    expect(config).not.toContain(secret);
    expect((await engine.logs(await stack.containerOf('tsgen'))).join('\n')).not.toContain(secret);
  });

  it('keeps the Docker socket from the proxy', async () => {
    const { Mounts } = await engine.inspect(await stack.containerOf('proxy'));
    expect(Mounts.map(({ Destination }) => Destination)).toEqual(['/usr/local/apache2/conf/tsgen']);
  });

  describe('has httpd checked:', () => {
    /** Runs the check about the live configuration with lines of its own after it. */
    async function check(...lines: readonly string[]) {
      const script = httpd.checkCommand
        .replaceAll('{file}', '/tmp/candidate.conf')
        .replaceAll('{dest}', httpd.destination);
      const make = `{ cat ${httpd.destination}; printf '%s\\n' "$@"; } >/tmp/candidate.conf`;
      const asked = `${make}; (${script}); echo "exit code $?"`;
      return await engine.docker([
        'exec',
        await stack.containerOf('proxy'),
        'sh',
        '-c',
        asked,
        'sh',
        ...lines,
      ]);
    }

    it('it accepts what it runs with', async () => {
      expect(await check()).toBe('exit code 0');
    });

    it('it rejects a directive that is none, by the place where it would be live', async () => {
      expect(await check('NoSuchDirective on')).toMatch(
        /of \/usr\/local\/apache2\/conf\/tsgen\/httpd\.conf:\nInvalid command 'NoSuchDirective'[\s\S]*exit code 1$/,
      );
    });

    it('it rejects a port that another program has, to which httpd itself is blind', async () => {
      const other =
        "perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort=>81,Listen=>1); sleep 60'";
      await engine.docker([
        'exec',
        '--detach',
        await stack.containerOf('proxy'),
        'sh',
        '-c',
        other,
      ]);
      await expect
        .poll(() => check('Listen 0.0.0.0:81'))
        .toMatch(/another program listens on port 81 already[\s\S]*exit code 1$/);
      expect(await check('Listen 0.0.0.0:82')).toBe('exit code 0');
    });
  });

  it('is not started by the notification where httpd does not run', async () => {
    const notify = httpd.notifyCommand
      .replaceAll('/usr/local/apache2/logs', '/nowhere')
      .replaceAll('httpd -f', 'echo started');
    expect(
      await engine.docker(['exec', await stack.containerOf('proxy'), 'sh', '-c', notify]),
    ).toBe('');
  });
});
