import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import type { TemplateSettings } from '../../src/templates/context.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { startBackend } from '../backend.ts';
import type { Progress } from '../bench.ts';
import { type BenchContainer, BenchContainers } from '../bench-containers.ts';
import { generated, writeAll } from '../generated.ts';
import { type BenchProxy, HAPROXY, HTTPD, NGINX } from '../proxies.ts';
import { stackCommand } from '../stack-command.ts';
import { median, summary } from '../stats.ts';
import { renderTable } from '../table.ts';
import { type Served, serves, wrk } from '../wrk.ts';

const SECONDS = 1;
const CONNECTIONS = 16;
const BACKENDS = 3;
/** Of which the one in the middle is asked for. Those written by hand have just as many. */
const HOSTS = ['site-0.example.com', 'site-1.example.com', 'site-2.example.com'] as const;

interface Proxy extends BenchProxy {
  /** Where those that users have are not the default ones. */
  readonly settings?: Partial<TemplateSettings>;
  /** Beside this file. */
  readonly byHand: string;
}

const PROXIES: readonly Proxy[] = [
  { ...NGINX, settings: { nginxVersion: '1.30.0' }, byHand: 'nginx.conf' },
  { ...HAPROXY, byHand: 'haproxy.cfg' },
  // It is told of members while it runs, if it has the secret.
  { ...HTTPD, settings: { memberKey: '0'.repeat(40) }, byHand: 'httpd.conf' },
];

type Author = 'tsgen' | 'by hand';

interface Running {
  readonly proxy: string;
  readonly author: Author;
  readonly container: BenchContainer;
}

/**
 * Requests a second and how long they take through each proxy with the configuration that tsgen
 * generates, beside one written by hand with the same headers, log and connections; with clients that
 * keep their connections and with such that do not. Needs a Docker engine with the proxies' images, and
 * wrk.
 *
 * @returns a table.
 */
export async function throughProxy(rounds: number, progress: Progress): Promise<string> {
  await using containers = await BenchContainers.create();
  const backends: string[] = [];
  for (let i = 0; i < BACKENDS; i += 1) backends.push(await startBackend(containers));
  const rows: string[][] = [];
  const pairs: (readonly [Running, Running])[] = [];
  for (const proxy of PROXIES) pairs.push(await startPair(proxy, backends, containers));
  for (const pair of pairs) await tellTheSame(pair);
  for (const pair of pairs) {
    for (const closes of [false, true]) {
      const cpuMs = () => Promise.all(pair.map(({ container }) => containers.cpuMs(container)));
      const before = await cpuMs();
      const samples = await inTurns(pair, closes, rounds, progress);
      const after = await cpuMs();
      const used = after.map((ms, which) => ms - (before[which] ?? 0));
      rows.push(...rowsOf(pair, closes, samples, used));
    }
  }
  return renderTable(
    [
      ...['proxy', 'clients', 'configuration', 'requests a second', 'ratio'],
      ...['p50 ms', 'p90 ms', 'p99 ms', 'CPU, µs a request'],
    ],
    rows,
  );
}

/** What was served by each of the two, round by round; the other one has nothing to do meanwhile. */
async function inTurns(
  pair: readonly [Running, Running],
  closes: boolean,
  rounds: number,
  progress: Progress,
): Promise<readonly (readonly Served[])[]> {
  const samples = pair.map((): Served[] => []);
  for (let round = 1; round <= rounds; round += 1) {
    // Each of the two goes first as often as the other.
    const turns = [...pair.entries()];
    for (const [which, { proxy, author, container }] of round % 2 ? turns : turns.reverse()) {
      progress(`round ${round} of ${rounds}, ${proxy} ${author}`);
      const load = { url: `http://${container.address}/`, host: HOSTS[1], closes };
      samples[which]?.push(await wrk({ ...load, connections: CONNECTIONS, seconds: SECONDS }));
    }
  }
  return samples;
}

function rowsOf(
  pair: readonly Running[],
  closes: boolean,
  samples: readonly (readonly Served[])[],
  cpuMs: readonly number[],
): string[][] {
  const [own = [], byHand = []] = samples;
  const ratio = median(own.map(({ perSecond }, i) => perSecond / (byHand[i]?.perSecond ?? 0)));
  return pair.map(({ proxy, author }, which) => {
    const of = samples[which] ?? [];
    const served = of.reduce((sum, { requests }) => sum + requests, 0);
    return [
      ...[proxy, closes ? 'close' : 'keep', author],
      summary(
        of.map(({ perSecond }) => perSecond),
        0,
      ),
      author === 'tsgen' ? ratio.toFixed(3) : '',
      ...(['p50', 'p90', 'p99'] as const).map((p) => median(of.map(({ ms }) => ms[p])).toFixed(2)),
      (((cpuMs[which] ?? 0) * 1_000) / served).toFixed(0),
    ];
  });
}

async function startPair(
  proxy: Proxy,
  backends: readonly string[],
  containers: BenchContainers,
): Promise<readonly [Running, Running]> {
  const { proxy: name, kind, byHand } = proxy;
  const text = await readFile(join(import.meta.dirname, byHand), 'utf8');
  const addressed = text.replace(/\bbackend-(\d)/g, (_, index) => backends[Number(index)] ?? '');
  const settings = { ...DEFAULT_PROXY_SETTINGS, ...proxy.settings };
  const webs = backends.map((IP, index) =>
    aContainer({
      name: `web-${index}`,
      env: { VIRTUAL_HOST: HOSTS.join(), VIRTUAL_PORT: '80' },
      networks: { bridge: { IP } },
    }),
  );
  const start = async (author: Author, files: ReadonlyMap<string, string>): Promise<Running> => {
    const folder = join(containers.folder, `${name}-${author}`);
    await writeAll(folder, files);
    const container = await containers.start(
      proxy.image,
      // The engine would use more of the machine to write the log than the proxy for its requests.
      ['--log-driver=none', `--volume=${folder}:${dirname(kind.destination)}:ro`],
      await stackCommand(proxy.stack),
    );
    return { proxy: name, author, container };
  };
  return [
    await start('tsgen', await generated(kind, webs, settings)),
    await start('by hand', new Map([[basename(kind.destination), addressed]])),
  ];
}

/** @throws Error when the back ends are not told the same by both. */
async function tellTheSame(pair: readonly [Running, Running]): Promise<void> {
  const [own, byHand] = await Promise.all(
    pair.map(({ container: { address } }) => serves(`http://${address}/told`, HOSTS[1])),
  );
  if (own !== byHand) {
    throw new Error(
      `Back ends are told\n${own}\nby ${pair[0].proxy} with tsgen's configuration, and by hand\n${byHand}`,
    );
  }
}
