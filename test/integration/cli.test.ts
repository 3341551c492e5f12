import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BuiltCli } from '../support/built-cli.ts';
import { FakeEngine } from '../support/fake-engine.ts';

const NAMES = `{{#each containers}}
{{Name}}
{{/each}}
`;

/** A built command line, an engine with two containers, and a template that lists them. */
async function scene() {
  const engine = await FakeEngine.create();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  engine.addContainer({ name: 'web-1' });
  engine.addContainer({ name: 'web-2' });
  const cli = await BuiltCli.create({ DOCKER_HOST: engine.endpoint });
  await writeFile(join(cli.folder, 'names.hbs'), NAMES);
  const dest = join(cli.folder, 'names.txt');
  const told = join(cli.folder, 'told');
  return {
    engine,
    cli,
    dest,
    /** How often the notification `echo … >> told` ran. */
    timesTold: async () => (await readFile(told, 'utf8').catch(() => '')).split('\n').length - 1,
    notify: `echo reloaded >> ${told}`,
    written: async () => {
      const text = await readFile(dest, 'utf8').catch(() => '');
      return text.split('\n').filter(Boolean).sort();
    },
  };
}

describe('the command line', () => {
  it('prints help that fits 100 columns and names every exit code', async () => {
    const { stdout, exitCode } = await (await BuiltCli.create()).run('--help');
    expect(exitCode).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(stdout).toContain('--template');
    expect(stdout).toContain('  9 another watch owns the destination');
  });

  it.each<[string, number, string[], string]>([
    ['an unknown flag', 2, ['--templat', 'x'], '--template'],
    ['no template', 2, [], 'There is no template'],
    ['a choice that there is not', 2, ['x.hbs', '--log-level', 'loud'], 'debug, info, warn, error'],
    ['too many arguments', 2, ['a', 'b', 'c'], 'too many arguments'],
    ['an endpoint that cannot be used', 2, ['names.hbs', '--endpoint', 'ssh://host'], 'ssh'],
    ['a template that is not there', 5, ['none.hbs'], 'none.hbs'],
    [
      'an engine that is not there',
      4,
      ['names.hbs', '--endpoint', 'unix:///nowhere.sock'],
      '/nowhere.sock',
    ],
    ['a destination in no folder', 7, ['names.hbs', 'nowhere/names.txt'], 'nowhere'],
    ['a client without a watch', 9, ['status'], 'No watch of this user runs here'],
  ])('ends with a code and a message of its own: %s', async (_, code, args, message) => {
    const { cli } = await scene();
    const { exitCode, stderr } = await cli.run(...args);
    expect({ exitCode, stderr }).toEqual({
      exitCode: code,
      stderr: expect.stringContaining(message),
    });
    expect(stderr).not.toContain('    at ');
  });

  it('lists every mistake in a template before anything is rendered', async () => {
    const { cli, dest } = await scene();
    await writeFile(join(cli.folder, 'bad.hbs'), '{{grupBy containers "Name"}}\n{{> nowhere}}\n');
    const { exitCode, stderr } = await cli.run('bad.hbs', dest);
    expect(exitCode).toBe(5);
    expect(stderr).toContain('groupBy');
    expect(stderr).toContain('nowhere');
    await expect(stat(dest)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a one-shot', () => {
  it('does not wait for the engine to say what is wrong with its template', async () => {
    const { engine, cli } = await scene();
    engine.freeze();
    await writeFile(join(cli.folder, 'broken.hbs'), '{{#if Env.A}}');
    const ran = cli.start('broken.hbs');
    expect((await ran.ended).exitCode).toBe(5);
    expect(ran.log()).toContain('{{#if}} is never closed');
  });

  it('renders to standard output, and logs elsewhere', async () => {
    const { cli } = await scene();
    const { stdout, exitCode } = await cli.run('names.hbs');
    expect({ exitCode, names: stdout.split('\n').sort() }).toEqual({
      exitCode: 0,
      names: ['web-1', 'web-2'],
    });
  });

  it('leaves word of a notification that failed, until another one has worked', async () => {
    const { cli, dest, notify, timesTold } = await scene();
    expect((await cli.run('names.hbs', dest, '--notify', 'exit 3')).exitCode).toBe(8);
    expect((await cli.run('names.hbs', dest, '--notify', 'exit 3')).exitCode).toBe(8);
    expect((await cli.run('names.hbs', dest, '--notify', notify)).exitCode).toBe(0);
    expect(await timesTold()).toBe(1);
    await expect(stat(join(cli.folder, '.tsgen'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes, notifies, and does neither when nothing changed', async () => {
    const { cli, dest, written, notify, timesTold } = await scene();
    const first = await cli.run('names.hbs', dest, '--notify', notify);
    expect(first.exitCode).toBe(0);
    expect(await written()).toEqual(['web-1', 'web-2']);
    expect(first.stderr).toContain(`Generated '${dest}' from 2 containers`);
    expect(first.stderr).toContain(`Running '${notify}'`);
    const before = await stat(dest);
    const second = await cli.run('names.hbs', dest, '--notify', notify);
    expect(second.stderr).toContain(
      `Contents of ${dest} did not change. Skipping notification '${notify}'`,
    );
    expect(await stat(dest)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    expect(await timesTold()).toBe(1);
    await expect(stat(join(cli.folder, '.tsgen'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('keeps the old file when the check says no', async () => {
    const { cli, dest } = await scene();
    await writeFile(dest, 'good\n');
    const check = 'grep -q web-1 {file} && echo "web-1 is not wanted" && exit 1';
    const { exitCode, stderr } = await cli.run('names.hbs', dest, '--check', check);
    expect(exitCode).toBe(6);
    expect(stderr).toContain('web-1 is not wanted');
    expect(await readFile(dest, 'utf8')).toBe('good\n');
  });

  it('says by its exit code that the notification failed', async () => {
    const { cli, dest } = await scene();
    const { exitCode, stderr } = await cli.run('names.hbs', dest, '--notify', 'exit 3');
    expect(exitCode).toBe(8);
    expect(stderr).toContain('exit status 3');
  });

  it('waits for nothing: a proxy that does not run is an error', async () => {
    const { cli, dest } = await scene();
    const { exitCode, stderr } = await cli.run('names.hbs', dest, '--proxy', 'web-9');
    expect(exitCode).toBe(6);
    expect(stderr).toContain('web-9');
  });
});

describe('a watch', () => {
  it('follows the containers, each real change written and told once', async () => {
    const { engine, cli, dest, written, notify, timesTold } = await scene();
    const watch = cli.start('--template', 'names.hbs', '--dest', dest, '--notify', notify);
    await expect.poll(written).toEqual(['web-1', 'web-2']);
    const third = engine.addContainer({ name: 'web-3', running: false });
    engine.start(third);
    await expect.poll(written).toEqual(['web-1', 'web-2', 'web-3']);
    engine.stop(third);
    await expect.poll(written).toEqual(['web-1', 'web-2']);
    watch.signal('SIGTERM');
    expect((await watch.ended).exitCode).toBe(0);
    await expect.poll(watch.log).toContain('Watching docker events');
    await expect
      .poll(watch.log)
      .toContain(`Received event start for container ${third.slice(0, 12)}`);
    await expect.poll(() => watch.log().match(/Generated '/g)).toHaveLength(3);
    expect(await timesTold()).toBe(3);
  });

  it('owns its destination: clients find it, a one-shot asks it, a second watch is refused', async () => {
    const { cli, dest, written, notify } = await scene();
    const args = ['--template', 'names.hbs', '--dest', dest, '--notify', notify];
    const watch = cli.start(...args);
    await expect.poll(written).toEqual(['web-1', 'web-2']);
    await expect.poll(async () => (await cli.run('healthcheck')).exitCode).toBe(0);

    const status = JSON.parse((await cli.run('status', '--json')).stdout);
    expect(status).toMatchObject({ destination: dest, live: true, containers: 2 });
    expect((await cli.run('status', '--dest', dest)).stdout).toContain(dest);

    const second = await cli.run(...args);
    expect(second).toMatchObject({
      exitCode: 9,
      stderr: expect.stringContaining('owned by another watch'),
    });

    await writeFile(join(cli.folder, 'names.hbs'), `# new\n${NAMES}`);
    const oneShot = await cli.run('names.hbs', dest);
    // Who looks first, the one-shot or whoever watches the file, is a matter of moments.
    expect(oneShot).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/: (?:applied|nothing changed)/),
    });
    expect(await written()).toEqual(['# new', 'web-1', 'web-2']);

    await writeFile(join(cli.folder, 'other.hbs'), NAMES);
    const other = await cli.run('other.hbs', dest);
    expect(other).toMatchObject({
      exitCode: 9,
      stderr: expect.stringContaining('names.hbs, not other.hbs'),
    });
    await writeFile(join(cli.folder, 'go.tmpl'), '{{ range $c := . }}{{ $c.Name }}{{ end }}');
    expect(await cli.run('go.tmpl', dest)).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('docs/from-docker-gen.md'),
    });

    watch.signal('SIGINT');
    expect((await watch.ended).exitCode).toBe(0);
    expect((await cli.run('healthcheck')).exitCode).toBe(1);
  });

  it('renders at SIGHUP and at refresh; a broken template keeps the last good file', async () => {
    const { cli, dest, written } = await scene();
    const template = join(cli.folder, 'names.hbs');
    const watch = cli.start('--template', 'names.hbs', '--dest', dest);
    await expect.poll(written).toEqual(['web-1', 'web-2']);
    await writeFile(template, `# one\n${NAMES}`);
    watch.signal('SIGHUP');
    await expect.poll(written).toEqual(['# one', 'web-1', 'web-2']);

    await writeFile(template, '{{#each containers}}');
    const broken = await cli.run('refresh');
    expect(broken.exitCode).toBe(5);
    expect(await written()).toEqual(['# one', 'web-1', 'web-2']);
    expect((await cli.run('healthcheck')).exitCode).toBe(0);

    await writeFile(template, NAMES);
    expect(await cli.run('refresh')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^(?:applied|nothing changed)$/),
    });
    expect(await written()).toEqual(['web-1', 'web-2']);
  });

  it('retries a notification that failed, with the same bytes on disk', async () => {
    const { cli, dest, written } = await scene();
    const ready = join(cli.folder, 'ready');
    const watch = cli.start(
      '--template',
      'names.hbs',
      '--dest',
      dest,
      '--notify',
      `test -e ${ready}`,
    );
    await expect.poll(written).toEqual(['web-1', 'web-2']);
    await expect.poll(watch.log).toContain('exit status 1');
    expect((await cli.run('healthcheck')).exitCode).toBe(1);
    await mkdir(ready);
    await expect.poll(async () => (await cli.run('healthcheck')).exitCode).toBe(0);
    expect(watch.log().match(/Generated '/g)).toHaveLength(1);
  });

  it('tries a rejected candidate again: the fault may lie elsewhere', async () => {
    const { cli, dest, written } = await scene();
    const fault = join(cli.folder, 'fault');
    await writeFile(fault, '');
    const check = `test ! -e ${fault} || { echo other.conf is broken; exit 1; }; test -e {file}`;
    const watch = cli.start('--template', 'names.hbs', '--dest', dest, '--check', check);
    await expect.poll(watch.log).toContain('other.conf is broken');
    expect(await written()).toEqual([]);
    await rm(fault);
    await expect.poll(written).toEqual(['web-1', 'web-2']);
    expect(watch.log().match(/other\.conf is broken/g)).toHaveLength(1);
  });

  it('heals by itself when a broken template is mended', async () => {
    const { engine, cli, dest, written } = await scene();
    const watch = cli.start('--template', 'names.hbs', '--dest', dest);
    await expect.poll(written).toEqual(['web-1', 'web-2']);
    await writeFile(join(cli.folder, 'names.hbs'), '{{#each containers}}');
    engine.start(engine.addContainer({ name: 'web-3', running: false }));
    await expect.poll(watch.log).toContain('ERROR');
    await writeFile(join(cli.folder, 'names.hbs'), NAMES);
    await expect.poll(written).toEqual(['web-1', 'web-2', 'web-3']);
  });

  it('waits for an engine that is not there yet', async () => {
    const { engine, cli, dest, written } = await scene();
    await engine.stopListening();
    const watch = cli.start('--template', 'names.hbs', '--dest', dest);
    await expect.poll(watch.log).toContain(engine.socketPath);
    await engine.listen();
    await expect.poll(written).toEqual(['web-1', 'web-2']);
  });

  it('logs JSON for machines', async () => {
    const { cli, dest, written } = await scene();
    const watch = cli.start('--template', 'names.hbs', '--dest', dest, '--log-format', 'json');
    await expect.poll(written).toEqual(['web-1', 'web-2']);
    await expect.poll(watch.log).toContain('Generated');
    for (const line of watch.log().trim().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({
        level: expect.any(String),
        message: expect.any(String),
      });
    }
  });

  it('reports a value that is not valid once, and serves the others', async () => {
    const { engine, cli, dest } = await scene();
    engine.addContainer({ name: 'good', env: { VIRTUAL_HOST: 'good.example' } });
    engine.addContainer({
      name: 'bad',
      env: { VIRTUAL_HOST: 'bad.example{', VIRTUAL_PORT: '99999' },
    });
    const watch = cli.start('--template', 'nginx.conf.hbs', '--dest', dest);
    await expect
      .poll(() => readFile(dest, 'utf8').catch(() => ''))
      .toContain('server_name good.example');
    expect(await readFile(dest, 'utf8')).not.toContain('server_name "bad');
    engine.start(
      engine.addContainer({ name: 'web-3', running: false, env: { VIRTUAL_HOST: 'x.example' } }),
    );
    await expect.poll(() => readFile(dest, 'utf8')).toContain('server_name x.example');
    const warnings = watch
      .log()
      .split('\n')
      .filter((line) => line.includes('WARN'));
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).toContain("Container bad: VIRTUAL_HOST='bad.example{'");
    expect(warnings.join()).toContain("Container bad: VIRTUAL_PORT='99999'");
    const { stdout } = await cli.run('status');
    expect(stdout).toContain('good.example');
    expect(stdout).toContain("bad: VIRTUAL_PORT='99999'");
  });
});
