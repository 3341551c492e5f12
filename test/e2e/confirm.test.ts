import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { haproxy } from '../../src/proxies/haproxy.ts';
import { httpd } from '../../src/proxies/httpd.ts';
import { endOldWorkers } from '../../src/proxies/httpd-workers.ts';
import { nginx } from '../../src/proxies/nginx.ts';
import type { ProxyKind } from '../../src/proxies/proxy-kind.ts';
import type { StatusReport } from '../../src/status/report.ts';
import { backendSite, expectAnswering, expectStatus } from '../support/answering.ts';
import { ControlRelay } from '../support/control-relay.ts';
import { Engine } from '../support/engine.ts';
import { freePort } from '../support/free-port.ts';
import { type Held, holdConnection } from '../support/held-connection.ts';
import { HttpdConsole } from '../support/httpd-console.ts';
import { publishedFront } from '../support/nginx-scene.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

// A proxy is asked which configuration it runs, told what it does not take, and left by its old
// workers: the official images, as the stacks have them.

const images = inject('images');
const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
const { engine } = workspace;

afterAll(() => workspace[Symbol.asyncDispose]());

interface Official {
  readonly kind: ProxyKind;
  readonly image: string;
  readonly command?: readonly string[];
  /** What its old workers stay for. */
  readonly held: Held;
  /** A notification after which it does not run what it does not like. */
  readonly notify?: string;
}

const waitFor = (file: string, start: string) => [
  'sh',
  '-c',
  `trap 'exit 0' TERM USR1 WINCH; until [ -s ${file} ]; do sleep 0.1; done; exec ${start}`,
];
const PROXIES: readonly Official[] = [
  { kind: nginx, image: images.nginx, held: 'request' },
  {
    kind: httpd,
    image: images.httpd,
    held: 'request',
    // Without a look at the configuration first: it ends of a wrong one.
    notify: 'kill -USR1 $(cat /usr/local/apache2/logs/httpd.pid)',
    command: waitFor(httpd.destination, 'httpd-foreground -f conf/tsgen/httpd.conf'),
  },
  {
    kind: haproxy,
    image: images.haproxy,
    held: 'kept connection',
    command: waitFor(
      haproxy.destination,
      `haproxy -W -db -S /var/lib/haproxy/master.sock,mode,600 -f ${haproxy.destination}`,
    ),
  },
];

/** The proxy, and tsgen beside it with a volume of both. */
async function scene(
  part: string,
  { kind, image, command = [] }: Official,
  wish: {
    readonly network?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly args?: readonly string[];
  } = {},
) {
  const network = wish.network ?? (await workspace.network(`${part}-net`));
  const { sites, users } = kind.places;
  const folder = kind.destination.slice(0, kind.destination.lastIndexOf('/'));
  const mount = `type=volume,source=${await workspace.volume(`${part}-conf`)},target=${folder}`;
  const hooks = await Promise.all(
    [sites, users].map(async (path, index) => {
      const source = await workspace.volume(`${part}-hooks-${index}`);
      return `--mount=type=volume,source=${source},target=${path}`;
    }),
  );
  const proxy = await workspace.run(`${part}-proxy`, image, {
    network,
    args: [
      ...[`--mount=${mount},readonly,volume-nocopy`, ...hooks, '--stop-timeout=1'],
      // The port is another one after each start.
      ...(network === 'host' ? [] : ['--publish=127.0.0.1::80', '--restart=always']),
    ],
    command,
  });
  const watch = async (name: string, ...args: readonly string[]) => {
    const tsgen = await workspace.run(`${part}-${name}`, images.gen, {
      args: [`--volume=${engine.socketPath}:/var/run/docker.sock`, `--mount=${mount}`, ...hooks],
      env: wish.env ?? {},
      command: [
        ...['--template', kind.template, '--proxy', proxy, '--confirm-timeout', '3'],
        ...['--container-filter', `name=${workspace.name(part)}`, ...args],
      ],
    });
    const relay = new ControlRelay(engine, tsgen, kind.destination);
    workspace.defer(async () => relay[Symbol.dispose]());
    const status = async () => (await relay.ask('GET', '/status')) as StatusReport;
    const lines = async (text: string) =>
      (await engine.logs(tsgen)).filter((line) => line.includes(text));
    /** The revision that was confirmed, once one was, for a site or not. */
    const confirmed = async (host?: string, since = '') =>
      await vi.waitFor(async () => {
        const { confirmation, sites } = await status();
        const isServed = host === undefined || sites.some((site) => site.host === host);
        const isNew = confirmation?.kind === 'confirmed' && confirmation.revision !== since;
        if (isServed && isNew) return confirmation;
        const log = (await engine.logs(tsgen)).join('\n');
        throw new Error(`not confirmed${host === undefined ? '' : ` with ${host}`}: ${log}`);
      }, BY_ENGINE);
    return { tsgen, status, lines, confirmed };
  };
  const port = wish.env?.CONTROL_PORT ?? '18404';
  const isToldOfMembers = async () =>
    (await engine.docker(['exec', proxy, 'cat', kind.destination])).includes('balancer-manager');
  /** What the proxy itself says that it runs. */
  const runs = async () => {
    if (kind === httpd && (await isToldOfMembers())) {
      return await (await HttpdConsole.of(engine, proxy)).revision();
    }
    const ask = kind.members?.askCommand ?? kind.askCommand;
    return await engine.docker(['exec', proxy, 'sh', '-c', ask.replaceAll('{port}', port)]);
  };
  const replica = async (name: string, host: string, env: Readonly<Record<string, string>> = {}) =>
    await workspace.run(`${part}-${name}`, images.backend, {
      network: network === 'host' ? 'bridge' : network,
      env: { VIRTUAL_HOST: host, ...env },
      args: ['--stop-timeout=1'],
    });
  /** Has the proxy's container run this as root: its operator's work on files. */
  const operate = async (script: string) =>
    await engine.docker(['exec', '--user=root', proxy, 'sh', '-c', script]);
  return { proxy, watch, runs, replica, operate };
}

describe.each(PROXIES)('$kind.name', (official) => {
  const { name, places } = official.kind;
  const part = name.toLowerCase();
  const host = workspace.host(part);
  const [one, two] = [`${part}-one`, `${part}-two`];
  let parts: Awaited<ReturnType<typeof scene>>;
  let first: Awaited<ReturnType<(typeof parts)['watch']>>;

  const site = async () => backendSite(await publishedFront(workspace, parts.proxy, 80), host);

  beforeAll(async () => {
    parts = await scene(part, official);
    first = await parts.watch('tsgen');
  });

  it('is seen to run each change, and needs no reload when it is restarted by hand', async () => {
    const { proxy, runs, replica } = parts;
    const { confirmed, lines } = first;
    const { revision: empty } = await confirmed();
    expect(await runs()).toBe(empty);
    await replica('one', host);
    const { revision: alone } = await confirmed(host, empty);
    expect(await runs()).toBe(alone);
    await replica('two', host);
    const { revision: both, at } = await confirmed(host, alone);
    expect(await runs()).toBe(both);

    const told = await lines('Running ');
    await engine.docker(['restart', '--time=1', proxy]);
    await vi.waitFor(async () => {
      const again = await confirmed(host);
      expect(again.revision).toBe(both);
      expect(again.at > at, 'asked once more').toBe(true);
    }, BY_ENGINE);
    expect(await runs()).toBe(both);
    expect(await lines('Running ')).toEqual(told);
    expect(await lines(' ERROR ')).toEqual([]);
  });

  // One that is told of members while it runs has no old workers of a drain.
  if (official.kind.members === undefined) {
    it(`lets a container go once no old worker has a ${official.held} any more`, async () => {
      const served = await site();
      await expectAnswering(served, [one, two]);
      const { revision: before } = await first.confirmed(host);
      const held = await holdConnection(served, official.held);
      let isDrained = false;
      const tsgen = ['exec', first.tsgen, 'tsgen'];
      const drained = engine.docker([...tsgen, 'drain', workspace.name(two)]).finally(() => {
        isDrained = true;
      });
      await first.confirmed(host, before);
      await expectAnswering(served, [one]);
      expect(await engine.docker([...tsgen, 'status'])).toMatch(new RegExp(`${two}\\s+drained`));
      expect(isDrained, 'an old worker may still give it requests').toBe(false);
      expect(await held.release()).toContain('HTTP/1.1 ');
      expect(await drained).toContain(
        'the proxy gives it no new request and has none open with it',
      );
      await engine.docker([...tsgen, 'undrain', workspace.name(two)]);
      await expectAnswering(served, [one, two]);
    });
  }

  if (official.kind === httpd) {
    it('has workers ended that are too old, and none that serves', async () => {
      const served = await site();
      const { revision: before } = await first.confirmed(host);
      const held = await holdConnection(served, official.held);
      const tsgen = ['exec', first.tsgen, 'tsgen'];
      const drained = engine.docker([...tsgen, 'drain', workspace.name(two)]);
      const { revision: since } = await first.confirmed(host, before);
      // Of members alone httpd is told, and goes on with its workers.
      expect(await parts.operate(endOldWorkers(0))).toBe('');
      const other = workspace.host('other');
      await parts.replica('other', other);
      await first.confirmed(other, since);
      expect(await parts.operate(endOldWorkers(3_600))).toBe('');
      expect(await parts.operate(endOldWorkers(0))).toMatch(/^\d+(\n\d+)*$/);
      await held.ended;
      expect(await drained).toContain('has none open with it');
      expect(await parts.operate(endOldWorkers(0))).toBe('');
      await engine.docker([...tsgen, 'undrain', workspace.name(two)]);
      await expectAnswering(served, [one, two]);
    });
  }

  // Of nginx elsewhere: here below, and with what else there is of draining.
  if (official.kind !== nginx) {
    it('has a container set aside whose part it rejects', async () => {
      const bad = workspace.host('bad');
      await parts.operate(`echo 'no_such_directive on' >${places.sites}/${bad}`);
      const container = await parts.replica('bad', bad);
      await vi.waitFor(async () => {
        const { setAside } = await first.status();
        expect(setAside).toMatchObject([{ container }]);
        expect(setAside?.[0]?.value).toContain('no_such_directive');
      }, BY_ENGINE);
      await expectAnswering(await site(), [one, two]);
      await engine.docker(['rm', '-f', container]);
      await parts.operate(`rm ${places.sites}/${bad}`);
    });

    it('is told at once of who is to stop, while a candidate is still looked at', async () => {
      const { proxy, operate, replica } = parts;
      await engine.docker(['rm', '-f', first.tsgen]);
      const slow =
        'touch /tmp/looking; while [ -e /tmp/looked-at ]; do sleep 0.1; done; test -s {file}';
      const second = await parts.watch('slow', '--check', slow, '--check-timeout', '300');
      await second.confirmed(host);
      const live = async () =>
        await engine.docker(['exec', proxy, 'cat', official.kind.destination]);
      const before = await live();
      await operate('touch /tmp/looked-at; rm -f /tmp/looking');
      const three = await replica('three', host);
      await vi.waitFor(async () => await operate('test -e /tmp/looking'), BY_ENGINE);
      // It goes on, and takes requests. The candidate was rendered with it.
      await engine.docker(['kill', '--signal=TERM', workspace.name(two)]);
      await expectAnswering(await site(), [one]);
      expect(await live()).toBe(before);
      await operate('rm /tmp/looked-at');
      await vi.waitFor(async () => expect(await live()).not.toBe(before), BY_ENGINE);
      await expectAnswering(await site(), [one, `${part}-three`]);
      await vi.waitFor(async () => {
        const [{ servers = [] } = {}] = (await second.status()).sites;
        expect(servers.map(({ container }) => container)).toEqual([workspace.name(one), three]);
      }, BY_ENGINE);
      const told = await second.lines('Told ');
      expect(told, told.join('\n')).toEqual([
        expect.stringMatching(`drained ${workspace.name(two)}$`),
        expect.stringMatching(`added ${three}$`),
      ]);
      expect(await second.lines('Running ')).toEqual([]);
      await engine.docker(['rm', '-f', second.tsgen, three]);
    });

    it('lets nobody in without its users, and gets back what it took last, over a restart of tsgen too', async () => {
      const { runs, replica, operate } = parts;
      await operate(`chmod 700 ${places.users}`);
      const trusting = await parts.watch('trusting', ...TRUSTING, ...notifyOf(official));
      await trusting.confirmed(host);
      const { front } = await site();
      await expectStatus(front, host, 401);
      await operate(`chmod 755 ${places.users}`);
      await engine.docker(['exec', trusting.tsgen, 'tsgen', 'refresh']);
      await expectAnswering(await site(), [one, two]);

      const { revision: before } = await trusting.confirmed(host);
      const rash = workspace.host('rash');
      await operate(`echo 'no_such_directive on' >${places.sites}/${rash}`);
      await replica('rash', rash);
      const isBack = async () =>
        await vi.waitFor(
          async () => {
            const log = (await engine.logs(trusting.tsgen)).join('\n');
            expect(log).toContain('What it took last is back; the new content is not tried');
            expect(await trusting.status(), log).toMatchObject({
              lastRun: { kind: 'rejected' },
              confirmation: { kind: 'confirmed', revision: before },
            });
          },
          { ...BY_ENGINE, interval: 500 },
        );
      await isBack();
      expect(await runs()).toBe(before);
      await expectAnswering(await site(), [one, two]);
      const told = await trusting.lines('Running ');
      await engine.docker(['kill', trusting.tsgen]);
      await engine.docker(['start', trusting.tsgen]);
      await isBack();
      expect(await trusting.lines('Running ')).toEqual(told);
      expect(await runs()).toBe(before);
    });
  }
});

/** With a check that lets everything pass. */
const TRUSTING = ['--check', 'test -s {file}'];

function notifyOf({ notify }: Official): readonly string[] {
  return notify === undefined ? [] : ['--notify', notify];
}

describe('nginx in the network of the host', () => {
  it('is not given a port that another program has, nor left with what it does not take', async () => {
    const [http, https, control] = [await freePort(), await freePort(), await freePort()];
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '0.0.0.0', resolve));
    onTestFinished(() => void holder.close());
    const address = holder.address();
    const held = typeof address === 'object' && address ? String(address.port) : '';
    const env = {
      ...{ HTTP_PORT: String(http), HTTPS_PORT: String(https) },
      CONTROL_PORT: String(control),
    };
    const { watch, runs, replica } = await scene(
      'host',
      { kind: nginx, image: images.nginx, held: 'request' },
      { network: 'host', env },
    );

    // With its own check: nginx never hears of it.
    const careful = await watch('careful');
    const { revision: first } = await careful.confirmed();
    const greedy = await replica('greedy', workspace.host('greedy'), { EXTERNAL_HTTP_PORT: held });
    await vi.waitFor(async () => {
      const found = await careful.lines(`another program listens on port ${held} already`);
      expect(found.length, (await engine.logs(careful.tsgen)).join('\n')).toBeGreaterThan(0);
    }, BY_ENGINE);
    expect(await runs()).toBe(first);
    await engine.docker(['rm', '-f', careful.tsgen, greedy]);

    // With one that lets it pass: nginx says yes to the reload, and goes on as before.
    const trusting = await watch('trusting', '--check', 'test -s {file}');
    const { revision: before } = await trusting.confirmed();
    await replica('rash', workspace.host('rash'), { EXTERNAL_HTTP_PORT: held });
    await vi.waitFor(
      async () => {
        const log = (await engine.logs(trusting.tsgen)).join('\n');
        expect(log).toContain('What it took last is back');
      },
      { ...BY_ENGINE, interval: 500 },
    );
    expect(await trusting.lines(`bind() to 0.0.0.0:${held} failed`)).not.toEqual([]);
    expect(await runs()).toBe(before);
    expect(await trusting.status()).toMatchObject({
      lastRun: { kind: 'rejected' },
      confirmation: { kind: 'confirmed', revision: before },
    });
  });
});
