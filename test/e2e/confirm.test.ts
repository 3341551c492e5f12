import { createServer } from 'node:net';
import { afterAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { haproxy } from '../../src/proxies/haproxy.ts';
import { httpd } from '../../src/proxies/httpd.ts';
import { nginx } from '../../src/proxies/nginx.ts';
import type { ProxyKind } from '../../src/proxies/proxy-kind.ts';
import type { StatusReport } from '../../src/status/report.ts';
import { Engine } from '../support/engine.ts';
import { freePort } from '../support/free-port.ts';
import { Workspace } from '../support/workspace.ts';

// A proxy is asked which configuration it runs: the official images, as the stacks have them.

const images = inject('images');
const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
const { engine } = workspace;

afterAll(() => workspace[Symbol.asyncDispose]());

interface Official {
  readonly kind: ProxyKind;
  readonly image: string;
  readonly command?: readonly string[];
}

const waitFor = (file: string, start: string) => [
  'sh',
  '-c',
  `trap 'exit 0' TERM USR1 WINCH; until [ -s ${file} ]; do sleep 0.1; done; exec ${start}`,
];
const PROXIES: readonly Official[] = [
  { kind: nginx, image: images.nginx },
  {
    kind: httpd,
    image: images.httpd,
    command: waitFor(httpd.destination, 'httpd-foreground -f conf/tsgen/httpd.conf'),
  },
  {
    kind: haproxy,
    image: images.haproxy,
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
  const folder = kind.destination.slice(0, kind.destination.lastIndexOf('/'));
  const mount = `type=volume,source=${await workspace.volume(`${part}-conf`)},target=${folder}`;
  const proxy = await workspace.run(`${part}-proxy`, image, {
    network,
    args: [`--mount=${mount},readonly,volume-nocopy`, '--stop-timeout=1'],
    command,
  });
  const watch = async (name: string, ...args: readonly string[]) => {
    const tsgen = await workspace.run(`${part}-${name}`, images.gen, {
      args: [`--volume=${engine.socketPath}:/var/run/docker.sock`, `--mount=${mount}`],
      env: wish.env ?? {},
      command: [
        ...['--template', kind.template, '--proxy', proxy, '--confirm-timeout', '3'],
        ...['--container-filter', `name=${workspace.name(part)}`, ...args],
      ],
    });
    const status = async () =>
      JSON.parse(await engine.docker(['exec', tsgen, 'tsgen', 'status', '--json'])) as StatusReport;
    const lines = async (text: string) =>
      (await engine.logs(tsgen)).filter((line) => line.includes(text));
    /** The revision that was confirmed, once one was, for a site or not. */
    const confirmed = async (host?: string, since = '') =>
      await vi.waitFor(
        async () => {
          const { confirmation, sites } = await status();
          const log = (await engine.logs(tsgen)).join('\n');
          if (host !== undefined)
            expect(
              sites.map((site) => site.host),
              log,
            ).toContain(host);
          if (confirmation?.kind !== 'confirmed') throw new Error(`not confirmed: ${log}`);
          expect(confirmation.revision).not.toBe(since);
          return confirmation;
        },
        { timeout: 40_000, interval: 200 },
      );
    return { tsgen, status, lines, confirmed };
  };
  const port = wish.env?.CONTROL_PORT ?? '18404';
  /** What the proxy itself says that it runs. */
  const runs = async () =>
    await engine.docker(['exec', proxy, 'sh', '-c', kind.askCommand.replaceAll('{port}', port)]);
  const replica = async (name: string, host: string, env: Readonly<Record<string, string>> = {}) =>
    await workspace.run(`${part}-${name}`, images.backend, {
      network: network === 'host' ? 'bridge' : network,
      env: { VIRTUAL_HOST: host, ...env },
      args: ['--stop-timeout=1'],
    });
  return { proxy, watch, runs, replica };
}

describe.each(PROXIES)('$kind.name', (official) => {
  const { name } = official.kind;
  const part = name.toLowerCase();

  it('is seen to run each change, and needs no reload when it is restarted by hand', async () => {
    const { proxy, watch, runs, replica } = await scene(part, official);
    const { confirmed, lines } = await watch('tsgen');
    const { revision: empty } = await confirmed();
    expect(await runs()).toBe(empty);
    const host = workspace.host(part);
    await replica('one', host);
    const { revision: one } = await confirmed(host, empty);
    expect(await runs()).toBe(one);
    await replica('two', host);
    const { revision: two, at } = await confirmed(host, one);
    expect(await runs()).toBe(two);

    const told = await lines('Running ');
    await engine.docker(['restart', '--time=1', proxy]);
    await vi.waitFor(
      async () => {
        const again = await confirmed(host);
        expect(again.revision).toBe(two);
        expect(again.at > at, 'asked once more').toBe(true);
      },
      { timeout: 40_000, interval: 200 },
    );
    expect(await runs()).toBe(two);
    expect(await lines('Running ')).toEqual(told);
    expect(await lines(' ERROR ')).toEqual([]);
  });
});

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
      { kind: nginx, image: images.nginx },
      { network: 'host', env },
    );

    // With its own check: nginx never hears of it.
    const careful = await watch('careful');
    const { revision: first } = await careful.confirmed();
    const greedy = await replica('greedy', workspace.host('greedy'), { EXTERNAL_HTTP_PORT: held });
    await vi.waitFor(
      async () => {
        const found = await careful.lines(`another program listens on port ${held} already`);
        expect(found.length, (await engine.logs(careful.tsgen)).join('\n')).toBeGreaterThan(0);
      },
      { timeout: 20_000 },
    );
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
      { timeout: 60_000, interval: 500 },
    );
    expect(await trusting.lines(`bind() to 0.0.0.0:${held} failed`)).not.toEqual([]);
    expect(await runs()).toBe(before);
    expect(await trusting.status()).toMatchObject({
      lastRun: { kind: 'rejected' },
      confirmation: { kind: 'confirmed', revision: before },
    });
  });
});
