import { rename } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { aCliScene } from '../support/cli-scene.ts';

/** A scene with a container that runs, and a way to run what a configuration file says. */
async function scene(env: Readonly<Record<string, string>> = {}) {
  const made = await aCliScene(env);
  const web = made.engine.addContainer({ name: 'web', labels: { tier: 'a' } });
  return {
    ...made,
    web,
    /** Renders once what a file with one block says. */
    once: async (block: string, top = '') => {
      await made.write('c.toml', `${top}\n[[config]]\n${block}\n`);
      return await made.cli.run('-config', 'c.toml');
    },
  };
}

describe('a configuration file', () => {
  it('understands a file of docker-gen as it stands', async () => {
    const { engine, cli, web, write, names, file } = await scene();
    await write(
      'docker-gen.cfg',
      `[[config]]
template = "names.hbs"
dest = "out"
watch = true
wait = "10ms:100ms"
notifycmd = "touch ${file('told')}"
notifyoutput = true

  [config.NotifyContainers]
  web = 12  # a signal
  ${web} = -1

[[config]]
Template = "names.hbs"
Dest = "other"
onlyExposed = true
Interval = 60
keepBlankLines = true
`,
    );
    const watch = cli.start('-config', 'docker-gen.cfg');
    await expect.poll(names).toEqual(['web']);
    await expect.poll(() => names('other')).toEqual(['web']);
    await expect.poll(() => engine.count(/restart$/)).toBe(1);
    expect(engine.signals).toContainEqual({ container: web, signal: '12' });
    expect(watch.log().indexOf('Running')).toBeLessThan(watch.log().indexOf('Sending'));
    watch.signal('SIGTERM');
    expect((await watch.ended).exitCode).toBe(0);
  });

  it('renders its jobs in their order, those of several files after one another', async () => {
    const { cli, write, text } = await scene();
    const block = (name: string) =>
      `[[config]]\ntemplate = "t.hbs"\ndest = "${name}"\nnotify = "echo ${name} >> order"\n`;
    await write('t.hbs', 'x\n');
    await write('b.toml', block('one') + block('two'));
    await write('a.toml', block('three'));
    const ran = await cli.run('-config', 'b.toml', '-config=a.toml', '--config', './b.toml');
    expect(ran.exitCode).toBe(0);
    expect(await text('order')).toBe('one\ntwo\nthree\n');
  });

  it.each<[string, string, string, number, string]>([
    [
      'an unknown key',
      '',
      'tempalte = "x"',
      3,
      'tempalte: there is no such key; did you mean template?',
    ],
    ['an unknown key at the top', 'endpiont = "x"', '', 1, 'did you mean endpoint?'],
    ['a key of a job at the top', 'watch = true', '', 1, 'belongs into a [[config]] block'],
    ['a key of the process in a job', '', 'dest = "d"\nEndpoint = "x"', 4, 'top of the file'],
    ['a wrong type', '', 'dest = "d"\nwatch = "yes"', 4, 'true or false, not "yes"'],
    ['a number for text', '', 'template = 1', 3, 'a text in quotes, not 1'],
    ['a fraction', '', 'interval = 1.5', 3, 'a whole number, not 1.5'],
    ['a choice that there is not', 'loglevel = "loud"', '', 1, 'debug, info, warn, error'],
    ['a key twice', '', 'notify = "a"\nNotifyCmd = "b"', 4, 'it says the same as notify'],
    ['a filter of numbers', '', 'containerfilter = { status = [1] }', 3, 'a list of texts'],
    [
      'a signal that is none',
      '',
      'template = "t"\n[config.NotifyContainers]\nweb = "HUP"',
      5,
      'a signal from 1 to 64',
    ],
    ['one bracket', '[config]', '', 1, 'two brackets'],
    ['no TOML', '', 'template = ', 3, ''],
    ['what cannot be meant', '', 'template = "t"\nwait = "2s:1s"', 2, 'longest wait'],
  ])('is refused with file and line: %s', async (name, top, block, line, message) => {
    const { cli, write, file } = await scene();
    const blocks = name === 'one bracket' ? '' : `[[config]]\n${block}\n`;
    await write('c.toml', `${top}\n${blocks}`);
    const { exitCode, stderr } = await cli.run('-config', 'c.toml');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringContaining(`${file('c.toml')}:${line}:`),
    });
    expect(stderr).toContain(message);
  });

  it.each<[string, string, string]>([
    ['that is not there', '', 'c.toml'],
    ['without a job', 'loglevel = "info"\n', 'add a [[config]] block'],
  ])('%s is an error', async (_, text, message) => {
    const { cli, write } = await scene();
    if (text) await write('c.toml', text);
    const { exitCode, stderr } = await cli.run('-config', 'c.toml');
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining(message) });
  });

  it('two jobs cannot have one destination', async () => {
    const block = 'template = "names.hbs"\ndest = "out"\n';
    const { once } = await scene();
    const { exitCode, stderr } = await once(`${block}[[config]]\n${block}`);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('Two [[config]] blocks write to');
  });
});

// What docker-gen's own keys do is shown row by row in docker-gen/.
describe('keys', () => {
  const LISTED = 'template = "names.hbs"\n';

  it.each<[string, string, string[]]>([
    ['of the flag, and a list', '"container-filter" = ["label=tier=a"]', ['web']],
    ['in any case, and a table', '[config.ContainerFilter]\nstatus = "created"', ['off']],
    ['in any case', 'OnlyExposed = true', ['web']],
  ])('are understood in the spelling %s', async (_, key, expected) => {
    const { engine, once } = await scene();
    engine.addContainer({ name: 'plain', exposed: [] });
    engine.addContainer({ name: 'off', running: false });
    const { stdout } = await once(LISTED + key);
    expect(stdout.split('\n').filter(Boolean).sort()).toEqual(expected);
  });

  it('check, checktimeout, proxy', async () => {
    const { once, file, text } = await scene();
    await once(`${LISTED}dest = "out"\ncheck = "true {file}"\nchecktimeout = 2.5`);
    expect(await text('out')).toBe('web\n');
    const rejected = await once('template = "names.hbs"\ndest = "other"\ncheck = "false {file}"');
    expect(rejected.exitCode).toBe(6);
    const lost = await once(`template = "names.hbs"\ndest = "${file('x')}"\nproxy = "nobody"`);
    expect(lost).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('nobody') });
  });

  it('notifysighup, notifycontainer, notifytimeout', async () => {
    const { engine, once, web } = await scene();
    const { exitCode } = await once(
      `${LISTED}dest = "out"
notifysighup = "web"
notifycontainer = ["web"]
notifysignal = 10
notifytimeout = 5`,
    );
    expect(exitCode).toBe(0);
    expect(engine.signals).toEqual([
      { container: web, signal: '1' },
      { container: web, signal: '10' },
    ]);
  });

  it('endpoint, loglevel, logformat, eventfilter at the top; a flag goes before', async () => {
    const { cli, engine, write } = await scene({ DOCKER_HOST: 'unix:///nowhere.sock' });
    const top = `endpoint = "${engine.endpoint}"\nlogformat = "json"\nloglevel = "debug"\neventfilter = { event = ["exec_die"] }\n`;
    await write('c.toml', `${top}[[config]]\n${LISTED}dest = "out"\n`);
    const ran = await cli.run('-config', 'c.toml');
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stderr.split('\n')[0] ?? '')).toMatchObject({ level: 'info' });
    const flagged = await cli.run(
      '-config',
      'c.toml',
      '--log-format',
      'text',
      '-endpoint',
      'unix:///no.sock',
    );
    expect(flagged).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('/no.sock') });
    expect(flagged.stderr).not.toContain('{');
  });

  it('tlscacert, tlscert, tlskey, tlsverify', async () => {
    const { once } = await scene({ DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_CERT_PATH: '/none' });
    for (const key of ['tlscacert', 'tlscert', 'tlskey']) {
      const { exitCode, stderr } = await once(LISTED, `${key} = "gone.pem"`);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 3,
        stderr: expect.stringContaining(`--${key} names`),
      });
    }
    const { exitCode, stderr } = await once(LISTED, 'tlsverify = true');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('/none/ca.pem');
  });

  it('watch and once contradict each other; a bundled template implies its destination', async () => {
    const { once } = await scene();
    expect((await once(`${LISTED}watch = true\nonce = true`)).stderr).toContain('opposite');
    const { stderr } = await once('template = "nginx.conf.hbs"\ncheck = "false {file}"');
    expect(stderr).toContain('/etc/nginx/conf.d');
  });
});

describe('several jobs in one process', () => {
  const TWO = `[[config]]
template = "names.hbs"
dest = "a"
watch = true
notify = "echo a >> told"

[[config]]
template = "names.hbs"
dest = "b"
watch = true
includestopped = true
`;

  it('have a destination, notifications and a control socket of their own', async () => {
    const { engine, cli, write, names, text } = await scene();
    await write('c.toml', TWO);
    cli.start('-config', 'c.toml');
    await expect.poll(() => names('a')).toEqual(['web']);
    await expect.poll(() => names('b')).toEqual(['web']);
    await expect.poll(() => text('told')).toBe('a\n');
    expect((await cli.run('status')).stderr).toContain('Choose one with --dest');
    const { stdout } = await cli.run('status', '--dest', 'b', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ containers: 1, template: 'names.hbs' });
    engine.emit('create', engine.addContainer({ name: 'off', running: false }));
    await expect.poll(() => names('b')).toEqual(['off', 'web']);
    expect(await names('a')).toEqual(['web']);
    await expect.poll(async () => (await cli.run('healthcheck', '--dest', 'a')).exitCode).toBe(0);
    expect(await text('told')).toBe('a\n');
  });

  it('pick up a changed file; a broken one is reported and the last good settings stay', async () => {
    const { engine, cli, write, names, text, file } = await scene();
    await write('c.toml', TWO);
    const watch = cli.start('-config', 'c.toml');
    await expect.poll(() => names('b')).toEqual(['web']);

    await write('c.toml', TWO.replace('dest = "b"', 'dset = "b"'));
    await expect.poll(watch.log).toContain('c.toml:9: dset: there is no such key');
    engine.start(engine.addContainer({ name: 'new', running: false }));
    await expect.poll(() => names('b')).toEqual(['new', 'web']);

    await write('bad.hbs', '{{#each');
    await write('c.toml', TWO.replace('"names.hbs"', '"bad.hbs"'));
    await expect.poll(watch.log).toContain('bad.hbs');

    // As editors do it: a new file in the old one's place.
    await write('c.new', TWO.replace('dest = "b"', 'dest = "c"'));
    await rename(file('c.new'), file('c.toml'));
    await expect.poll(() => names('c')).toEqual(['new', 'web']);
    await expect.poll(watch.log).toContain('has changed and is used from now on');
    expect((await cli.run('healthcheck', '--dest', 'b')).exitCode).toBe(1);
    await expect.poll(async () => (await cli.run('healthcheck', '--dest', 'a')).exitCode).toBe(0);
    // Nothing changed for it: nobody is told again.
    expect(await text('told')).toBe('a\na\n');
    watch.signal('SIGTERM');
    expect((await watch.ended).exitCode).toBe(0);
  });

  it('survive a HUP at every moment of a change', async () => {
    const { cli, write, names } = await scene();
    await write('c.toml', TWO);
    const watch = cli.start('-config', 'c.toml');
    await expect.poll(() => names('b')).toEqual(['web']);
    const hangUp = setInterval(() => watch.signal('SIGHUP'), 1);
    try {
      await write('c.toml', TWO.replace('dest = "b"', 'dest = "c"'));
      await expect.poll(() => names('c')).toEqual(['web']);
    } finally {
      clearInterval(hangUp);
    }
    watch.signal('SIGTERM');
    expect((await watch.ended).exitCode).toBe(0);
  });

  it('can be many', async () => {
    const { engine, cli, write, names } = await scene();
    const jobs = Array.from({ length: 30 }, (_, index) => `out-${index}`);
    const block = (dest: string) =>
      `[[config]]\ntemplate = "names.hbs"\ndest = "${dest}"\nwatch = true\ninterval = 3600\n`;
    await write('c.toml', jobs.map(block).join('\n'));
    const watch = cli.start('-config', 'c.toml');
    for (const dest of jobs) await expect.poll(() => names(dest)).toEqual(['web']);
    engine.resetRecord();
    engine.start(engine.addContainer({ name: 'new', running: false }));
    for (const dest of jobs) await expect.poll(() => names(dest)).toEqual(['new', 'web']);
    // A ping comes every half minute.
    expect(engine.requests.filter(({ path }) => path !== '/_ping')).toHaveLength(1);
    expect(watch.log()).not.toContain('Warning');
  });

  it('keep the last good settings when a destination of the new ones belongs to another', async () => {
    const { engine, cli, write, names } = await scene();
    await write('c.toml', TWO);
    const watch = cli.start('-config', 'c.toml');
    await expect.poll(() => names('b')).toEqual(['web']);
    cli.start('-watch', 'names.hbs', 'taken');
    await expect.poll(() => names('taken')).toEqual(['web']);
    await write('c.toml', TWO.replace('dest = "b"', 'dest = "taken"'));
    await expect.poll(watch.log).toContain('is owned by another watch');
    engine.start(engine.addContainer({ name: 'new', running: false }));
    await expect.poll(() => names('b')).toEqual(['new', 'web']);
  });
});
