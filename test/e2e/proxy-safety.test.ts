import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import { createRouter } from '../../src/routing/build.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import { Engine } from '../support/engine.ts';
import { type Front, get } from '../support/http.ts';
import { publishedFront } from '../support/nginx-scene.ts';
import { bundledTemplate, contextOf, limitsOf } from '../support/nginx-template.ts';
import { aContainer } from '../support/runtime-containers.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

// What each proxy does when a container fails, as the bundled templates set it up: the containers
// of the model stand for servers that behave badly in one way each.

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));

afterAll(() => workspace[Symbol.asyncDispose]());

/**
 * A good server on 8000; on 8001 one that ends a connection when a second request comes over it, as
 * one does that closes an idle connection at that very moment; on 8002 one that ends every
 * connection when a request has come. `/seen/ID` tells how often a request with this query came.
 */
const SERVERS = `
const { createServer } = require('node:http');
const seen = new Map();
const listen = (port, answers) => {
  const server = createServer((request, response) => {
    const [path, id] = request.url.split('?');
    if (path.startsWith('/seen/')) return response.end(String(seen.get(path.slice(6)) ?? 0));
    seen.set(id, (seen.get(id) ?? 0) + 1);
    const { socket } = request;
    socket.requests = (socket.requests ?? 0) + 1;
    if (!answers(socket.requests)) return socket.destroy();
    request.resume().on('end', () => response.end('port ' + port));
  });
  server.keepAliveTimeout = 0;
  server.listen(port, '0.0.0.0');
};
listen(8000, () => true);
listen(8001, (count) => count === 1);
listen(8002, () => false);
`;

const PROXIES = [
  {
    name: 'nginx',
    image: images.nginx,
    template: 'nginx.conf.hbs',
    folder: '/etc/nginx/conf.d',
    file: 'default.conf',
    command: [],
    repeats: true,
  },
  {
    name: 'HAProxy',
    image: images.haproxy,
    template: 'haproxy.cfg.hbs',
    folder: '/usr/local/etc/haproxy',
    file: 'haproxy.cfg',
    command: [],
    repeats: true,
  },
  {
    name: 'httpd',
    image: images.httpd,
    template: 'apache.conf.hbs',
    folder: '/usr/local/apache2/conf/tsgen',
    file: 'httpd.conf',
    command: ['httpd-foreground', '-f', 'conf/tsgen/httpd.conf'],
    repeats: false,
  },
] as const;

/** Addresses on the proxies' network: the servers', and some that nobody holds. */
let good: string;
let nobody: string;
let nobodies: readonly string[];
let network: string;

beforeAll(async () => {
  network = await workspace.network('net');
  const servers = await workspace.run('servers', images.node, {
    network,
    command: ['node', '-e', SERVERS],
  });
  good = (await engine.inspect(servers)).NetworkSettings.Networks[network]?.IPAddress ?? '';
  nobodies = Array.from({ length: 6 }, (_, index) => good.replace(/\d+$/, `${210 + index}`));
  nobody = good.replace(/\d+$/, '201');
});

/** A container of the model at an address and a port. */
function server(
  host: string,
  part: string,
  address: string,
  port: number,
  env: Readonly<Record<string, string>> = {},
): RuntimeContainer {
  return aContainer({
    name: `${host}-${part}`,
    env: { VIRTUAL_HOST: host, VIRTUAL_PORT: String(port), ...env },
    networks: { front: { IP: address } },
  });
}

/** Of people and programs that ask. */
const PATIENCE_MS = 10_000;

interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly id?: string;
}

/** Asks the proxy once, over a connection of its own: the status and the text. */
async function ask(front: Front, host: string, { method = 'GET', id = '' }: Asked = {}) {
  return await new Promise<string>((resolve, reject) => {
    const asked = request(
      {
        createConnection: front,
        method,
        path: `/?${id}`,
        headers: { host },
        signal: AbortSignal.timeout(PATIENCE_MS),
      },
      (response) => {
        text(response).then(
          (body) => resolve(response.statusCode === 200 ? body : `status ${response.statusCode}`),
          reject,
        );
      },
    );
    asked.once('error', reject);
    asked.end(method === 'POST' ? 'x'.repeat(1000) : undefined);
  });
}

describe.each(PROXIES)('$name', ({ name, image, template, folder, file, command, repeats }) => {
  let front: Front;

  const seen = async (id: string) => Number((await get(front, 'good.test', `/seen/${id}`)).body);
  const both = async (host: string, count: number) => {
    const asked = Array.from({ length: count }, (_, index) =>
      ask(front, host, { method: index % 2 === 0 ? 'GET' : 'POST' }),
    );
    return new Set(await Promise.all(asked));
  };

  beforeAll(async () => {
    const containers = [
      server('good.test', 'good', good, 8000),
      server('refused.test', 'good', good, 8000),
      server('refused.test', 'refuses', good, 9),
      server('vanished.test', 'good', good, 8000),
      server('vanished.test', 'gone', nobody, 8000),
      server('patient.test', 'gone', nobody, 8000, { TSGEN_CONNECT_TIMEOUT: '1m' }),
      server('impatient.test', 'gone', nobody, 8000, { TSGEN_CONNECT_TIMEOUT: '100ms' }),
      server('shrunk.test', 'good', good, 8000),
      ...nobodies.map((address) => server('shrunk.test', `gone-${address}`, address, 8000)),
      server('closes.test', 'one', good, 8001),
      server('ends.test', 'good', good, 8000),
      server('ends.test', 'ends', good, 8002),
    ];
    const settings = { ...DEFAULT_PROXY_SETTINGS, nginxVersion: '1.30.0' };
    const model = createRouter()({
      ...{ containers, vantage: { kind: 'host' }, settings, limits: limitsOf(template) },
    });
    const files = join(await workspace.folder(name), 'files');
    await mkdir(files);
    const write = (path: string, chunks: readonly string[]) =>
      writeFile(join(files, path.split('/').at(-1) ?? ''), chunks.join(''));
    const sides: Promise<void>[] = [];
    const chunks = (await bundledTemplate(template)).render(contextOf(model, [], settings), {
      onFile: ({ path, chunks: side }) => sides.push(write(path, side)),
    });
    await Promise.all([...sides, write(file, chunks)]);
    const proxy = await workspace.create(name.toLowerCase(), image, {
      network,
      args: ['--publish=127.0.0.1::80', '--user=root'],
      command,
    });
    // As a folder under its own name, or into the one that is there.
    await engine.docker(['cp', files, `${proxy}:${folder}`]);
    await engine.docker(['cp', `${files}/.`, `${proxy}:${folder}`]);
    await engine.docker(['start', proxy]);
    front = await publishedFront(workspace, proxy, 80);
    await vi.waitFor(
      async () => expect(await ask(front, 'good.test')).toBe('port 8000'),
      BY_ENGINE,
    );
  });

  it('asks the next server where one refuses the connection, whatever the method', async () => {
    expect(await both('refused.test', 20)).toEqual(new Set(['port 8000']));
  });

  it('asks the next server where an address has vanished', async () => {
    expect(await both('vanished.test', 8)).toEqual(new Set(['port 8000']));
  });

  it('waits for a slow connection as long as the site wants it to', async () => {
    // At this address nobody says yes or no; the system itself gives up after seconds.
    const first = await Promise.race(
      ['patient.test', 'impatient.test'].map(async (host) => {
        const said = await ask(front, host).catch(String);
        return `${host}: ${said}`;
      }),
    );
    expect(first).toMatch(/^impatient\.test: status 50[234]$/);
  });

  it('does not let a client wait for each of many addresses that have vanished', async () => {
    expect(await both('shrunk.test', 4)).toEqual(new Set(['port 8000']));
  });

  it('loses no request to a server that closes its connections meanwhile', async () => {
    // One after the other, so that kept connections are there to be taken.
    for (let index = 0; index < 20; index += 1) {
      const method = index % 2 === 0 ? 'GET' : 'POST';
      expect(await ask(front, 'closes.test', { method }), method).toBe('port 8001');
    }
  });

  it('sends what may not be repeated once, however it ends', async () => {
    const ids = Array.from({ length: 6 }, (_, index) => `${name}-post-${index}`);
    const answers = await Promise.all(
      ids.map((id) => ask(front, 'ends.test', { method: 'POST', id })),
    );
    expect(new Set(answers)).toEqual(new Set(['port 8000', 'status 502']));
    expect(await Promise.all(ids.map(seen))).toEqual(ids.map(() => 1));
  });

  it('asks a server again at once that has failed', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `${name}-again-${index}`);
    const answers: string[] = [];
    for (const id of ids) answers.push(await ask(front, 'ends.test', { method: 'POST', id }));
    expect(answers.filter((answer) => answer === 'status 502').length).toBeGreaterThan(3);
  });

  it(`${repeats ? 'repeats' : 'does not even repeat'} what may be repeated`, async () => {
    const ids = Array.from({ length: 6 }, (_, index) => `${name}-get-${index}`);
    // One after the other: among many at a time the next in turn may be the same server once more.
    const answers: string[] = [];
    for (const id of ids) answers.push(await ask(front, 'ends.test', { id }));
    const counts = await Promise.all(ids.map(seen));
    expect(new Set(answers)).toEqual(new Set(['port 8000', ...(repeats ? [] : ['status 502'])]));
    // Whoever comes to the good one first is not repeated.
    expect(counts.filter((count) => count !== 1 && !(repeats && count === 2))).toEqual([]);
    expect(counts.includes(2)).toBe(repeats);
  });
});
