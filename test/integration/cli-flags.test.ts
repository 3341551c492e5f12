import { readFile, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { BuiltCli } from '../support/built-cli.ts';
import { aCliScene, SOON } from '../support/cli-scene.ts';

describe("docker-gen's flags, in its spelling", () => {
  it.each(['-version', '--version', '-v'])('%s prints the version', async (flag) => {
    const { stdout, exitCode } = await (await BuiltCli.create()).run(flag);
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect({ stdout, exitCode }).toEqual({ stdout: version, exitCode: 0 });
  });

  it('-watch goes on, -watch=false does not', async () => {
    const { engine, cli, names } = await aCliScene();
    const watch = cli.start('-watch', 'names.hbs', 'out');
    await expect.poll(watch.log, SOON).toContain('Watching docker events');
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(names, SOON).toEqual(['web']);
    watch.signal('SIGTERM');
    expect((await watch.ended).exitCode).toBe(0);
    expect((await cli.run('-watch=false', 'names.hbs', 'other')).exitCode).toBe(0);
    expect(await names('other')).toEqual(['web']);
  });

  it('-keep-blank-lines keeps them, also on standard output', async () => {
    const { cli, write } = await aCliScene();
    await write('blank.hbs', 'a\n \nb\n');
    expect((await cli.run('blank.hbs')).stdout).toBe('a\nb');
    expect((await cli.run('-keep-blank-lines', 'blank.hbs')).stdout).toBe('a\n \nb');
    expect((await cli.run('-keep-blank-lines=false', 'blank.hbs')).stdout).toBe('a\nb');
  });

  it('-notify runs a shell line after a change, -notify-output logs what it prints', async () => {
    const { cli, file } = await aCliScene();
    const quiet = await cli.run('-notify', 'echo told | cat', 'names.hbs', file('a'));
    expect(quiet.stderr).toContain("Running 'echo told | cat'");
    expect(quiet.stderr).not.toContain(']: told');
    const loud = await cli.run('-notify=echo told', '-notify-output', 'names.hbs', file('b'));
    expect(loud.stderr).toContain('[echo told]: told');
  });

  it('signals containers: -notify-sighup, -notify-container, -notify-filter, -notify-signal', async () => {
    const { engine, cli, file } = await aCliScene();
    const id = (name: string, tier = '') => engine.addContainer({ name, labels: { tier } });
    const [front, back] = [id('front', 'edge'), id('back')];
    engine.addContainer({ name: 'off', labels: { tier: 'edge' }, running: false });
    engine.onList = (wire) => wire.Config.Labels?.tier === 'edge';
    const { stderr, exitCode } = await cli.run(
      ...['-notify-sighup=front', '-notify-sighup', 'back', '-notify-container=back'],
      ...['-notify-filter=label=tier=edge', '-notify-signal', '12', 'names.hbs', file('out')],
    );
    expect(exitCode).toBe(0);
    expect(engine.signals).toEqual([
      { container: front, signal: '1' },
      { container: back, signal: '1' },
      { container: back, signal: '12' },
      { container: front, signal: '12' },
    ]);
    expect(stderr).toContain("Sending container 'front' signal '12'");
  });

  it('-notify-signal -1 restarts', async () => {
    const { engine, cli, file } = await aCliScene();
    engine.addContainer({ name: 'front' });
    const args = ['-notify-container', 'front', '-notify-signal', '-1', 'names.hbs', file('out')];
    expect((await cli.run(...args)).exitCode).toBe(0);
    const restart = engine.requests.find(({ path }) => path.endsWith('/restart'));
    expect(restart?.query.get('t')).toBe('10');
  });

  it('-interval renders every so often and notifies each time, changed or not', async () => {
    const { cli, file, lines } = await aCliScene();
    const notify = `echo told >> ${file('told')}`;
    const watch = cli.start('-interval', '1', '-notify', notify, 'names.hbs', 'out');
    await expect.poll(async () => (await lines('told')).length, SOON).toBeGreaterThan(2);
    watch.signal('SIGTERM');
    expect((await watch.ended).exitCode).toBe(0);
    expect(watch.log().match(/Generated '/g)).toHaveLength(1);
  });

  it('-interval without -watch does not follow the containers in between', async () => {
    const { engine, cli, file, names } = await aCliScene();
    const before = await stat(file('names.hbs'));
    const watch = cli.start('-interval', '2000', 'names.hbs', 'out');
    await expect.poll(watch.log, SOON).toContain("Generated '");
    engine.start(engine.addContainer({ name: 'web', running: false }));
    await expect.poll(watch.log, SOON).toContain('Received event start');
    expect(await names()).toEqual([]);
    watch.signal('SIGHUP');
    await expect.poll(names, SOON).toEqual(['web']);
    expect((await stat(file('names.hbs'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('-wait gathers a burst of changes into one rendering', async () => {
    const { engine, cli, names } = await aCliScene();
    const watch = cli.start('-watch', '-wait', '300ms:20s', 'names.hbs', 'out');
    await expect.poll(watch.log, SOON).toContain("Generated '");
    const burst = ['a', 'b', 'c', 'd'].map((name) => engine.addContainer({ name, running: false }));
    for (const id of burst) {
      engine.start(id);
      await expect.poll(watch.log, SOON).toContain(`event start for container ${id.slice(0, 12)}`);
    }
    await expect.poll(names, SOON).toEqual(['a', 'b', 'c', 'd']);
    expect(watch.log().match(/Generated '/g)).toHaveLength(2);
  });

  it.each([
    ['-wait', '2s:1s', 'longest wait below the shortest'],
    ['-wait', '5', 'durations such as'],
    ['-interval', '1.5', 'whole seconds'],
    ['-notify-signal', 'HUP', '-1 for a restart'],
    ['-container-filter', 'running', 'KEY=VALUE'],
    ['-container-filter', 'lable=x', 'Did you mean label?'],
    ['-container-filter', 'status=up', 'running'],
    ['-container-filter', 'expose=http', 'PORT or FIRST-LAST'],
    ['-event-filter', 'start', 'KEY=VALUE'],
    ['-endpoint', 'fd://', 'unix:///var/run/docker.sock'],
    ['-only-exposd', 'x', 'Did you mean --only-exposed?'],
    ['-only-exposed=perhaps', 'x', '=true or =false'],
  ])('refuses what cannot be meant: %s %s', async (flag, value, message) => {
    const { cli } = await aCliScene();
    const { exitCode, stderr } = await cli.run(flag, value, 'names.hbs');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining(message),
    });
  });

  it('-event-filter renders at further events, and narrows nothing', async () => {
    const { engine, cli, names, lines, write } = await aCliScene();
    const web = engine.addContainer({ name: 'web' });
    await write('names.hbs', '{{#each containers}}\n{{Name}}\n{{/each}}\n');
    const watch = cli.start('-watch', '-event-filter', 'event=exec_die', 'names.hbs', 'out');
    await expect.poll(names, SOON).toEqual(['web']);
    await expect.poll(() => engine.subscribers, SOON).toBe(2);
    const filters = engine.requests
      .filter(({ path }) => path === '/events')
      .map(({ query }) => JSON.parse(query.get('filters') ?? '{}'));
    expect(filters).toContainEqual({ event: ['exec_die'] });
    await write('names.hbs', 'edited\n');
    engine.emit('exec_die', web, { exitCode: '0' });
    await expect.poll(() => lines('out'), SOON).toEqual(['edited']);
    expect(watch.log()).toContain(`Received event exec_die for container ${web.slice(0, 12)}`);
  });
});

describe('which engine', () => {
  it('-endpoint goes before DOCKER_HOST', async () => {
    const { engine, cli } = await aCliScene();
    engine.addContainer({ name: 'web' });
    const here = await BuiltCli.create({ DOCKER_HOST: 'unix:///nowhere.sock' });
    expect((await here.run('inventory', '-endpoint', engine.endpoint)).exitCode).toBe(0);
    expect((await cli.run('names.hbs')).stdout).toBe('web');
    const lost = await cli.run('-endpoint=unix:///nowhere.sock', 'names.hbs');
    expect(lost).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('/nowhere.sock') });
  });

  it.each(['-tlscert', '-tlskey', '-tlscacert'])('%s has to be there', async (flag) => {
    const { cli } = await aCliScene();
    const { exitCode, stderr } = await cli.run(flag, 'none.pem', 'names.hbs');
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`-${flag} names`);
    expect(stderr).toContain('none.pem');
  });

  it.each<[string, string[], Record<string, string>]>([
    ['-tlsverify', ['-tlsverify'], {}],
    ['DOCKER_TLS_VERIFY', [], { DOCKER_TLS_VERIFY: '1' }],
  ])('%s insists on an authority, and looks in DOCKER_CERT_PATH', async (_, flags, env) => {
    const cli = await BuiltCli.create({
      DOCKER_HOST: 'tcp://127.0.0.1:1',
      DOCKER_CERT_PATH: '/no/certificates',
      ...env,
    });
    const { exitCode, stderr } = await cli.run(...flags, 'x.hbs');
    // The template is not looked at before the engine's address is known.
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringContaining('/no/certificates/ca.pem'),
    });
  });

  it('uses TLS on TCP when one of the files is there', async () => {
    const { cli, write, file } = await aCliScene();
    await write('ca.pem', 'no certificate');
    const args = ['-endpoint', 'tcp://127.0.0.1:1', 'names.hbs'];
    const plain = await cli.run(...args);
    expect(plain.stderr).toContain('tcp://127.0.0.1:1');
    const named = await cli.run('-tlscacert', file('ca.pem'), ...args);
    expect(named.stderr).toContain('https://127.0.0.1:1');
  });
});
