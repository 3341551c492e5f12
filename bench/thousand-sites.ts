import { dirname, join } from 'node:path';
import { DEFAULT_PROXY_SETTINGS } from '../src/routing/read-proxy-settings.ts';
import { aContainer } from '../test/support/runtime-containers.ts';
import { startBackend } from './backend.ts';
import type { Progress } from './bench.ts';
import { BenchContainers } from './bench-containers.ts';
import { generated, writeAll } from './generated.ts';
import { type BenchProxy, HAPROXY, NGINX } from './proxies.ts';
import { summary } from './stats.ts';
import { renderTable } from './table.ts';
import { serves, wrk } from './wrk.ts';

const SITES = [10, 1000] as const;
const SECONDS = 2;
const CONNECTIONS = 16;

const SILENT = { ...DEFAULT_PROXY_SETTINGS, accessLogOff: true };

interface Row {
  readonly cells: readonly string[];
  readonly url: string;
  readonly host: string;
}

/**
 * Requests a second that a proxy serves for the first and the last of few sites and of many, all of
 * them one back end's. Needs a Docker engine with the proxies' images, and wrk.
 *
 * @returns a table.
 */
export async function thousandSites(rounds: number, progress: Progress): Promise<string> {
  await using containers = await BenchContainers.create();
  const backend = await startBackend(containers);
  const rows: Row[] = [];
  for (const proxy of [NGINX, HAPROXY]) {
    for (const count of SITES) rows.push(...(await startProxy(proxy, count, backend, containers)));
  }
  for (const { url, host } of rows) await serves(url, host);
  const samples = rows.map((): number[] => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, { url, host, cells }] of rows.entries()) {
      progress(`round ${round} of ${rounds}, ${cells.join(' ')}`);
      const load = { url, host, connections: CONNECTIONS, seconds: SECONDS };
      samples[index]?.push((await wrk(load)).perSecond);
    }
  }
  return renderTable(
    ['proxy', 'sites', 'asked for', 'requests a second'],
    rows.map(({ cells }, index) => [...cells, summary(samples[index] ?? [], 0)]),
  );
}

/** With so many sites, of which the first and the last are to be asked for. */
async function startProxy(
  { proxy: name, kind, image }: BenchProxy,
  count: number,
  backend: string,
  containers: BenchContainers,
): Promise<readonly Row[]> {
  const webs = Array.from({ length: count }, (_, index) =>
    aContainer({
      name: `web-${index}`,
      env: { VIRTUAL_HOST: hostOf(index), VIRTUAL_PORT: '80' },
      // A new one for each request would use up this machine's ports.
      labels: { 'tsgen.keepalive': String(2 * CONNECTIONS) },
      networks: { bridge: { IP: backend } },
    }),
  );
  const folder = join(containers.folder, `${name}-${count}`);
  await writeAll(folder, await generated(kind, webs, SILENT));
  const { address } = await containers.start(image, [
    `--volume=${folder}:${dirname(kind.destination)}:ro`,
  ]);
  const url = `http://${address}/`;
  return [
    { cells: [name, String(count), 'first'], url, host: hostOf(0) },
    { cells: [name, String(count), 'last'], url, host: hostOf(count - 1) },
  ];
}

function hostOf(index: number): string {
  return `site-${String(index).padStart(4, '0')}.example.com`;
}
