import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { backendSite, expectAnswering, expectStatus } from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import { EXAMPLES } from '../support/example-inventory.ts';
import { publishedFront } from '../support/nginx-scene.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { Workspace } from '../support/workspace.ts';

// The command lines of docker-gen's documentation as people have typed them for years. Only tsgen
// stands for docker-gen, .hbs for .tmpl, and absolute paths, names of containers and published
// ports are moved to where this run is at home.

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));

/** Who tsgen is in its image. */
const NODE_USER = 1000;

let network: string;
/** The root of all absolute paths. */
let root: string;
/** Where the command lines are typed; `templates/` is in it. */
let cwd: string;

beforeAll(async () => {
  network = await workspace.network('net');
  root = await workspace.folder('root');
  cwd = await workspace.folder('cwd');
  await mkdir(join(cwd, 'templates'));
  for (const name of ['nginx', 'fluentd', 'logrotate', 'etcd']) {
    await copyFile(join(EXAMPLES, `${name}.hbs`), join(cwd, 'templates', `${name}.hbs`));
  }
  for (const folder of ['etc/nginx/sites-enabled', 'etc/logrotate.d', 'etc/init.d', 'tmp', 'bin']) {
    await mkdir(join(root, folder), { recursive: true });
  }
});

afterAll(() => workspace[Symbol.asyncDispose]());

/** The same paths under the root of this run; `/bin/bash` stays what it is. */
const moved = (text: string) =>
  text.replaceAll('.tmpl', '.hbs').replaceAll(/(?<![\w/])\/(?=(?:etc|tmp|path)\/)/g, `${root}/`);

/** The arguments of a command line, as a shell reads them. */
async function words(line: string): Promise<readonly string[]> {
  const script = `set -- ${line}\nfor word in "$@"; do printf '%s\\0' "$word"; done`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script]);
  return stdout.split('\0').slice(0, -1);
}

/** Types a command line of docker-gen's on this machine. */
async function typed(line: string): Promise<TsgenProcess> {
  const [program, ...args] = await words(moved(line));
  expect(program).toBe('docker-gen');
  const PATH = `${join(root, 'bin')}:${process.env.PATH ?? ''}`;
  return await TsgenProcess.start(workspace, args, { env: { PATH, HOST_IP: '192.0.2.10' } });
}

/** Puts a program there that writes its arguments to a file, and a way to read that. */
async function recorder(path: string, prelude = ''): Promise<() => Promise<readonly string[]>> {
  const record = `${path}.calls`;
  await writeFile(path, `#!/bin/sh\n${prelude}echo "$*" >>'${record}'\n`, { mode: 0o755 });
  return async () => {
    const text = await readFile(record, 'utf8').catch(() => '');
    return text.split('\n').filter(Boolean);
  };
}

const labels = () =>
  Object.entries(workspace.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
const read = (path: string) => readFile(join(root, path), 'utf8').catch(() => '');
const replica = (part: string, ...args: readonly string[]) =>
  workspace.run(part, images.backend, {
    network,
    args: ['--stop-timeout=1', ...args],
    env: { VIRTUAL_HOST: workspace.host(part) },
  });

/** A container that says which signals it got. */
async function listener(part: string, ...args: readonly string[]): Promise<string> {
  const traps = 'for s in HUP USR1; do trap "echo got $s" $s; done; echo ready';
  const name = await workspace.run(part, images.backend, {
    network,
    args: ['--stop-timeout=1', '--entrypoint=/bin/busybox', ...args],
    command: ['sh', '-c', `${traps}; while :; do /bin/busybox sleep 0.1; done`],
  });
  await vi.waitFor(async () => expect(await engine.logs(name)).toContain('ready'), BY_ENGINE);
  return name;
}

const signalled = async (name: string, signal: string) =>
  (await engine.logs(name)).filter((line) => line === `got ${signal}`).length;

describe("docker-gen's command lines on the host", () => {
  it('docker-gen TEMPLATE prints once', async () => {
    const name = await replica('printed');
    const tsgen = await typed('docker-gen templates/logrotate.tmpl');
    expect(await tsgen.ended).toEqual({ code: 0, signal: null });
    expect(tsgen.out).toContain('# Generated');
    const names = await typed('docker-gen templates/nginx.tmpl');
    await names.ended;
    expect(names.out).toContain(`# ${name}\n`);
  });

  it('nginx: -only-exposed -watch -notify "/etc/init.d/nginx reload"', async () => {
    const calls = await recorder(join(root, 'etc/init.d/nginx'));
    await replica('exposed');
    const tsgen = await typed(
      'docker-gen -only-exposed -watch -notify "/etc/init.d/nginx reload" templates/nginx.tmpl /etc/nginx/sites-enabled/default',
    );
    const dest = 'etc/nginx/sites-enabled/default';
    await expect.poll(() => read(dest)).toContain(workspace.host('exposed'));
    await expect.poll(calls).toContain('reload');
    const before = (await calls()).length;
    await replica('later');
    await expect.poll(() => read(dest)).toContain(workspace.host('later'));
    await expect.poll(async () => (await calls()).length).toBeGreaterThan(before);
    expect(tsgen.logged('Watching docker events')).toHaveLength(1);
    expect(tsgen.logged("nginx reload'").length).toBeGreaterThan(0);
    tsgen.signal('SIGTERM');
    expect(await tsgen.ended).toEqual({ code: 0, signal: null });
  });

  it('fluentd: -watch -notify "restart fluentd"', async () => {
    const calls = await recorder(join(root, 'bin/restart'));
    const name = await replica('logging');
    const tsgen = await typed(
      'docker-gen -watch -notify "restart fluentd" templates/fluentd.tmpl /etc/fluent.conf',
    );
    await expect.poll(() => read('etc/fluent.conf')).toContain(`container_name '${name}'`);
    const { Id } = await engine.inspect(name);
    expect(await read('etc/fluent.conf')).toContain(
      `/var/lib/docker/containers/${Id}/${Id}-json.log`,
    );
    await expect.poll(calls).toContain('fluentd');
    tsgen.signal('SIGINT');
    expect(await tsgen.ended).toEqual({ code: 0, signal: null });
  });

  it('logrotate: -watch, follows what comes and goes', async () => {
    const tsgen = await typed('docker-gen -watch templates/logrotate.tmpl /etc/logrotate.d/docker');
    await expect.poll(() => read('etc/logrotate.d/docker')).toContain('# Generated');
    const volume = await workspace.volume('logs');
    const name = await workspace.run('rotated', images.backend, {
      network,
      args: ['--stop-timeout=1', `--volume=${volume}:/var/log/app`],
      env: { LOG_FILES: '/var/log/app/*.log' },
    });
    const { Mounts } = await engine.inspect(name);
    const stanza = `${Mounts[0]?.Source}/*.log {`;
    await expect.poll(() => read('etc/logrotate.d/docker')).toContain(stanza);
    await engine.docker(['stop', name]);
    await expect.poll(() => read('etc/logrotate.d/docker')).not.toContain(stanza);
    tsgen.signal('SIGTERM');
    await tsgen.ended;
  });

  it('etcd: -notify "/bin/bash /tmp/etcd.sh" -interval 10 registers again and again', async () => {
    const lease = 'if [ "$1" = lease ]; then echo lease 1f granted; exit; fi\n';
    const calls = await recorder(join(root, 'bin/etcdctl'), lease);
    const name = await workspace.run('registered', images.backend, {
      network,
      args: ['--stop-timeout=1', '--publish=0.0.0.0::80'],
      env: { SERVICE_NAME: 'web' },
    });
    const { NetworkSettings } = await engine.inspect(name);
    const port = NetworkSettings.Ports['80/tcp']?.[0]?.HostPort;
    const tsgen = await typed(
      'docker-gen -notify "/bin/bash /tmp/etcd.sh" -interval 10 templates/etcd.tmpl /tmp/etcd.sh',
    );
    const put = `put --lease=1f -- /services/web/${name}:80:tcp {"host":"192.0.2.10","port":"${port}","proto":"tcp"}`;
    const puts = async () => (await calls()).filter((call) => call === put).length;
    await expect.poll(puts).toBeGreaterThan(2);
    expect(tsgen.logged("Generated '")).toHaveLength(1);
    tsgen.signal('SIGTERM');
    expect(await tsgen.ended).toEqual({ code: 0, signal: null });
  });

  it('-config: the file of the documentation', async () => {
    const calls = await recorder(join(root, 'etc/init.d/foo'));
    const [byName, byId] = [await listener('byname'), await listener('byid')];
    await replica('configured');
    const { Id } = await engine.inspect(byId);
    const template = join(root, 'path/to/a/template/file.hbs');
    await mkdir(dirname(template), { recursive: true });
    await copyFile(join(EXAMPLES, 'nginx.hbs'), template);
    await writeFile(
      join(cwd, 'docker-gen.cfg'),
      moved(`[[config]]
template = "/path/to/a/template/file.tmpl"
dest = "/path/to/a/file"
onlyexposed = true
watch = true
wait = "500ms:2s"
notifycmd = "/etc/init.d/foo reload"

[config.NotifyContainers]
${byName} = 1  # 1 is a signal number to be sent; here SIGHUP
${Id.slice(0, 12)} = 10
`),
    );
    const tsgen = await typed('docker-gen -config docker-gen.cfg');
    await expect.poll(() => read('path/to/a/file')).toContain(workspace.host('configured'));
    await expect.poll(calls).toContain('reload');
    await expect.poll(() => signalled(byName, 'HUP')).toBeGreaterThan(0);
    await expect.poll(() => signalled(byId, 'USR1')).toBeGreaterThan(0);
    expect(await signalled(byName, 'USR1')).toBe(0);
    expect(tsgen.logged(`Sending container '${byName}' signal '1'`).length).toBeGreaterThan(0);
    tsgen.signal('SIGTERM');
    expect(await tsgen.ended).toEqual({ code: 0, signal: null });
  });

  it.each<[string, string, string]>([
    ['-notify-sighup NAME', '-notify-sighup', 'HUP'],
    ['-notify-container NAME -notify-signal 10', '-notify-signal 10 -notify-container', 'USR1'],
  ])('%s: the container sees the signal', async (_, flags, signal) => {
    const name = await listener(`hears-${signal.toLowerCase()}`);
    const dest = `/tmp/${signal}.conf`;
    const tsgen = await typed(`docker-gen ${flags} ${name} templates/nginx.tmpl ${dest}`);
    expect((await tsgen.ended).code, tsgen.err).toBe(0);
    await expect.poll(() => signalled(name, signal)).toBe(1);
  });

  it('-notify-filter label=…: every container that fits sees the signal, no other', async () => {
    const label = `proxies=${workspace.id}`;
    const fit = [
      await listener('fits1', `--label=${label}`),
      await listener('fits2', `--label=${label}`),
    ];
    const other = await listener('other');
    const tsgen = await typed(
      `docker-gen -notify-filter label=${label} templates/nginx.tmpl /tmp/filtered.conf`,
    );
    expect((await tsgen.ended).code, tsgen.err).toBe(0);
    for (const name of fit) await expect.poll(() => signalled(name, 'HUP')).toBe(1);
    expect(await signalled(other, 'HUP')).toBe(0);
  });
});

describe("docker-gen's command lines in its image", () => {
  const socket = `${engine.socketPath}:/tmp/docker.sock`;

  const ran = (image: string, command: readonly string[], ...args: readonly string[]) =>
    engine.docker([
      ...['run', '--rm', '--pull=never', ...labels(), `-v=${socket}:ro`, ...args],
      ...[`-v=${join(cwd, 'templates')}:/etc/docker-gen/templates`, image, ...command],
    ]);

  it.each([
    ['tsgen', images.gen],
    ['dockergen', images.genDockergen],
  ])(
    'docker run -v /var/run/docker.sock:/tmp/docker.sock IMAGE TEMPLATE, target %s',
    async (target, image) => {
      const name = await replica(`imaged-${target}`);
      const template = '/etc/docker-gen/templates/nginx.hbs';
      for (const command of [['-only-exposed', template], [template]]) {
        const out = await ran(image, command);
        expect(out).toMatch(/^# Generated/);
        expect(out).toContain(`server_name ${workspace.host(`imaged-${target}`)};`);
        expect(out).toContain(`# ${name}`);
      }
      const there = await ran(image, ['nginx.hbs', '/tmp/out'], '-w=/etc/docker-gen/templates');
      expect(there).toBe('');
      // A program is run as it is.
      expect(await ran(image, ['echo', 'said'])).toBe('said');
    },
  );

  it.each([
    ['tsgen', images.gen],
    ['nginx', images.proxies.nginx],
  ])('nothing is compiled that was compiled with the image, target %s', async (_, image) => {
    const script = `NODE_DEBUG_NATIVE=COMPILE_CACHE tsgen completion bash 2>&1
      find /usr/local/lib/tsgen/dist '(' ! -user root -o -perm /022 ')' -printf 'others may write %p\\n'`;
    const out = await ran(image, ['sh', '-c', script]);
    const chunks = out.match(/reading cache from/g) ?? [];
    expect(chunks.length).toBeGreaterThan(0);
    expect(out.match(/was accepted/g), out).toEqual(chunks.map(() => 'was accepted'));
    expect(out).not.toContain('others may write');
  });

  it.each([
    ['HOSTNAME, which the engine sets to the ID', []],
    ['its mounts, under another host name', ['--hostname=other']],
  ])('knows its own container by %s', async (_, args) => {
    await writeFile(
      join(cwd, 'templates/own.hbs'),
      '{{#with CurrentContainer}}{{Name}} {{eq ID @root.Docker.CurrentContainerID}}{{/with}}\n',
    );
    const name = workspace.name(`own${args.length}`);
    const command = ['/etc/docker-gen/templates/own.hbs'];
    const out = await ran(images.gen, command, `--name=${name}`, ...args);
    expect(out).toBe(`${name} true`);
  });

  it('the separate containers: nginx, and docker-gen with its volumes', async () => {
    const conf = await workspace.folder('nginx');
    // docker-gen is root; tsgen never is, so the folder has to be its own.
    await engine.docker([
      ...['run', '--rm', '--pull=never', ...labels(), '--entrypoint=/bin/busybox'],
      ...[`-v=${conf}:/conf`, images.backend, 'chown', `${NODE_USER}:${NODE_USER}`, '/conf'],
    ]);
    const nginx = await workspace.run('nginx', images.nginx, {
      network,
      args: ['-p=127.0.0.1::80', `-v=${conf}:/etc/nginx/conf.d`, '-t', '--stop-timeout=1'],
    });
    const gen = await workspace.run('nginx-gen', images.gen, {
      args: [
        ...['--volumes-from', nginx, `-v=${socket}:ro`],
        ...[`-v=${join(cwd, 'templates')}:/etc/docker-gen/templates`, '-t'],
      ],
      command: await words(
        `-notify-sighup ${nginx} -watch -only-exposed /etc/docker-gen/templates/nginx.hbs /etc/nginx/conf.d/default.conf`,
      ),
    });
    const web = await replica('foo');
    const front = await publishedFront(workspace, nginx, 80);
    await vi.waitFor(
      async () => expect((await engine.logs(gen)).join('\n')).toContain('Sending container'),
      BY_ENGINE,
    );
    await expectAnswering(backendSite(front, workspace.host('foo')), ['foo']);
    expect((await engine.logs(nginx)).join('\n')).toContain('signal 1 (SIGHUP) received');
    const log = (await engine.logs(gen)).join('\n');
    expect(log).toContain('Watching docker events');
    expect(log).toContain(`Sending container '${nginx}' signal '1'`);
    await engine.docker(['stop', web]);
    await expectStatus(front, workspace.host('foo'), 503);
  });
});
