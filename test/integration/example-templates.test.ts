import { execFile } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BuiltCli } from '../support/built-cli.ts';
import {
  ATTACKERS,
  EXAMPLES,
  EXPECTED,
  type Fields,
  HOSTILE,
  STACK,
} from '../support/example-inventory.ts';
import { freePort } from '../support/free-port.ts';
import { type Directive, parseNginx } from '../support/nginx-syntax.ts';

/** Renders an example from an inventory, as its users would. */
async function rendered(example: string, containers: readonly Fields[] = STACK) {
  const cli = await BuiltCli.create({ HOST_IP: '192.0.2.10' });
  await writeFile(join(cli.folder, 'inventory.json'), JSON.stringify(containers));
  const template = join(EXAMPLES, `${example}.hbs`);
  const dest = join(cli.folder, example);
  const ran = await cli.run('--from', 'inventory.json', template, dest);
  expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
  return { folder: cli.folder, dest, text: await readFile(dest, 'utf8') };
}

const attacked = (example: string) => rendered(example, [...STACK, ...ATTACKERS]);

describe('each example', () => {
  it.each<[string, string]>([
    ['nginx', 'nginx.conf'],
    ['logrotate', 'logrotate'],
    ['fluentd', 'fluentd.conf'],
    ['dnsmasq', 'hosts'],
    ['etcd', 'register.sh'],
  ])('%s renders what was checked by hand', async (example, expected) => {
    const { text } = await rendered(example);
    expect(text).toBe(await readFile(join(EXPECTED, expected), 'utf8'));
  });

  it('is named here, begins with how to run it, and is in order without an engine', async () => {
    const names = (await readdir(EXAMPLES)).sort();
    expect(names).toEqual(
      ['dnsmasq', 'etcd', 'fluentd', 'logrotate', 'nginx'].map((name) => `${name}.hbs`),
    );
    const cli = await BuiltCli.create();
    const paths = names.map((name) => join(EXAMPLES, name));
    expect(await cli.run('lint', ...paths)).toMatchObject({ exitCode: 0 });
    for (const [index, path] of paths.entries()) {
      const [comment = ''] = /^\{\{!--.*?--\}\}/s.exec(await readFile(path, 'utf8')) ?? [];
      expect(comment).toMatch(/^ +(?:HOST_IP=\S+ )?tsgen -watch/m);
      expect(comment).toContain(`${names[index]} /`);
      expect(comment).toContain('To adapt:');
    }
  });
});

describe('nginx', () => {
  it('lets no value out of its place', async () => {
    const honest = parseNginx((await rendered('nginx')).text);
    const text = (await attacked('nginx')).text;
    const hosts = (directives: readonly Directive[]) =>
      directives
        .filter(({ name }) => name === 'server')
        .flatMap(({ block = [] }) => block.filter(({ name }) => name === 'server_name'))
        .flatMap(({ args }) => args);
    const directives = parseNginx(text);
    // Some of the attempts are hosts or ports that anybody may have.
    const harmless = ['70000', 'b.test'];
    expect(hosts(directives).sort()).toEqual([...hosts(honest), ...harmless].sort());
    expect(directives.filter(({ name }) => name === 'server').flatMap(listens)).not.toContain('81');
    const targets = directives
      .filter(({ name }) => name === 'upstream')
      .flatMap(({ block = [] }) => block.flatMap(({ args }) => args));
    for (const target of targets) {
      expect(Number(target.split(':').at(-1))).toBeLessThan(65_536);
    }
  });
});

function listens({ block = [] }: Directive): readonly string[] {
  return block.filter(({ name }) => name === 'listen').flatMap(({ args }) => args);
}

describe('logrotate', () => {
  /** Asks logrotate what it would do. */
  const tried = async (dest: string) => {
    const { stderr } = await execa('logrotate', ['-d', '-s', `${dest}.state`, dest]);
    return stderr;
  };

  it('is accepted, and rotates the files that the containers mean', async () => {
    const folder = (await BuiltCli.create()).folder;
    const [web] = STACK;
    const logs = join(folder, 'volume');
    await mkdir(logs);
    await writeFile(join(logs, 'access.log'), 'one line\n');
    await writeFile(join(logs, 'other.log'), 'another\n');
    const container = { ...web, Mounts: [{ Source: logs, Destination: '/var/log/app' }] };
    const { dest } = await rendered('logrotate', [
      container,
      // Another replica with the same volume, which names one file more.
      { ...container, ID: 'b', Env: { LOG_FILES: '/var/log/app/access.log,/var/log/app/o*.log' } },
    ]);
    await chmod(dest, 0o644);
    expect(await tried(dest)).not.toMatch(/^error: /m);
    await execa('logrotate', ['-f', '-s', `${dest}.state`, dest]);
    expect((await readdir(logs)).sort()).toEqual([
      ...['access.log', 'access.log.1', 'other.log', 'other.log.1'],
    ]);
    expect(await readFile(join(logs, 'access.log.1'), 'utf8')).toBe('one line\n');
    expect(await readFile(join(logs, 'access.log'), 'utf8')).toBe('');
  });

  it('lets no value out of its place', async () => {
    const { dest, text } = await attacked('logrotate');
    await chmod(dest, 0o644);
    expect(await tried(dest)).not.toMatch(/^error: /m);
    const files = text.split('\n').flatMap((line) => /^([^#\s]\S*) \{$/.exec(line)?.[1] ?? []);
    const honest = (await rendered('logrotate')).text;
    expect(files).toEqual([...honest.matchAll(/^(\/\S*) \{$/gm)].map(([, file]) => file));
    // All else is what the template says.
    const known = new Set(honest.split('\n'));
    expect(text.split('\n').filter((line) => !line.startsWith('#') && !known.has(line))).toEqual(
      [],
    );
  });
});

describe('fluentd', () => {
  it('lets no value out of its place', async () => {
    const { text } = await attacked('fluentd');
    const shapes = (await rendered('fluentd')).text.split('\n').map(shapeOf);
    const odd = text.split('\n').filter((line) => !shapes.includes(shapeOf(line)));
    expect(odd).toEqual([]);
    expect(text).not.toContain('#{');
  });
});

/** A line without what stands in it for one container. */
function shapeOf(line: string): string {
  return line
    .replaceAll(/[0-9a-f]{64}/g, 'ID')
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'SHORT')
    .replace(/'[A-Za-z0-9 ._:/@+-]*'$/, 'TEXT');
}

describe('dnsmasq', () => {
  /** The program itself, reading the file, until the test ends. */
  async function serving(dest: string) {
    const port = await freePort();
    const args = [
      ...['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts'],
      ...['--log-facility=-', '--pid-file=', `--user=${userInfo().username}`, `--port=${port}`],
      ...['--listen-address=127.0.0.1', '--bind-interfaces', `--addn-hosts=${dest}`],
    ];
    await execa('dnsmasq', ['--test', ...args]);
    const child = execa('dnsmasq', args, { reject: false });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    onTestFinished(async () => {
      child.kill();
      await child;
    });
    const resolver = new Resolver({ timeout: 2_000, tries: 3 });
    resolver.setServers([`127.0.0.1:${port}`]);
    await expect.poll(() => log).toMatch(/read .* names/);
    return { resolver, log: () => log };
  }

  it('answers with the addresses of the containers', async () => {
    const { dest } = await rendered('dnsmasq');
    const { resolver, log } = await serving(dest);
    expect(await resolver.resolve4('shop-db-1.docker')).toEqual(['172.21.0.2']);
    expect((await resolver.resolve4('web.docker')).sort()).toEqual(['172.20.0.11', '172.20.0.12']);
    expect(await resolver.resolve6('api.docker')).toEqual(['fd00:20::5']);
    await expect(resolver.resolve4('migration.docker')).rejects.toMatchObject({
      code: expect.stringMatching(/ENOTFOUND|EREFUSED/),
    });
    expect(log()).not.toMatch(/bad (name|address)/);
  });

  it('lets no value out of its place', async () => {
    const { dest, text } = await attacked('dnsmasq');
    const { resolver, log } = await serving(dest);
    expect(await resolver.resolve4('attacker-0.docker')).toEqual(['172.30.0.2']);
    expect(log()).not.toMatch(/bad (name|address)/);
    expect(text).not.toContain('bank.example');
    expect(text).not.toContain('..');
    for (const line of text.split('\n').slice(1, -1)) {
      expect(line).toMatch(/^[0-9a-f.:]+(?: [A-Za-z0-9][A-Za-z0-9_.-]*\.docker)+$/);
    }
  });
});

describe('etcd', () => {
  /** Runs the script with a stand-in for etcdctl that writes down what it is asked. */
  async function executed(dest: string, folder: string) {
    const bin = join(folder, 'bin');
    const calls = join(folder, 'calls');
    await mkdir(bin);
    await writeFile(
      join(bin, 'etcdctl'),
      `#!/bin/sh
if [ "$1" = lease ]; then echo "lease 694d7b8 granted with TTL(60s)"; exit; fi
for word in "$@"; do printf '%s\\0' "$word"; done >>'${calls}'
printf '\\n\\0' >>'${calls}'
`,
      { mode: 0o755 },
    );
    await promisify(execFile)('sh', ['-n', dest]);
    const env = { PATH: `${bin}:${process.env.PATH ?? ''}` };
    await execa('sh', [dest], { cwd: folder, env });
    const text = await readFile(calls, 'utf8');
    // Each word ends with a NUL, each call with a line end and one more.
    return text
      .split('\0\n\0')
      .filter(Boolean)
      .map((call) => call.split('\0'));
  }

  it('registers what is published for others, under a lease', async () => {
    const { dest, folder } = await rendered('etcd');
    const put = ['put', '--lease=694d7b8', '--'];
    const at = (port: string, proto = 'tcp') =>
      `{"host":"192.0.2.10","port":"${port}","proto":"${proto}"}`;
    expect(await executed(dest, folder)).toEqual([
      [...put, '/services/api/shop-api-1:8080:tcp', at('32768')],
      [...put, '/services/api/shop-api-1:9090:tcp', at('32769')],
      [...put, '/services/dns/dns:53:tcp', at('53')],
      [...put, '/services/dns/dns:53:udp', at('53', 'udp')],
    ]);
  });

  it('lets no value out of its place', async () => {
    const { dest, folder } = await attacked('etcd');
    const calls = await executed(dest, folder);
    expect(await readdir(folder)).not.toContain('PWNED');
    // Those of the stack, then two containers for each value: none is lost, none is more than one.
    expect(calls).toHaveLength(4 + 2 * HOSTILE.length - 1);
    for (const call of calls) {
      expect(call).toHaveLength(5);
      expect(call[3]).toMatch(/^\/services\/[^/]+\/[^/]+:/);
      expect(JSON.parse(call[4] ?? '')).toMatchObject({ host: '192.0.2.10' });
    }
  });
});
