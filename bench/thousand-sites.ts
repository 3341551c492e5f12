import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { haproxy } from '../src/proxies/haproxy.ts';
import { nginx } from '../src/proxies/nginx.ts';
import type { ProxyKind } from '../src/proxies/proxy-kind.ts';
import { createRouter } from '../src/routing/build.ts';
import { DEFAULT_PROXY_SETTINGS } from '../src/routing/read-proxy-settings.ts';
import { createEngine } from '../src/templates/engine.ts';
import { loadTemplate } from '../src/templates/load.ts';
import { contextOf } from '../test/support/nginx-template.ts';
import { aContainer } from '../test/support/runtime-containers.ts';
import { summary } from './stats.ts';
import { renderTable } from './table.ts';

const run = promisify(execFile);

const SITES = [10, 1000] as const;
const SECONDS = 2;
const CONNECTIONS = 16;

interface Proxy {
  readonly name: string;
  readonly kind: ProxyKind;
  readonly image: string;
  readonly config: string;
}

const PROXIES: readonly Proxy[] = [
  {
    name: 'nginx',
    kind: nginx,
    image: 'nginx:1.30',
    config: '/etc/nginx/conf.d/default.conf',
  },
  {
    name: 'HAProxy',
    kind: haproxy,
    image: 'haproxy:3.2',
    config: '/usr/local/etc/haproxy/haproxy.cfg',
  },
];

const SILENT = { ...DEFAULT_PROXY_SETTINGS, accessLogOff: true };

/**
 * Requests a second that a proxy serves for the first and the last of few sites and of many, all of
 * them one back end's. Needs a Docker engine with the proxies' images, and wrk.
 *
 * @returns a table.
 */
export async function thousandSites(
  rounds: number,
  progress: (text: string) => void,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tsgen-bench-'));
  const started: string[] = [];
  try {
    return await measure(rounds, { folder, started, progress });
  } finally {
    if (started.length > 0) await run('docker', ['rm', '--force', ...started]);
    await rm(folder, { recursive: true });
  }
}

interface Measuring {
  readonly folder: string;
  /** IDs of containers, to be removed. */
  readonly started: string[];
  readonly progress: (text: string) => void;
}

async function measure(rounds: number, { folder, started, progress }: Measuring): Promise<string> {
  const start = async (image: string, args: readonly string[]) => {
    const { stdout } = await run('docker', [
      ...['run', '--detach', '--pull=never', '--label=org.tsgen.bench', ...args, image],
    ]);
    const id = stdout.trim();
    started.push(id);
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    return (await run('docker', ['inspect', `--format=${format}`, id])).stdout.trim();
  };

  const answering = join(folder, 'backend.conf');
  await writeFile(answering, 'server { listen 80; access_log off; return 200 "served\n"; }\n', {
    mode: 0o644,
  });
  const backend = await start('nginx:1.30', [
    `--volume=${answering}:/etc/nginx/conf.d/default.conf:ro`,
  ]);
  const rows: { readonly cells: readonly string[]; readonly url: string; readonly host: string }[] =
    [];
  for (const proxy of PROXIES) {
    for (const count of SITES) {
      const files = await render(proxy, count, backend);
      const place = join(folder, `${proxy.name}-${count}`);
      await mkdir(place);
      for (const [name, text] of files) await writeFile(join(place, name), text, { mode: 0o644 });
      await chmod(folder, 0o755);
      const target = proxy.config.slice(0, proxy.config.lastIndexOf('/'));
      const address = await start(proxy.image, [`--volume=${place}:${target}:ro`]);
      for (const [which, index] of [
        ['first', 0],
        ['last', count - 1],
      ] as const) {
        const url = `http://${address}/`;
        rows.push({ cells: [proxy.name, String(count), which], url, host: hostOf(index) });
      }
    }
  }
  for (const { url, host } of rows) await answers(url, host);
  const samples = rows.map((): number[] => []);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, { url, host }] of rows.entries()) {
      progress(`round ${round} of ${rounds}, ${rows[index]?.cells.join(' ')}`);
      samples[index]?.push(await requestsPerSecond(url, host));
    }
  }
  return renderTable(
    ['proxy', 'sites', 'asked for', 'requests a second'],
    rows.map(({ cells }, index) => [...cells, summary(samples[index] ?? [], 0)]),
  );
}

function hostOf(index: number): string {
  return `site-${String(index).padStart(4, '0')}.example.com`;
}

/** Names and texts of what the template makes for so many sites. */
async function render(
  { kind: { template, limits = {} }, config }: Proxy,
  count: number,
  backend: string,
): Promise<ReadonlyMap<string, string>> {
  const containers = Array.from({ length: count }, (_, index) =>
    aContainer({
      name: `web-${index}`,
      env: { VIRTUAL_HOST: hostOf(index), VIRTUAL_PORT: '80' },
      // A new one for each request would use up this machine's ports.
      labels: { 'tsgen.keepalive': String(2 * CONNECTIONS) },
      networks: { bridge: { IP: backend } },
    }),
  );
  const model = createRouter()({
    ...{ containers, vantage: { kind: 'host' }, settings: SILENT, limits },
  });
  const source = await loadTemplate(`templates/${template}`, {
    partialDirs: ['templates/partials'],
  });
  const compiled = createEngine({
    exists: () => false,
    read: () => undefined,
    list: () => undefined,
  }).compile(source);
  const files = new Map<string, string>();
  const chunks = compiled.render(contextOf(model, containers, SILENT), {
    onFile: ({ path, chunks: text }) => files.set(path, text.join('')),
  });
  return files.set(config.slice(config.lastIndexOf('/') + 1), chunks.join(''));
}

/** Waits until the proxy serves. */
async function answers(url: string, host: string): Promise<void> {
  await run('curl', [
    ...['--silent', '--show-error', '--fail', '--output', '/dev/null', '--header', `Host: ${host}`],
    ...['--retry', '60', '--retry-delay', '1', '--retry-all-errors', url],
  ]);
}

async function requestsPerSecond(url: string, host: string): Promise<number> {
  const { stdout } = await run('wrk', [
    ...['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '-H', `Host: ${host}`, url],
  ]);
  if (/Non-2xx/.test(stdout)) throw new Error(`${url} failed for ${host}: ${stdout}`);
  return Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
}
