import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { backendSite, expectAnswering, expectStatus, serviceSite } from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import { freePort } from '../support/free-port.ts';
import { type Front, get, portFront } from '../support/http.ts';
import { underLoad } from '../support/load.ts';
import { publishedFront } from '../support/nginx-scene.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

const DEST = '/etc/nginx/conf.d/default.conf';
/** What an ACME companion has run in the container, word for word. */
const COMPANION = `/app/docker-entrypoint.sh /usr/local/bin/docker-gen /app/nginx.tmpl ${DEST}; /usr/sbin/nginx -s reload`;

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
const socket = `--volume=${engine.socketPath}:/tmp/docker.sock:ro`;

afterAll(() => workspace[Symbol.asyncDispose]());

/** A template of Go's; and with what nginx-proxy's is known by. */
const GO =
  '{{ range groupBy $ "Env.VIRTUAL_HOST" }}{{ if .Env.HTTPS_METHOD }}x{{ end }}{{ end }}\n';
const NGINX_PROXYS = `{{ define "upstream" }}{{ if .Env.CERT_NAME }}{{ .Env.VIRTUAL_PROTO }}{{ end }}{{ end }}\n${GO}`;

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs `docker ARGS` to its end, whatever that is. */
async function ended(...args: string[]): Promise<Ended> {
  return await new Promise((resolve) => {
    execFile('docker', args, { env: engine.env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
    });
  });
}

/** Starts a container that was created, follows it to its end. */
async function startToEnd(container: string): Promise<Ended> {
  return await ended('start', '--attach', container);
}

const inContainer = (container: string, line: string) => ended('exec', container, 'sh', '-c', line);

/** Puts a file into a container. */
async function put(container: string, path: string, content: string): Promise<void> {
  const file = join(await workspace.folder('files'), 'file');
  await writeFile(file, content);
  await engine.docker(['cp', file, `${container}:${path}`]);
}

async function logged(container: string, part: string): Promise<number> {
  return (await engine.logs(container)).filter((line) => line.includes(part)).length;
}

async function healthy(container: string): Promise<void> {
  await vi.waitFor(async () => {
    const { State } = await engine.inspect(container);
    const log = await engine.logs(container);
    expect(State.Health?.Status, log.join('\n')).toBe('healthy');
  }, BY_ENGINE);
}

describe('the nginx image, before it starts,', () => {
  let count = 0;
  /** Work that ends once it has begun: there is no such template. */
  const WORK = ['tsgen', 'none.hbs'];
  const BEGUN = 5;
  const created = async (
    env: Readonly<Record<string, string>>,
    args: string[] = [],
    command: readonly string[] = WORK,
  ) => {
    count += 1;
    return await workspace.create(`check${count}`, images.proxies.nginx, { env, args, command });
  };
  const dhparamOf = async (container: string) => {
    const file = join(await workspace.folder('dhparam'), 'dhparam.pem');
    await engine.docker(['cp', `${container}:/etc/nginx/dhparam/dhparam.pem`, file]);
    return await readFile(file, 'utf8');
  };
  const group = (bits: number) => readFile(`docker/dhparam/ffdhe${bits}.pem`, 'utf8');

  it('ends with code 1 and says what to do where the socket is not mounted', async () => {
    const { code, output } = await startToEnd(await created({}));
    expect(code).toBe(1);
    expect(output).toContain('there is no Docker socket at /tmp/docker.sock');
    expect(output).toContain('-v /var/run/docker.sock:/tmp/docker.sock:ro');
  });

  it.each([['--version'], ['tsgen', 'completion', 'bash']])(
    'asks for nothing where it only tells about itself: %s',
    async (...command) => {
      const { code, output } = await startToEnd(await created({}, [], command));
      expect(code, output).toBe(0);
      expect(output).not.toContain('Warning');
    },
  );

  it('asks for no socket where the engine is elsewhere', async () => {
    const { code, output } = await startToEnd(await created({ DOCKER_HOST: 'tcp://engine:2375' }));
    expect(output).not.toContain('no Docker socket');
    expect(code).toBe(BEGUN);
  });

  it('warns of a trust that nobody has asked for, and of a variable that is past', async () => {
    const bare = await startToEnd(await created({}, [socket]));
    expect(bare.output).toContain('Warning: TRUST_DOWNSTREAM_PROXY is not set');
    const env = { TRUST_DOWNSTREAM_PROXY: 'false', DHPARAM_GENERATION: 'true' };
    const { output } = await startToEnd(await created(env, [socket]));
    expect(output).not.toContain('TRUST_DOWNSTREAM_PROXY');
    expect(output).toContain('Warning: DHPARAM_GENERATION is deprecated');
  });

  it('has the group of RFC 7919 that is asked for, 4096 bits by default, also the next time', async () => {
    const byDefault = await created({}, [socket]);
    expect((await startToEnd(byDefault)).code).toBe(BEGUN);
    expect(await dhparamOf(byDefault)).toBe(await group(4096));
    const small = await created({ DHPARAM_BITS: '2048' }, [socket]);
    await put(small, '/etc/nginx/dhparam/dhparam.pem', await group(3072));
    expect((await startToEnd(small)).code).toBe(BEGUN);
    expect(await dhparamOf(small)).toBe(await group(2048));
  });

  it("leaves a file of the user's own alone, and says so", async () => {
    const container = await created({}, [socket]);
    await put(container, '/etc/nginx/dhparam/dhparam.pem', 'mine\n');
    const { output } = await startToEnd(container);
    expect(output).toContain('dhparam.pem is one of your own and stays');
    expect(await dhparamOf(container)).toBe('mine\n');
  });

  it.each([{ DHPARAM_SKIP: 'true' }, { DHPARAM_GENERATION: 'false' }])(
    'does without Diffie-Hellman parameters for %o',
    async (env) => {
      const container = await created(env, [socket]);
      expect((await startToEnd(container)).code).toBe(BEGUN);
      await expect(dhparamOf(container)).rejects.toThrow('dhparam.pem');
    },
  );

  it('ends with code 1 for a number of bits that there is not', async () => {
    const { code, output } = await startToEnd(await created({ DHPARAM_BITS: '1024' }, [socket]));
    expect(code).toBe(1);
    expect(output).toContain("DHPARAM_BITS is '1024'");
  });
});

describe('the nginx image', () => {
  let network: string;
  let proxy: string;
  let front: Front;
  const host = workspace.host('app');
  const site = () => backendSite(front, host);
  const zombies = async () => {
    const line = "cat /proc/[0-9]*/status 2>/dev/null | grep -c '^State:.Z'";
    return Number((await inContainer(proxy, line)).output);
  };

  beforeAll(async () => {
    network = await workspace.network('single');
    proxy = await workspace.run('proxy', images.proxies.nginx, {
      network,
      args: ['--publish=127.0.0.1::80', socket],
      // Others' sites would have it reload more often.
      env: { TRUST_DOWNSTREAM_PROXY: 'false', ...workspace.onlyOwn },
    });
    await workspace.run('app', images.backend, {
      network,
      env: { VIRTUAL_HOST: host },
      args: ['--stop-timeout=1'],
    });
    front = await publishedFront(workspace, proxy, 80);
    await healthy(proxy);
    await expectAnswering(site(), ['app']);
  });

  it('has what others look for in nginx-proxy', async () => {
    const { Config } = await engine.inspect(proxy);
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(Config.Env).toEqual(
      expect.arrayContaining([
        'DOCKER_HOST=unix:///tmp/docker.sock',
        `DOCKER_GEN_VERSION=tsgen-${version}`,
        `NGINX_PROXY_VERSION=tsgen-${version}`,
      ]),
    );
    const [firstLine] = (await inContainer(proxy, `cat ${DEST}`)).output.split('\n');
    expect(firstLine).toBe(`# nginx-proxy version : tsgen-${version}`);
    const folders = 'certs conf.d dhparam htpasswd toplevel.conf.d vhost.d';
    const { code, output } = await inContainer(
      proxy,
      `cd /etc/nginx && ls -d ${folders} && nginx -T 2>/dev/null`,
    );
    expect(code, output).toBe(0);
    expect(output).toMatch(/^worker_rlimit_nofile 20480;/m);
    expect(output).toMatch(/^worker_shutdown_timeout 30m;/m);
    expect(output).toMatch(/^ *worker_connections 10240;/m);
    expect(await inContainer(proxy, 'cat /etc/nginx/network_internal.conf')).toMatchObject({
      output: expect.stringMatching(/allow fc00::\/7;\ndeny all;\n$/),
    });
  });

  it('takes in files outside of http that the user has put there', async () => {
    await put(proxy, '/etc/nginx/toplevel.conf.d/env.conf', 'env TSGEN_TEST;\n');
    expect((await inContainer(proxy, 'nginx -T')).output).toContain('env TSGEN_TEST;');
  });

  it('leaves the time of old workers to the user who sets it', async () => {
    const own = '/etc/nginx/toplevel.conf.d/own.conf';
    const script = `echo 'worker_shutdown_timeout 1h;' >${own} && /app/docker-entrypoint.sh tsgen inventory; nginx -T`;
    const output = await engine.docker([
      ...['run', '--rm', '--env=DOCKER_HOST=tcp://127.0.0.1:1', '--entrypoint=sh'],
      ...[images.proxies.nginx, '-c', script],
    ]);
    expect(output.match(/^worker_shutdown_timeout .*/gm)).toEqual(['worker_shutdown_timeout 1h;']);
  });

  it('does what an ACME companion has run in it, and keeps doing its own work', async () => {
    const secure = workspace.host('secure');
    await workspace.run('secure', images.backend, {
      network,
      env: { VIRTUAL_HOST: secure },
      args: ['--stop-timeout=1'],
    });
    await expectAnswering(backendSite(front, secure), ['secure']);
    const files = `-keyout /etc/nginx/certs/${secure}.key -out /etc/nginx/certs/${secure}.crt`;
    const made = `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${secure} ${files}`;
    expect((await inContainer(proxy, made)).code).toBe(0);
    const { code, output } = await inContainer(proxy, COMPANION);
    expect(code, output).toBe(0);
    expect(output).toMatch(/The watch that owns .*default\.conf/);
    const shown = `openssl s_client -connect 127.0.0.1:443 -servername ${secure} </dev/null`;
    await vi.waitFor(
      async () => expect((await inContainer(proxy, shown)).output).toContain(`CN=${secure}`),
      BY_ENGINE,
    );
    expect((await inContainer(proxy, 'docker-gen -version')).code).toBe(0);
    expect((await inContainer(proxy, 'tsgen healthcheck')).output).toContain('is live');
    // Without node, which would take a tenth of a second of CPU every five.
    const asked = await inContainer(proxy, 'perl /usr/local/lib/tsgen/ask-health.pl');
    expect(asked).toMatchObject({ code: 0, output: expect.stringContaining('is live') });
  });

  it('starts nginx again when it dies, serves the same, and leaves no zombie', async () => {
    const before = await logged(proxy, 'Started ');
    expect((await inContainer(proxy, 'kill -9 "$(cat /run/nginx.pid)"')).code).toBe(0);
    await vi.waitFor(
      async () => expect(await logged(proxy, 'Started ')).toBe(before + 1),
      BY_ENGINE,
    );
    await expectAnswering(site(), ['app']);
    await vi.waitFor(async () => expect(await zombies()).toBe(0), BY_ENGINE);
    await healthy(proxy);
  });

  it('follows scaling without losing a request', async () => {
    const { lost, requests } = await underLoad(site(), async () => {
      const env = { VIRTUAL_HOST: host };
      const args = ['--stop-timeout=60'];
      const second = await workspace.run('app2', images.backend, { network, env, args });
      await expectAnswering(site(), ['app', 'app2']);
      // As `docker stop` begins. It ignores that, and is killed once nobody asks it any more: killed
      // at once it may have sent the head of an answer without its body, which no proxy can mend.
      await engine.docker(['kill', '--signal=TERM', second]);
      await expectAnswering(site(), ['app']);
      await engine.docker(['rm', '-f', second]);
      await expectAnswering(site(), ['app']);
    });
    expect(requests).toBeGreaterThan(20);
    expect(lost.filter((outcome) => !/^app2?$/.test(outcome))).toEqual([]);
  });

  it('renders and reloads at HUP', async () => {
    const reloads = await logged(proxy, 'signal 1 (SIGHUP) received');
    await engine.docker(['kill', '--signal=HUP', proxy]);
    await vi.waitFor(
      async () => expect(await logged(proxy, 'signal 1 (SIGHUP) received')).toBe(reloads + 1),
      BY_ENGINE,
    );
  });

  describe('with a template over nginx-proxy’s path', () => {
    afterEach(async () => {
      await put(proxy, '/app/nginx.tmpl', await readFile('docker/nginx.tmpl', 'utf8'));
    });
    it("that is nginx-proxy's own uses the bundled one, with a warning", async () => {
      await put(proxy, '/app/nginx.tmpl', NGINX_PROXYS);
      const { code, output } = await inContainer(proxy, COMPANION);
      expect(code, output).toBe(0);
      expect(output).toContain("/app/nginx.tmpl is nginx-proxy's template");
      expect(output).toMatch(/The watch that owns .*default\.conf/);
    });

    it("that is another one of Go's is an error which names the way out", async () => {
      await put(proxy, '/app/nginx.tmpl', GO);
      const { code, output } = await inContainer(proxy, COMPANION.split(';')[0] ?? '');
      expect(code).toBe(5);
      expect(output).toContain('docs/from-docker-gen.md');
    });
  });

  it('finishes open requests when it is stopped, and then ends with code 0', async () => {
    const slow = workspace.host('slow');
    const script =
      '#!/bin/busybox sh\\necho\\necho begun >/begun\\nuntil [ -e /go ]; do sleep 0.1; done\\necho finished\\n';
    const line = `mkdir -p /www/cgi-bin && printf '${script}' >/www/cgi-bin/slow && chmod +x /www/cgi-bin/slow && exec httpd -f -p 80 -h /www`;
    const backend = await workspace.run('slow', images.backend, {
      network,
      env: { VIRTUAL_HOST: slow, PATH: '/bin' },
      args: ['--stop-timeout=1'],
      command: ['/bin/busybox', 'sh', '-c', line],
    });
    await expectStatus(front, slow, 404);
    const answer = get(front, slow, '/cgi-bin/slow');
    answer.catch(() => undefined);
    await vi.waitFor(
      () => engine.docker(['exec', backend, '/bin/busybox', 'test', '-e', '/begun']),
      BY_ENGINE,
    );
    const quits = await logged(proxy, '(SIGQUIT) received');
    const stopped = engine.docker(['stop', proxy]);
    stopped.catch(() => undefined);
    await vi.waitFor(
      async () => expect(await logged(proxy, '(SIGQUIT) received')).toBeGreaterThan(quits),
      BY_ENGINE,
    );
    await engine.docker(['exec', backend, '/bin/busybox', 'touch', '/go']);
    await stopped;
    expect(await answer).toMatchObject({ status: 200, body: 'finished\n' });
    const { State } = await engine.inspect(proxy);
    expect(State).toMatchObject({ Running: false, ExitCode: 0 });
    await engine.docker(['start', proxy]);
    front = await publishedFront(workspace, proxy, 80);
    await expectAnswering(site(), ['app']);
  });
});

describe("tsgen in docker-gen's place, beside a stock nginx,", () => {
  const host = workspace.host('two');

  /** nginx with a filled volume, as it is when nginx starts first, and what tells tsgen of it. */
  async function aPair(
    part: string,
    options: {
      readonly labels?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly command?: (nginx: string) => readonly string[];
      readonly args?: readonly string[];
    },
  ) {
    const network = await workspace.network(`${part}-net`);
    const conf = `--volume=${await workspace.volume(`${part}-conf`)}:/etc/nginx/conf.d`;
    const nginx = await workspace.run(`${part}-nginx`, images.nginx, {
      network,
      args: ['--publish=127.0.0.1::80', conf, ...(options.labels ?? []).map((l) => `--label=${l}`)],
    });
    await workspace.run(`${part}-app`, images.backend, { network, env: { VIRTUAL_HOST: host } });
    // On no network of theirs: nginx's count.
    const gen = await workspace.run(`${part}-gen`, images.genDockergen, {
      args: [socket, conf, '--cap-drop=ALL', ...(options.args ?? [])],
      env: { ...workspace.onlyOwn, ...options.env },
      command: options.command?.(nginx) ?? [],
    });
    const site = backendSite(await publishedFront(workspace, nginx, 80), host);
    return { gen, nginx, network, site };
  }

  it('finds it by the label that NGINX_CONTAINER_LABEL names', async () => {
    const label = `test.${workspace.id}.nginx`;
    const { gen, site, nginx } = await aPair('label', {
      labels: [label],
      env: { NGINX_CONTAINER_LABEL: label },
    });
    await healthy(gen);
    const dockergen = await workspace.create('label-none', images.genDockergen);
    // As it comes, before anybody sets anything.
    expect((await engine.inspect(dockergen)).Config.Env).toEqual(
      expect.arrayContaining([
        'DOCKER_HOST=unix:///tmp/docker.sock',
        'NGINX_CONTAINER_LABEL=com.github.nginx-proxy.nginx-proxy.nginx',
      ]),
    );
    await expectAnswering(site, ['label-app']);
    expect((await ended('exec', gen, 'tsgen', 'status')).output).toContain(nginx);
  });

  it("understands docker-gen's command line, with nginx-proxy's template mounted", async () => {
    const template = join(await workspace.folder('template'), 'nginx.tmpl');
    await writeFile(template, NGINX_PROXYS);
    const { gen, site, network } = await aPair('line', {
      args: [`--volume=${template}:/etc/docker-gen/templates/nginx.tmpl:ro`],
      command: (nginx) => [
        ...['-notify-sighup', nginx, '-watch', '-wait', '100ms:500ms'],
        ...['/etc/docker-gen/templates/nginx.tmpl', DEST],
      ],
    });
    await expectAnswering(site, ['line-app']);
    expect(await logged(gen, "is nginx-proxy's template")).toBe(1);
    await workspace.run('line-app2', images.backend, { network, env: { VIRTUAL_HOST: host } });
    await expectAnswering(site, ['line-app', 'line-app2']);
    // What the companion does beside a separate generator.
    const unchanged = await logged(gen, 'did not change');
    await engine.docker(['kill', '--signal=HUP', gen]);
    await vi.waitFor(
      async () => expect(await logged(gen, 'did not change')).toBeGreaterThan(unchanged),
      BY_ENGINE,
    );
  });

  it('ends with code 1 and says what to do where the socket is not mounted', async () => {
    const { code, output } = await startToEnd(
      await workspace.create('two-none', images.genDockergen, { command: ['-watch', 'a', 'b'] }),
    );
    expect(code).toBe(1);
    expect(output).toContain('there is no Docker socket at /tmp/docker.sock');
  });
});

describe.each([
  ['nginx-proxy.yml', 'nginx-proxy', { 'nginx-proxy': images.proxies.nginx }],
  ['nginx-proxy-two.yml', 'dockergen', { dockergen: images.genDockergen }],
])('compose/%s', (file, tsgen, built) => {
  const project = workspace.name(tsgen);
  const label = `test.${workspace.id}.compose`;
  let port: number;
  let files: readonly string[];
  const compose = (...args: string[]) =>
    engine.docker(['compose', '-p', project, ...files, ...args], {
      timeoutMs: 240_000,
      env: {
        PORT: String(port),
        DOCKER_SOCKET: engine.socketPath,
        NGINX_CONTAINER_LABEL: label,
        NGINX_IMAGE: images.nginx,
      },
    });

  it('comes up, serves, follows a scale and goes', async () => {
    port = await freePort();
    const override = join(await workspace.folder('compose'), `${tsgen}.json`);
    const images_ = { ...built, web: images.service };
    const services = Object.entries(images_).map(([name, image]) => [name, { image }]);
    await writeFile(override, JSON.stringify({ services: Object.fromEntries(services) }));
    files = ['-f', `compose/${file}`, '-f', override];
    workspace.defer(() => compose('down', '-v', '--timeout=1'));
    await compose('up', '-d', '--no-build', '--wait', '--scale=web=2');
    const replicas = async () => {
      const ids = (await compose('ps', '-q', 'web')).split('\n').filter(Boolean);
      return await Promise.all(ids.map(async (id) => (await engine.inspect(id)).Config.Hostname));
    };
    const site = serviceSite(portFront(port), 'localhost');
    expect(await replicas()).toHaveLength(2);
    await expectAnswering(site, await replicas());
    await compose('up', '-d', '--no-build', '--no-recreate', '--scale=web=4');
    expect(await replicas()).toHaveLength(4);
    await expectAnswering(site, await replicas());
    const status = await compose('exec', '-T', tsgen, 'tsgen', 'status');
    expect(status).toContain('is live');
  });
});
