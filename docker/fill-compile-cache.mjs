// Fills V8's compile cache beside the program, when an image is built: what tsgen compiles for its users'
// commands it need not compile again. Run by root, at the program's place in the image:
//   node fill-compile-cache.mjs /usr/local/lib/tsgen/dist/tsgen.js FLAG...
// FLAG: node's own, as the images' scripts have them: V8 takes nothing that was compiled with others.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const [program, ...flags] = process.argv.slice(2);
/** Users that the images run tsgen as, besides root: `node`. */
const OTHERS = [1000];

const ID = 'c0'.repeat(32);
const CONTAINER = {
  Id: ID,
  Name: '/web',
  Created: '2020-01-01T00:00:00Z',
  Image: `sha256:${ID}`,
  State: { Status: 'running', Running: true, StartedAt: '2020-01-01T00:00:00Z' },
  RestartCount: 0,
  Mounts: [],
  HostConfig: { NetworkMode: 'bridge' },
  Config: {
    Hostname: 'web',
    Image: 'web',
    Env: ['VIRTUAL_HOST=web.example'],
    Labels: {},
    ExposedPorts: { '80/tcp': {} },
  },
  NetworkSettings: {
    Ports: { '80/tcp': null },
    Networks: { bridge: { IPAddress: '172.17.0.2', IPPrefixLen: 16, Gateway: '172.17.0.1' } },
  },
};
const ANSWERS = {
  '/version': { Version: '27.0.0', ApiVersion: '1.46', MinAPIVersion: '1.24' },
  '/info': {
    Name: 'build',
    Containers: 1,
    Images: 1,
    ServerVersion: '27.0.0',
    SystemTime: '2020-01-01T00:00:00Z',
  },
  '/networks': [],
  '/containers/json': [{ ...CONTAINER, Names: ['/web'], Created: 1577836800, State: 'running' }],
  [`/containers/${ID}/json`]: CONTAINER,
};

const folder = await mkdtemp(join(tmpdir(), 'tsgen-'));
const socket = join(folder, 'engine.sock');
// An engine of paper with one container, which is all that it takes to render a site.
const engine = createServer((request, response) => {
  const path = request.url.replace(/^\/v[\d.]+/, '').replace(/\?.*/, '');
  response.setHeader('content-type', 'application/json');
  if (path === '/events') response.flushHeaders();
  else if (path in ANSWERS) response.end(JSON.stringify(ANSWERS[path]));
  else response.writeHead(404).end('{}');
}).listen(socket);
await once(engine, 'listening');

const cache = join(dirname(program), 'compile-cache');
await mkdir(cache);

function tsgen(...args) {
  const env = { ...process.env, DOCKER_HOST: `unix://${socket}`, TMPDIR: folder };
  return spawn(process.execPath, [...flags, program, ...args], {
    env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function ended(child, what) {
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${what} ended with ${code ?? signal}`);
}

/** Does some work while a watch runs, which itself does without the cache. */
async function besideWatch(work) {
  const dest = join(folder, 'out.conf');
  await rm(dest, { force: true });
  const watch = tsgen('--template', 'nginx.conf.hbs', '--dest', dest, '--watch');
  const end = ended(watch, 'tsgen --watch');
  try {
    const deadline = Date.now() + 60_000;
    while (!existsSync(dest)) {
      if (watch.exitCode !== null || Date.now() > deadline) throw new Error('no file was written');
      await delay(50);
    }
    await work();
  } finally {
    watch.kill('SIGTERM');
  }
  await end;
}

// What is kept of a chunk is what the first process had run of it that ended.
// Each bundled template is code of its own.
for (const template of ['nginx.conf.hbs', 'apache.conf.hbs', 'haproxy.cfg.hbs']) {
  await ended(tsgen(template), `tsgen ${template}`);
}
await besideWatch(async () => {
  for (const command of ['status', 'explain', 'refresh', 'healthcheck']) {
    await ended(tsgen(command), `tsgen ${command}`);
  }
});
for (const args of [['--help'], ['completion', 'bash'], ['inventory']]) {
  await ended(tsgen(...args), `tsgen ${args.join(' ')}`);
}
engine.closeAllConnections();
engine.close();
await rm(folder, { recursive: true });

// Node.js looks where the name ends with the number of the user, and makes files that nobody else may
// read. Nobody but root may write: what lies here is run.
const made = await readdir(cache);
if (made.length === 0) throw new Error(`${process.execPath} left nothing in ${cache}`);
for (const name of made) {
  const place = join(cache, name);
  await chmod(place, 0o755);
  for (const file of await readdir(place)) await chmod(join(place, file), 0o644);
  for (const user of OTHERS) {
    await cp(place, join(cache, name.replace(/-0$/, `-${user}`)), { recursive: true });
  }
}
