import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { haproxy } from '../../src/proxies/haproxy.ts';
import { BuiltCli } from '../support/built-cli.ts';
import { type ContainerSpec, FakeEngine } from '../support/fake-engine.ts';

const NAMES = `{{#each containers}}
{{Name}}
{{/each}}
`;

/** Values of people who mean harm: to the terminal, to the JSON, to the lines of a report. */
const HOSTILE = 'a\u001b[31m"\n]\u009b2J\u202ex';

/** A built command line, an engine with these containers, and a template that lists names. */
async function scene(...containers: readonly ContainerSpec[]) {
  const engine = await FakeEngine.create();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  for (const container of containers) engine.addContainer(container);
  const cli = await BuiltCli.create({ DOCKER_HOST: engine.endpoint });
  // Of another environment: one without an engine, and with a DOCKER_HOST that cannot be used.
  const offline = await BuiltCli.create({ DOCKER_HOST: 'ssh://nowhere' });
  await writeFile(join(cli.folder, 'names.hbs'), NAMES);
  const file = join(cli.folder, 'inventory.json');
  return {
    engine,
    cli,
    offline,
    dest: join(cli.folder, 'names.txt'),
    template: join(cli.folder, 'names.hbs'),
    file,
    /** Writes what `tsgen inventory` prints to a file. */
    take: async (...args: string[]) => {
      const { stdout, exitCode } = await cli.run('inventory', ...args);
      expect(exitCode).toBe(0);
      await writeFile(file, stdout);
      return JSON.parse(stdout);
    },
  };
}

const STACK: readonly ContainerSpec[] = [
  { name: 'proxy', networks: ['front'] },
  { name: 'web-1', networks: ['front'], env: { VIRTUAL_HOST: 'app.test' } },
  { name: 'web-2', networks: ['front'], env: { VIRTUAL_HOST: 'app.test' }, health: 'unhealthy' },
  { name: 'lost', networks: ['back'], env: { VIRTUAL_HOST: 'lost.test' } },
  { name: 'bad', networks: ['front'], env: { VIRTUAL_HOST: 'bad.test', VIRTUAL_PORT: HOSTILE } },
  { name: 'db', networks: ['front'] },
];

/** The stack on networks of its own. */
async function stack(...more: readonly ContainerSpec[]) {
  const set = await scene();
  set.engine.createNetwork('front');
  set.engine.createNetwork('back');
  for (const container of [...STACK, ...more]) set.engine.addContainer(container);
  return set;
}

/** What no output may hold: control characters other than line breaks and tabs, and the hidden. */
const UNPRINTABLE = /[^\P{C}\n\t]/u;

describe('tsgen inventory', () => {
  it("prints docker-gen's list: its fields in its order, maps by key, no mounts as null", async () => {
    const { cli } = await scene({
      name: 'web',
      image: 'registry.test/web:2',
      env: { B: '2', '10': 'x', '9': 'y', A: HOSTILE },
      labels: { 'com.example': HOSTILE },
    });
    const { stdout } = await cli.run('inventory');
    expect(stdout).not.toMatch(UNPRINTABLE);
    const [container] = JSON.parse(stdout);
    expect(Object.keys(container)).toEqual([
      ...['ID', 'Created', 'Addresses', 'Networks', 'Devices', 'Gateway', 'Name', 'Hostname'],
      ...['NetworkMode', 'Image', 'Env', 'Volumes', 'Node', 'Labels', 'IP', 'IP6LinkLocal'],
      ...['IP6Global', 'Mounts', 'State'],
    ]);
    expect(container).toMatchObject({
      Name: 'web',
      Image: { Registry: 'registry.test', Repository: 'web', Tag: '2' },
      Env: { A: HOSTILE, B: '2' },
      Labels: { 'com.example': HOSTILE },
      Mounts: null,
      Devices: [],
      Volumes: {},
      State: { Running: true, Health: { Status: '' } },
    });
    expect(stdout.match(/"(?:10|9|A|B)": /g)).toEqual(['"10": ', '"9": ', '"A": ', '"B": ']);
    expect(stdout.startsWith('[\n  {\n    "ID": "')).toBe(true);
  });

  it('prints what templates see: the running ones, or what the filters say', async () => {
    const { cli, engine } = await scene({ name: 'web-1' }, { name: 'web-2' }, { name: 'web-3' });
    engine.pause([...engine.containers.keys()][0] ?? '');
    const names = async (...args: string[]) =>
      JSON.parse((await cli.run('inventory', ...args)).stdout)
        .map(({ Name }: { Name: string }) => Name)
        .sort();
    expect(await names()).toEqual(['web-2', 'web-3']);
    expect(await names('--container-filter', 'name=web-3')).toEqual(['web-3']);
    expect(await names('--include-stopped')).toEqual(['web-1', 'web-2', 'web-3']);
  });

  it('says with an exit code that the engine cannot be asked', async () => {
    const { cli, engine } = await scene();
    await engine.stopListening();
    expect(await cli.run('inventory')).toMatchObject({
      exitCode: 4,
      stdout: '',
      stderr: expect.stringContaining(engine.socketPath),
    });
  });
});

describe('--from', () => {
  it('renders the same from either form of the inventory as from the engine', async () => {
    const { cli, offline, take, file, template } = await stack({
      name: 'odd',
      env: { X: HOSTILE },
    });
    const json = join(cli.folder, 'json.hbs');
    await writeFile(json, '{{#each containers}}{{json this}}\n{{/each}}');
    for (const name of [template, json]) {
      const live = await cli.run(name);
      for (const form of [[], ['--full']]) {
        await take(...form);
        const again = await offline.run(name, '--from', file);
        expect(again).toMatchObject({ exitCode: 0 });
        expect(again.stdout.replaceAll(/,"status":.*$/gm, '')).toBe(
          live.stdout.replaceAll(/,"status":.*$/gm, ''),
        );
      }
    }
  });

  it('renders the same wherever it runs: no name servers of this machine', async () => {
    const { offline, file } = await scene();
    await writeFile(file, '[]');
    await writeFile(join(offline.folder, 'env.hbs'), 'servers: {{Env.RESOLVERS}}.\n');
    const { stdout } = await offline.run('--from', file, 'env.hbs');
    expect(stdout).toBe('servers: .');
    const bundled = await offline.run('--from', file, '--template', 'nginx.conf.hbs');
    expect(bundled).toMatchObject({ exitCode: 0 });
    expect(bundled.stdout).not.toMatch(/^\s*resolver /m);
    const diff = await offline.run('diff', '--from', file, 'env.hbs', 'out');
    expect(diff.stdout).toContain('+servers: .');
  });

  it('renders a bundled template to standard output, for the proxy of the file', async () => {
    const { cli, offline, take, file } = await stack();
    await take('--full', '--proxy', 'proxy');
    const args = ['--template', 'nginx.conf.hbs', '--dest', join(cli.folder, 'nginx.conf')];
    await cli.run(...args, '--proxy', 'proxy', '--once', '--check', '', '--notify', '');
    const live = await readFile(join(cli.folder, 'nginx.conf'), 'utf8');
    const { stdout, exitCode } = await offline.run('--from', file, '--template', 'nginx.conf.hbs');
    expect(exitCode).toBe(0);
    expect(`${stdout}\n`).toBe(live);
    expect(stdout).toContain('lost: VIRTUAL_HOST');
  });

  it('writes to a destination, from standard input', async () => {
    const { cli, take, file, dest } = await scene({ name: 'web-1' });
    await take();
    const { exitCode } = await execa(
      process.execPath,
      [join(process.cwd(), 'dist/tsgen.js'), '--from', '-', 'names.hbs', dest],
      { cwd: cli.folder, inputFile: file, reject: false },
    );
    expect({ exitCode, text: await readFile(dest, 'utf8') }).toEqual({
      exitCode: 0,
      text: 'web-1\n',
    });
  });

  it.each<[string, string, string]>([
    ['no JSON', '[{', 'inventory.json: it is not JSON'],
    ['another type', '[{"ID":"a","Name":"b","Env":{"A":1}}]', '[0].Env.A must be text, and is 1'],
    ['no ID', '{"containers":[{}]}', 'containers[0].ID must be there'],
    ['a hostile key', `[{"ID":"a","Name":"b","Env":{"\\u009b2J":1}}]`, '[0].Env["\\u{9b}2J"]'],
  ])('names file and path of what is wrong: %s', async (_, text, message) => {
    const { offline } = await scene();
    await writeFile(join(offline.folder, 'inventory.json'), text);
    for (const command of [['names.hbs'], ['explain'], ['lint', 'names.hbs'], ['diff', 'a', 'b']]) {
      const { exitCode, stderr } = await offline.run(...command, '--from', 'inventory.json');
      expect({ exitCode, stderr }).toEqual({
        exitCode: 3,
        stderr: expect.stringContaining(message),
      });
      expect(stderr).not.toMatch(UNPRINTABLE);
    }
  });

  it.each<[number, string[], string]>([
    [3, ['names.hbs', '--from', 'none.json'], 'there is no such file'],
    [2, ['names.hbs', '--from', 'inventory.json', '--notify', 'x'], '--notify is about what runs'],
    [2, ['names.hbs', '--from', 'inventory.json', '--watch'], '--watch is about what runs'],
  ])('ends with %i for %j', async (code, args, message) => {
    const { cli, take } = await scene();
    await take();
    expect(await cli.run(...args)).toMatchObject({
      exitCode: code,
      stderr: expect.stringContaining(message),
    });
  });

  it('leaves a destination alone that a watch keeps true to what runs', async () => {
    const { cli, take, file, dest } = await scene({ name: 'web-1' });
    await take();
    cli.start('--template', 'names.hbs', '--dest', dest);
    await expect.poll(async () => (await cli.run('healthcheck')).exitCode).toBe(0);
    const { exitCode, stderr } = await cli.run('--from', file, 'names.hbs', dest);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 9,
      stderr: expect.stringContaining('owned by a watch'),
    });
  });
});

describe('tsgen diff', () => {
  it('shows what would change, writes nothing, and says by its exit code whether it would', async () => {
    const { cli, engine, dest } = await scene({ name: 'web-1' });
    const fresh = await cli.run('diff', 'names.hbs', dest);
    expect(fresh).toMatchObject({
      exitCode: 1,
      stdout: `--- /dev/null\n+++ ${dest}\n@@ -0,0 +1 @@\n+web-1`,
    });
    await expect(stat(dest)).rejects.toMatchObject({ code: 'ENOENT' });

    await cli.run('names.hbs', dest);
    expect(await cli.run('diff', 'names.hbs', dest)).toMatchObject({ exitCode: 0, stdout: '' });

    engine.addContainer({ name: 'web-2' });
    const changed = await cli.run('diff', '--template', 'names.hbs', '--dest', dest);
    expect(changed).toMatchObject({
      exitCode: 1,
      stdout: `--- ${dest}\n+++ ${dest}\n@@ -1 +1,2 @@\n+web-2\n web-1`,
    });
    expect(await readFile(dest, 'utf8')).toBe('web-1\n');
  });

  it("takes a run's flags, in docker-gen's spelling too", async () => {
    const { cli, dest } = await scene({ name: 'web-1' }, { name: 'web-2' });
    await writeFile(join(cli.folder, 'names.hbs'), `{{#each containers}}\n{{Name}}\n\n{{/each}}`);
    const flags = ['-watch=false', '-container-filter', 'name=web-1', '-keep-blank-lines'];
    const { stdout } = await cli.run('diff', ...flags, 'names.hbs', dest);
    expect(stdout.split('\n').slice(3)).toEqual(['+web-1', '+']);
  });

  it('shows the same offline where the proxy would be told of members while it runs', async () => {
    const { cli: plain, take, file } = await stack();
    await take('--full');
    // Those of this machine are none of a file's.
    const cli = plain.with({ RESOLVERS: '192.0.2.53' });
    const { askCommand, notifyCommand } = haproxy;
    const run = ['--template', 'haproxy.cfg.hbs', '--dest', join(cli.folder, 'haproxy.cfg')];
    const told = ['--proxy', 'proxy', '--notify', notifyCommand, '--confirm', askCommand];
    const online = await cli.run('diff', ...run, ...told);
    const offline = await cli.run('diff', ...run, ...told, '--from', file);
    expect(online.stdout).toContain('proc.generation');
    expect(offline.stdout).toBe(online.stdout);
    // What a watch with this template would write, by its own notification and question.
    const whole = await cli.run(
      '--from',
      file,
      '--template',
      'haproxy.cfg.hbs',
      '--proxy',
      'proxy',
    );
    const [spelled = ''] = /set-var proc\.generation .*$/m.exec(whole.stdout) ?? [];
    expect(online.stdout).toContain(`+    ${spelled}`);
  });

  it('makes a patch that brings the file there, offline too', async () => {
    const { cli, offline, take, file, dest, template } = await scene({ name: 'b' }, { name: 'a' });
    await take();
    await writeFile(dest, 'x\na\ny');
    const { stdout } = await offline.run('diff', '--from', file, template, dest);
    await execa('patch', ['-s', dest], { cwd: cli.folder, input: `${stdout}\n` });
    expect(await readFile(dest, 'utf8')).toBe((await cli.run('names.hbs')).stdout.concat('\n'));
  });

  it('cannot be used by a value to drive the terminal', async () => {
    const { cli, dest } = await scene({ name: 'web', env: { EVIL: HOSTILE } });
    await writeFile(join(cli.folder, 'env.hbs'), '{{#each containers}}{{Env.EVIL}}{{/each}}\n');
    const { stdout, exitCode } = await cli.run('diff', 'env.hbs', dest);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('+a\\u{1b}[31m"');
    expect(stdout).not.toMatch(UNPRINTABLE);
  });

  it.each<[number, string[], string]>([
    [2, ['names.hbs'], 'Name its destination: tsgen diff names.hbs DEST'],
    [5, ['none.hbs', 'out'], 'none.hbs'],
    [7, ['names.hbs', '.'], 'Cannot compare with'],
  ])('ends with %i for %j', async (code, args, message) => {
    const { cli } = await scene();
    expect(await cli.run('diff', ...args)).toMatchObject({
      exitCode: code,
      stderr: expect.stringContaining(message),
    });
  });
});

describe('tsgen explain', () => {
  it('shows in one table who gets traffic, who does not, why, and what to do', async () => {
    const { cli } = await stack();
    const { stdout, exitCode } = await cli.run('explain', '--proxy', 'proxy');
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(UNPRINTABLE);
    const lines = stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  ').trim());
    expect(lines).toEqual([
      'Seen by proxy, on the network front.',
      '',
      'CONTAINER  SITE  TRAFFIC',
      expect.stringMatching(
        /^! bad {2}– {2}VIRTUAL_PORT='a\\u\{1b\}.*': a port is one whole number/,
      ),
      '→ mend VIRTUAL_PORT and create the container anew (docker compose up -d does)',
      '! lost  lost.test  none: shares no network with the proxy (it is on only back, proxy on front)',
      '→ docker network connect front lost',
      expect.stringMatching(/^● web-1 {2}app\.test {2}172\.\d+\.\d+\.\d+:80 over front$/),
      '○ web-2  app.test  none: unhealthy',
      "→ see what its health check says: docker inspect -f '{{json .State.Health.Log}}' web-2",
      '',
      '1 of 4 that ask for traffic get it.',
      'VIRTUAL_HOST is not set for: db.',
    ]);
  });

  it('says the same as JSON, and from a file', async () => {
    const { cli, offline, take, file } = await stack();
    await take('--full', '--proxy', 'proxy');
    const live = await cli.run('explain', '--proxy', 'proxy', '--json');
    const report = JSON.parse(live.stdout);
    expect(report.proxy).toEqual({
      kind: 'container',
      name: 'proxy',
      hostNetwork: false,
      networks: ['front'],
    });
    const byName = Object.fromEntries(
      report.containers.map((container: { name: string }) => [container.name, container]),
    );
    expect(byName).toMatchObject({
      proxy: { role: 'proxy', routes: [], isMistake: false },
      'web-1': { routes: [{ host: 'app.test', served: true, network: 'front' }], problems: [] },
      'web-2': { routes: [{ served: false, why: 'unhealthy' }], health: 'unhealthy' },
      lost: { routes: [{ served: false, remedy: 'docker network connect front lost' }] },
      bad: { routes: [], problems: [{ variable: 'VIRTUAL_PORT', value: HOSTILE.trim() }] },
      db: { routes: [], why: 'VIRTUAL_HOST is not set' },
    });
    expect((await offline.run('explain', '--from', file, '--json')).stdout).toBe(live.stdout);
  });

  it('explains one by name, ID or service, also one that does not run', async () => {
    const { cli, engine } = await stack(
      { name: 'off', running: false, env: { VIRTUAL_HOST: 'off.test' } },
      { name: 'p-api-1', networks: ['front'], labels: { 'com.docker.compose.service': 'api' } },
    );
    const explain = async (name: string) =>
      (await cli.run('explain', name, '--proxy', 'proxy')).stdout.split('\n')[0];
    const id = [...engine.containers.values()].find(({ Name }) => Name === '/web-1')?.Id ?? '';
    expect(await explain('web-1')).toBe('web-1 (running)');
    expect(await explain(id.slice(0, 12))).toBe('web-1 (running)');
    expect(await explain('api')).toBe('p-api-1 (running)');
    const { stdout } = await cli.run('explain', 'off');
    expect(stdout).toContain('off.test: none: not running (created)');
    expect(stdout).toContain('→ docker start off');
  });

  it.each<[number, string[], string]>([
    [2, ['web-7'], "There is no container 'web-7'. Did you mean 'web-1'?"],
    [6, ['--proxy', 'none'], "no running container has the name or ID 'none'"],
    [2, ['a', 'b'], 'too many arguments'],
  ])('ends with %i for %j', async (code, args, message) => {
    const { cli } = await stack();
    expect(await cli.run('explain', ...args)).toMatchObject({
      exitCode: code,
      stderr: expect.stringContaining(message),
    });
  });

  it('cannot be used by names in a file to drive the terminal or to forge a line', async () => {
    const { offline } = await scene();
    const network = { Name: `n${HOSTILE}`, IP: '10.0.0.2' };
    const hostile = (ID: string, fields: object) => ({ ID, Name: `c${HOSTILE}`, ...fields });
    const containers = [
      hostile('a', { Env: { VIRTUAL_HOST: 'a.test' }, Networks: [network] }),
      hostile('b', {
        Env: { VIRTUAL_HOST: 'a.test' },
        State: { Running: true, Health: { Status: HOSTILE } },
      }),
      hostile('c', { Env: { VIRTUAL_HOST: HOSTILE } }),
      hostile('d', { Labels: { VIRTUAL_HOST: HOSTILE } }),
      hostile('e', {}),
    ];
    await writeFile(join(offline.folder, 'inventory.json'), JSON.stringify(containers));
    for (const args of [[], [`c${HOSTILE}`], ['--json']]) {
      const ran = await offline.run('explain', ...args, '--from', 'inventory.json');
      expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
      expect(ran.stdout).not.toMatch(UNPRINTABLE);
      expect(ran.stdout).toContain('10.0.0.2:80');
      expect(ran.stdout.split('\n')).not.toContain(']x');
    }
  });

  it('takes the proxy of the watch that runs here', async () => {
    const { cli, dest } = await stack();
    cli.start('--template', 'names.hbs', '--dest', dest, '--proxy', 'proxy');
    await expect.poll(async () => (await cli.run('healthcheck')).exitCode).toBe(0);
    expect((await cli.run('explain')).stdout).toContain('Seen by proxy, on the network front.');
  });
});

describe('tsgen lint', () => {
  it('finds the bundled templates in order, without an engine', async () => {
    const { offline } = await scene();
    expect(await offline.run('lint', 'nginx.conf.hbs')).toMatchObject({
      exitCode: 0,
      stdout: 'nginx.conf.hbs: in order',
      stderr: '',
    });
  });

  it('lists all mistakes of all templates by place, and writes nothing', async () => {
    const { cli, engine, dest } = await scene();
    await engine.stopListening();
    const write = (name: string, text: string) => writeFile(join(cli.folder, name), text);
    await write('calls.hbs', '{{grupBy containers "x"}}\n  {{> nowhere}}\n');
    await write('open.hbs', 'a\n{{#each containers}}\n');
    await write('render.hbs', '{{#each containers}}\n{{Networks}}\n{{/each}}\n');
    const { exitCode, stdout } = await cli.run(
      ...['lint', 'calls.hbs', 'names.hbs', 'open.hbs', 'render.hbs', 'none.hbs', '--dest', dest],
    );
    expect(exitCode).toBe(5);
    const at = stdout.split('\n').filter((line) => !line.startsWith('    '));
    expect(at).toEqual([
      'calls.hbs:1:1: there is no helper "grupBy"; did you mean "groupBy"?',
      expect.stringMatching(/^calls\.hbs:2:3: there is no partial "nowhere"/),
      'names.hbs: in order',
      'open.hbs:2:1: {{#each}} is never closed',
      expect.stringMatching(/^render\.hbs:2:1: the value is a list, which has no text/),
      expect.stringMatching(/^none\.hbs: .*it does not exist/),
    ]);
    await expect(stat(dest)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('renders from an inventory, whose values decide', async () => {
    const { cli, offline, take, file } = await scene({ name: 'odd', env: { KIND: HOSTILE } });
    const template = join(cli.folder, 'kind.hbs');
    await writeFile(template, '{{#each containers}}{{#if Env.KIND}}{{Env}}{{/if}}{{/each}}\n');
    expect((await offline.run('lint', template)).exitCode).toBe(0);
    await take();
    const { exitCode, stdout } = await offline.run('lint', template, '--from', file);
    expect(exitCode).toBe(5);
    expect(stdout).toContain(`${template}:1:37: the value is a map`);
  });

  it('lints the jobs of a configuration file, and names what is wrong with that', async () => {
    const { cli } = await scene();
    const config = join(cli.folder, 'tsgen.toml');
    await writeFile(
      config,
      '[[config]]\ntemplate = "names.hbs"\ndest = "/nowhere/x"\nwatch = true\n',
    );
    expect(await cli.run('lint', '--config', config)).toMatchObject({
      exitCode: 0,
      stdout: 'names.hbs: in order',
    });
    await writeFile(config, '[[config]]\ntemplate = "names.hbs"\ndset = "/nowhere/x"\n');
    expect(await cli.run('lint', '--config', config)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/tsgen\.toml:3/),
    });
  });

  it("says of templates of Go's how to port them, of each file of a set", async () => {
    const { offline } = await scene();
    const go = '{{ range $h, $all := groupBy $ "Env.A" }}{{ $h }}{{ end }}\n';
    await writeFile(join(offline.folder, 'g.tmpl'), go);
    await writeFile(join(offline.folder, 'other.hbs'), 'text\n');
    await writeFile(join(offline.folder, 'i.json'), '[]');
    const advice = /g\.tmpl is a template of Go's.*docs\/from-docker-gen\.md/;
    const linted = await offline.run('lint', 'g.tmpl', 'other.hbs;g.tmpl');
    expect(linted.exitCode).toBe(5);
    const lines = linted.stdout.split('\n');
    expect(lines).toEqual([expect.stringMatching(advice), expect.stringMatching(advice)]);
    for (const template of ['g.tmpl', 'other.hbs;g.tmpl']) {
      const rendered = await offline.run('--from', 'i.json', template);
      expect(rendered).toMatchObject({ exitCode: 5, stdout: '' });
      expect(rendered.stderr).toMatch(advice);
    }
  });

  it('wants a template', async () => {
    const { cli } = await scene();
    expect(await cli.run('lint')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('tsgen lint my.hbs'),
    });
  });
});
