import { copyFile, mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import { BEHAVIOURS } from '../../../scripts/docs/docker-gen-behaviour.ts';
import { FLAGS } from '../../../src/cli/flags.ts';
import { BuiltCli } from '../../support/built-cli.ts';
import { aCliScene, NAMES } from '../../support/cli-scene.ts';
import { type Row, showRows } from '../../support/docker-gen-rows.ts';

/** A scene with a container that runs. */
async function scene(env: Readonly<Record<string, string>> = {}) {
  const made = await aCliScene(env);
  const web = made.engine.addContainer({ name: 'web', labels: { tier: 'a' } });
  return {
    ...made,
    web,
    /** Starts a container, and waits until the log tells of it. */
    arrive: async (name: string, log: () => string) => {
      const id = made.engine.addContainer({ name, running: false });
      made.engine.start(id);
      await expect.poll(log).toContain(`Received event start for container ${id.slice(0, 12)}`);
    },
  };
}

const times = (log: string, part: string) => log.split(part).length - 1;

/** By the topic in `docs/cli.md`. The image is shown by the end-to-end tests. */
const BEHAVIOUR_ROWS: Readonly<Record<string, Row>> = {
  Start: {
    'subscribes, lists, then renders once': async () => {
      const { engine, cli, names } = await scene();
      const watch = cli.start('-watch', 'names.hbs', 'out');
      await expect.poll(names).toEqual(['web']);
      const paths = engine.requests.map(({ path }) => path);
      expect(paths.indexOf('/events')).toBeLessThan(paths.indexOf('/containers/json'));
      await expect.poll(() => times(watch.log(), "Generated '")).toBe(1);
      expect(times(watch.log(), 'Watching docker events')).toBe(1);
    },
    'misses nothing that happens while it lists': async () => {
      const { engine, cli, names } = await scene();
      const release = engine.hold(/^\/containers\/json$/);
      cli.start('-watch', 'names.hbs', 'out');
      await expect.poll(() => engine.count(/^\/containers\/json$/)).toBe(1);
      engine.start(engine.addContainer({ name: 'meanwhile', running: false }));
      release();
      await expect.poll(names).toEqual(['meanwhile', 'web']);
    },
  },
  'One-shot without an engine': {
    'ends with a code of its own, and writes nothing': async () => {
      const { engine, cli, file } = await scene();
      await engine.stopListening();
      expect(await cli.run('names.hbs', 'out')).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining(engine.socketPath),
      });
      await expect(stat(file('out'))).rejects.toMatchObject({ code: 'ENOENT' });
    },
  },
  '`-wait`': {
    'holds back neither the first rendering nor SIGHUP': async () => {
      const { cli, names, arrive } = await scene();
      const watch = cli.start('-watch', '-wait', '1h:2h', 'names.hbs', 'out');
      await expect.poll(names).toEqual(['web']);
      await arrive('late', watch.log);
      expect(await names()).toEqual(['web']);
      watch.signal('SIGHUP');
      await expect.poll(names).toEqual(['late', 'web']);
    },
  },
  '`-interval`': {
    'does not follow events without -watch': async () => {
      const { cli, names, arrive } = await scene();
      const watch = cli.start('-interval', '2000', 'names.hbs', 'out');
      await expect.poll(watch.log).toContain("Generated '");
      await arrive('late', watch.log);
      expect(await names()).toEqual(['web']);
      watch.signal('SIGHUP');
      await expect.poll(names).toEqual(['late', 'web']);
    },
  },
  'Which events': {
    'acts on those of docker-gen and on more, with one request each': async () => {
      const { engine, cli, names, lines, web, write } = await scene();
      await write(
        'state.hbs',
        '{{#each containers}}\n{{Name}} {{State.Health.Status}}\n{{/each}}\n',
      );
      cli.start('-watch', 'state.hbs', 'out');
      await expect.poll(() => lines('out')).toEqual(['web ']);
      const after = async (happens: () => void, expected: readonly string[]) => {
        engine.resetRecord();
        happens();
        await expect.poll(names).toEqual(expected);
        expect(engine.count(/^\/containers\/json$/)).toBe(0);
        expect(engine.requests.filter(({ path }) => path !== '/_ping').length).toBeLessThanOrEqual(
          1,
        );
      };
      await after(() => engine.setHealth(web, 'healthy'), ['web healthy']);
      await after(() => engine.rename(web, 'other'), ['other healthy']);
      await after(() => engine.pause(web), []);
      await after(() => engine.unpause(web), ['other healthy']);
      await after(() => engine.stop(web), []);
      await after(() => engine.start(web), ['other healthy']);
      await after(() => engine.crash(web), []);
    },
  },
  '`-event-filter`': {
    'adds events of any type, and no change is missed for it': async () => {
      const { engine, cli, names, web } = await scene();
      const watch = cli.start('-watch', '-event-filter', 'type=volume', 'names.hbs', 'out');
      await expect.poll(names).toEqual(['web']);
      await expect.poll(() => engine.subscribers).toBe(2);
      expect(watch.log()).not.toContain('did not change');
      engine.emitRaw(volumeEvent('data-of-the-shop'));
      await expect.poll(watch.log).toContain('did not change');
      engine.stop(web);
      await expect.poll(names).toEqual([]);
      await expect.poll(watch.log).toContain('Received event create for volume data-of-the-shop');
    },
  },
  Reconnect: {
    'compares everything after the stream broke': async () => {
      const { engine, cli, names, web } = await scene();
      const watch = cli.start('-watch', 'names.hbs', 'out');
      await expect.poll(names).toEqual(['web']);
      await engine.stopListening();
      // While nobody listens, without an event.
      engine.addContainer({ name: 'new' });
      engine.containers.delete(web);
      await engine.listen();
      await expect.poll(names).toEqual(['new']);
      watch.signal('SIGTERM');
      expect((await watch.ended).exitCode).toBe(0);
    },
  },
  'Events without a container': {
    'may have an ID of any length': async () => {
      const { engine, cli, names } = await scene();
      const watch = cli.start('-watch', '-event-filter', 'type=volume', 'names.hbs', 'out');
      await expect.poll(names).toEqual(['web']);
      await expect.poll(() => engine.subscribers).toBe(2);
      engine.emitRaw(volumeEvent('v'));
      await expect.poll(watch.log).toMatch(/Received event create for volume v$/m);
      engine.start(engine.addContainer({ name: 'later', running: false }));
      await expect.poll(names).toEqual(['later', 'web']);
    },
  },
  'Blank lines': {
    'are dropped, those of Unicode spaces too': async () => {
      const { cli, write, text } = await scene();
      await write('blank.hbs', 'a\n\n \t\n\u00a0\u2003\n  b\n');
      await cli.run('blank.hbs', 'out');
      expect(await text('out')).toBe('a\n  b\n');
      await cli.run('-keep-blank-lines', 'blank.hbs', 'out');
      expect(await text('out')).toBe('a\n\n \t\n\u00a0\u2003\n  b\n');
    },
  },
  '`-only-exposed`, `-only-published`': {
    "never hide the proxy's own container from templates": async () => {
      const { engine, cli } = await scene();
      engine.addContainer({ name: 'proxy', exposed: [] });
      engine.addContainer({ name: 'plain', exposed: [] });
      const { stdout } = await cli.run('-only-exposed', '--proxy', 'proxy', 'names.hbs');
      expect(stdout.split('\n').sort()).toEqual(['proxy', 'web']);
      const published = await cli.run('-only-published', '--proxy', 'proxy', 'names.hbs');
      expect(published.stdout).toBe('proxy');
    },
  },
  'Stopped containers': {
    'are left out on the command line and in a file alike': async () => {
      const { engine, cli, write, printed } = await scene();
      engine.addContainer({ name: 'off', running: false });
      await write('c.cfg', '[[config]]\ntemplate = "names.hbs"\n');
      expect(await printed()).toEqual(['web']);
      expect((await cli.run('-config', 'c.cfg')).stdout).toBe('web');
      expect(await printed('-include-stopped')).toEqual(['off', 'web']);
    },
  },
  Compare: {
    'leaves a file with the same bytes as it is': async () => {
      const { cli, file } = await scene();
      await cli.run('names.hbs', 'out');
      const before = await stat(file('out'));
      await cli.run('names.hbs', 'out');
      expect(await stat(file('out'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
    },
    'that fails ends a one-shot; a watch tries again': async () => {
      const { cli, file, names } = await scene();
      await mkdir(file('out'));
      expect((await cli.run('names.hbs', 'out')).exitCode).toBe(7);
      const watch = cli.start('-watch', 'names.hbs', 'out');
      await expect.poll(watch.log).toContain('ERROR');
      await rmdir(file('out'));
      await expect.poll(names).toEqual(['web']);
    },
  },
  Write: {
    'is one rename, which keeps the mode': async () => {
      const { cli, file, write, text } = await scene();
      await writeFile(file('out'), 'old\n', { mode: 0o640 });
      const before = await stat(file('out'));
      await cli.run('names.hbs', 'out');
      const after = await stat(file('out'));
      expect(await text('out')).toBe('web\n');
      expect(after.ino).not.toBe(before.ino);
      expect(after.mode).toBe(before.mode);
      await write('new.hbs', 'x\n');
      await cli.run('new.hbs', 'new');
      expect((await stat(file('new'))).mode & 0o777).toBe(0o644);
    },
  },
  Unchanged: {
    'is said in docker-gen’s words, and nobody is told': async () => {
      const { cli, file, lines } = await scene();
      const args = ['-notify', 'echo told >>told', 'names.hbs', file('out')];
      await cli.run(...args);
      const { stderr } = await cli.run(...args);
      expect(stderr).toContain(
        `Contents of ${file('out')} did not change. Skipping notification 'echo told >>told'`,
      );
      expect(await lines('told')).toEqual(['told']);
    },
  },
  'Order of notifications': {
    'is command, listed containers, filtered ones; one that fails is owed': async () => {
      const { engine, cli, write, lines, web } = await scene();
      const listed = engine.addContainer({ name: 'listed' });
      engine.onList = ({ Id }) => Id === web;
      const watch = cli.start(
        ...['-watch', '-notify-filter=label=tier=a', '-notify-container=listed'],
        ...['-notify', 'echo tried >>told; test -e ready', 'names.hbs', 'out'],
      );
      await expect.poll(() => lines('told')).not.toEqual([]);
      await write('ready', '');
      await expect.poll(() => engine.signals.length).toBeGreaterThanOrEqual(2);
      expect(engine.signals.slice(0, 2)).toEqual([
        { container: listed, signal: '1' },
        { container: web, signal: '1' },
      ]);
      await expect.poll(async () => (await cli.run('healthcheck')).exitCode).toBe(0);
      const log = watch.log();
      expect(log.indexOf("Running '")).toBeLessThan(log.indexOf("Sending container 'listed'"));
      expect(times(log, "Generated '")).toBe(1);
    },
    'has a limit in time': async () => {
      const { cli } = await scene();
      const args = ['-notify', 'sleep 600', '--notify-timeout', '0.2', 'names.hbs', 'out'];
      expect((await cli.run(...args)).exitCode).toBe(8);
    },
  },
  'Template errors': {
    'are shown line by line': async () => {
      const { cli, write, file } = await scene();
      await write('bad.hbs', '{{#each}\n');
      await write('two.hbs', '{{nope}}\n{{noway 1}}\n{{nowhow 1}}\n');
      const two = (await cli.run('two.hbs')).stderr.split('\n');
      expect(two).toEqual([
        `tsgen: Template ${file('two.hbs')} has 2 mistakes:`,
        expect.stringMatching(/^ {2}\S+two\.hbs:2:1: there is no helper "noway"/),
        expect.stringMatching(/^ {2}\S+two\.hbs:3:1: there is no helper "nowhow"/),
      ]);
      const [title, place, excerpt, mark] = (await cli.run('bad.hbs')).stderr.split('\n');
      expect(title).toBe(`tsgen: Template ${file('bad.hbs')} has a mistake:`);
      expect(place).toContain('bad.hbs:1:');
      expect(excerpt).toBe('    {{#each}');
      expect(mark).toMatch(/^ +\^$/);
    },
    'end a one-shot; a watch keeps the last good file and says it once': async () => {
      const { engine, cli, write, names, web } = await scene();
      const watch = cli.start('-watch', 'names.hbs', 'out');
      await expect.poll(names).toEqual(['web']);
      await write('names.hbs', '{{nope Name}}');
      expect((await cli.run('names.hbs', 'other')).exitCode).toBe(5);
      for (const name of ['b', 'c', 'd']) engine.rename(web, name);
      await expect.poll(watch.log).toContain('nope');
      expect(await names()).toEqual(['web']);
      await write('names.hbs', NAMES);
      await expect.poll(names).toEqual(['d']);
      const errors = watch
        .log()
        .split('\n')
        .filter((line) => line.includes(' ERROR '));
      expect(errors).toEqual([expect.stringContaining('nope')]);
    },
  },
  Signals: {
    'SIGHUP renders now, SIGTERM and SIGINT stop': async () => {
      const { cli, names, arrive } = await scene();
      let expected = ['web'];
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        const watch = cli.start('-watch', '-wait=1h', 'names.hbs', signal);
        await expect.poll(() => names(signal)).toEqual(expected);
        await arrive(`before-${signal}`, watch.log);
        expect(await names(signal)).toEqual(expected);
        expected = [`before-${signal}`, ...expected].sort();
        watch.signal('SIGHUP');
        await expect.poll(() => names(signal)).toEqual(expected);
        watch.signal(signal);
        expect((await watch.ended).exitCode).toBe(0);
      }
    },
    'a stop lets the running apply finish': async () => {
      const { cli, file, lines } = await scene();
      const notify = `echo begun >>told; while ! test -e ${file('go')}; do sleep 0.05; done; echo done >>told`;
      const watch = cli.start('-watch', '-notify', notify, 'names.hbs', 'out');
      await expect.poll(() => lines('told')).toEqual(['begun']);
      watch.signal('SIGTERM');
      await writeFile(file('go'), '');
      expect((await watch.ended).exitCode).toBe(0);
      expect(await lines('told')).toEqual(['begun', 'done']);
    },
  },
  'Exit codes': {
    'are one for each kind of fault': async () => {
      const { cli, write, engine } = await scene();
      await write('bad.cfg', '[[config]]\nwatch = 1\n');
      await write('bad.hbs', '{{#each');
      const codes = async (...all: (readonly string[])[]) => {
        const ran = [];
        for (const args of all) ran.push((await cli.run(...args)).exitCode);
        return ran;
      };
      expect(
        await codes(
          ['names.hbs'],
          [],
          ['-config', 'bad.cfg'],
          ['-endpoint=unix:///nowhere.sock', 'names.hbs'],
          ['bad.hbs'],
          ['--check', 'false', 'names.hbs', 'a'],
          ['names.hbs', 'nowhere/out'],
          ['-notify', 'false', 'names.hbs', 'b'],
          ['status'],
        ),
      ).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(engine.signals).toEqual([]);
    },
  },
  Log: {
    'has docker-gen’s words on standard error, as text or JSON': async () => {
      const { cli, engine, file, web } = await scene();
      const run = async (...more: string[]) => {
        const args = ['-watch', '-notify-container=web', '-notify', 'true', ...more];
        const watch = cli.start(...args, 'names.hbs', file(`out${more.length}`));
        await expect.poll(watch.log).toContain('Sending');
        engine.stop(web);
        await expect.poll(watch.log).toContain('Received event die');
        engine.start(web);
        await expect.poll(watch.log).toContain('Received event start');
        watch.signal('SIGTERM');
        expect((await watch.ended).stdout).toBe('');
        return watch.log();
      };
      const words = (dest: string) => [
        'Watching docker events',
        `Received event start for container ${web.slice(0, 12)}`,
        `Generated '${dest}' from 1 containers`,
        "Running 'true'",
        "Sending container 'web' signal '1'",
      ];
      const log = await run();
      for (const line of words(file('out0'))) {
        expect(log).toMatch(new RegExp(`^\\S+ INFO +${line.replaceAll('/', '\\/')}`, 'm'));
      }
      const json = (await run('--log-format', 'json'))
        .trim()
        .split('\n')
        .map((l) => JSON.parse(l));
      const messages = json.map(({ message }) => message);
      expect(messages).toEqual(expect.arrayContaining(words(file('out2'))));
    },
  },
  Determinism: {
    'gives the same bytes whatever the order in which the engine tells': async () => {
      const template =
        '{{#each (sortObjectsByKeysAsc containers "Name")}}\n{{Name}} {{join " " (keys Env)}} {{json Labels}}\n{{/each}}\n{{join " " (groupByKeys containers "Name")}}\n';
      const outputs = [];
      for (const order of [1, -1]) {
        const { engine, cli, write } = await aCliScene();
        const sorted = <T>(items: readonly T[]) => (order > 0 ? [...items] : items.toReversed());
        const map = Object.fromEntries(
          sorted([
            ['A', '1'],
            ['B', '2'],
            ['C', '3'],
          ] as const),
        );
        for (const name of sorted(['x', 'y', 'z'])) {
          engine.addContainer({ name, env: map, labels: map });
        }
        await write('t.hbs', template);
        outputs.push((await cli.run('t.hbs')).stdout);
      }
      expect(outputs[0]).toBe(outputs[1]);
      expect(outputs[0]).toContain('x A B C {"A":"1","B":"2","C":"3"}');
    },
  },
  Health: {
    'is a field, and decides who gets traffic': async () => {
      const { engine, cli, write, text } = await aCliScene();
      const web = engine.addContainer({
        name: 'web',
        health: 'starting',
        env: { VIRTUAL_HOST: 'a.test' },
      });
      const asked = '{{#each sites}}{{#each routes}}{{len upstream.servers}}{{/each}}{{/each}}';
      await write('t.hbs', `{{#each containers}}{{State.Health.Status}}{{/each}} ${asked}\n`);
      cli.start('-watch', 't.hbs', 'out');
      await expect.poll(() => text('out')).toBe('starting 0\n');
      engine.setHealth(web, 'healthy');
      await expect.poll(() => text('out')).toBe('healthy 1\n');
      engine.setHealth(web, 'unhealthy');
      await expect.poll(() => text('out')).toBe('unhealthy 0\n');
    },
  },
  'Several configuration files': {
    'add up': async () => {
      const { cli, write, text } = await scene();
      await write('a.cfg', '[[config]]\ntemplate = "names.hbs"\ndest = "a"\n');
      await write('b.cfg', '[[config]]\ntemplate = "names.hbs"\ndest = "b"\n');
      expect((await cli.run('-config', 'a.cfg', '-config', 'b.cfg')).exitCode).toBe(0);
      expect([await text('a'), await text('b')]).toEqual(['web\n', 'web\n']);
    },
  },
  'Unknown keys, such as a mistyped one': {
    'are an error with file, line and the nearest key': async () => {
      const { cli, write, file } = await scene();
      await write('c.cfg', '[[config]]\ntemplate = "names.hbs"\nonlyexposd = true\n');
      const { exitCode, stderr } = await cli.run('-config', 'c.cfg');
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`${file('c.cfg')}:3: onlyexposd: `);
      expect(stderr).toMatch(/did you mean onlyexposed\?$/);
    },
  },
  '`notifycontainerssignal` in a file': {
    'is HUP where it is absent': async () => {
      const { engine, cli, write, web } = await scene();
      const filter = 'notifycontainersfilter = { label = ["tier=a"] }';
      await write('c.cfg', `[[config]]\ntemplate = "names.hbs"\ndest = "out"\n${filter}\n`);
      expect((await cli.run('-config', 'c.cfg')).exitCode).toBe(0);
      expect(engine.signals).toEqual([{ container: web, signal: '1' }]);
    },
  },
  'Flags beside `-config`': {
    'for one job have no effect, which is said': async () => {
      const { cli, write } = await scene({ DOCKER_CONTAINER_FILTERS: 'name=none' });
      await write('c.cfg', '[[config]]\ntemplate = "names.hbs"\n');
      const args = ['-only-published', '-notify', 'touch told', 'other.hbs', 'out'];
      const { stdout, stderr } = await cli.run('-config', 'c.cfg', ...args);
      expect(stdout).toBe('web');
      for (const flag of ['--only-published', '--notify', 'other.hbs']) {
        expect(stderr).toContain(flag);
      }
      expect(stderr).not.toContain('container-filter');
    },
  },
  '`-container-filter` without `=`': {
    'is an error': async () => {
      const { cli } = await scene();
      const ran = await cli.run('-container-filter', 'running', 'names.hbs');
      expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('KEY=VALUE') });
    },
  },
  '`-endpoint fd://`': {
    'is an error that says what to use': async () => {
      const { cli } = await scene();
      expect(await cli.run('-endpoint', 'fd://', 'names.hbs')).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('unix:///var/run/docker.sock'),
      });
    },
  },
  'Several template files, `a.tmpl;b.tmpl`': {
    'render the first, which calls the others, and what they define, by name': async () => {
      const { cli, write } = await scene();
      await write('a.hbs', '{{> b.hbs}}\n{{> row (first containers)}}\n');
      await write('b.hbs', 'from b\n{{#*inline "row"}}\n<{{Name}}>\n{{/inline}}\n');
      expect(await cli.run('a.hbs;b.hbs')).toMatchObject({
        exitCode: 0,
        stdout: 'from b\n<web>',
      });
    },
  },
  'Several destinations of one template': {
    'are written, and removed when they are no more': async () => {
      const { engine, cli, write, text, file, names, web } = await scene();
      await write(
        't.hbs',
        '{{#each containers}}\n{{Name}}\n{{#writeFile (printf "%s.conf" Name)}}of {{Name}}{{/writeFile}}\n{{/each}}\n',
      );
      cli.start('-watch', 't.hbs', file('out'));
      await expect.poll(names).toEqual(['web']);
      expect(await text('web.conf')).toContain('of web');
      engine.stop(web);
      await expect.poll(() => text('web.conf')).toBe('');
      await expect(stat(file('web.conf'))).rejects.toMatchObject({ code: 'ENOENT' });
    },
  },
  'Shipped templates': {
    'render what an engine shows; the bundled one by its name alone': async () => {
      const { engine, cli } = await aCliScene();
      engine.addContainer({ name: 'web', env: { VIRTUAL_HOST: 'a.test', SERVICE_NAME: 'web' } });
      for (const name of ['nginx', 'logrotate', 'fluentd', 'dnsmasq', 'etcd']) {
        const ran = await cli.run(resolve(`templates/examples/${name}.hbs`));
        expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('# Generated') });
      }
      expect((await cli.run('nginx.conf.hbs')).stdout).toContain('server_name a.test;');
    },
  },
  'The own container, `HOSTNAME`': {
    'is never one that the environment alone names': async () => {
      const { engine, cli, write } = await aCliScene();
      const web = engine.addContainer({ name: 'web' });
      await write('own.hbs', '<{{Docker.CurrentContainerID}}>\n');
      const { stdout } = await cli.run('own.hbs');
      expect(stdout).toMatch(/^<(?:[0-9a-f]{64})?>$/);
      const other = await BuiltCli.create({
        DOCKER_HOST: engine.endpoint,
        HOSTNAME: web.slice(0, 12),
      });
      await copyFile(resolve(cli.folder, 'own.hbs'), resolve(other.folder, 'own.hbs'));
      expect((await other.run('own.hbs')).stdout).toBe(stdout);
    },
  },
  '`-help`': {
    'prints all flags on standard output, however it is spelled': async () => {
      const { cli } = await aCliScene();
      const { exitCode, stdout, stderr } = await cli.run('-help');
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      for (const { name } of FLAGS) expect(stdout).toContain(`--${name}`);
      for (const spelling of ['-h', '--help'])
        expect((await cli.run(spelling)).stdout).toBe(stdout);
    },
  },
  Platforms: {
    'are all that Node.js has: the package names none and has no native parts': async () => {
      const manifest = JSON.parse(await readFile('package.json', 'utf8'));
      expect(manifest).toMatchObject({ engines: { node: expect.any(String) } });
      for (const limit of ['os', 'cpu', 'libc', 'dependencies', 'optionalDependencies']) {
        expect(manifest).not.toHaveProperty(limit);
      }
      expect((await readdir('dist')).filter((name) => /\.(?:node|so)$/.test(name))).toEqual([]);
    },
  },
  'Files for systemd and upstart': {
    'are not needed: it stays in the foreground, HUP renders, and a start after a crash goes on':
      async () => {
        const { engine, cli, names, lines } = await scene();
        const args = ['-watch', '-notify', 'echo told >>told', 'names.hbs', 'out'];
        const first = cli.start(...args);
        await expect.poll(() => lines('told')).toEqual(['told']);
        first.signal('SIGHUP');
        await expect.poll(first.log).toContain('did not change');
        first.signal('SIGKILL');
        await first.ended;
        engine.addContainer({ name: 'meanwhile' });
        const second = cli.start(...args);
        await expect.poll(names).toEqual(['meanwhile', 'web']);
        await expect.poll(() => lines('told')).toEqual(['told', 'told']);
        second.signal('SIGTERM');
        expect((await second.ended).exitCode).toBe(0);
      },
  },
  'Config check, watching files, status': {
    'are there': async () => {
      const { cli, write, text, names } = await scene();
      await write('c.cfg', '[[config]]\ntemplate = "names.hbs"\ndest = "out"\nwatch = true\n');
      const watch = cli.start('-config', 'c.cfg');
      await expect.poll(names).toEqual(['web']);
      await expect.poll(async () => (await cli.run('healthcheck')).exitCode).toBe(0);
      expect((await cli.run('status')).stdout).toContain('names.hbs');
      await write(
        'c.cfg',
        '[[config]]\ntemplate = "names.hbs"\ndest = "out"\nwatch = true\ncheck = "! grep bad {file}"\n',
      );
      await expect.poll(watch.log).toContain('is used from now on');
      await write('names.hbs', 'bad\n');
      await expect.poll(async () => (await cli.run('status')).stdout).toContain('rejected');
      expect(await text('out')).toBe('web\n');
    },
  },
};

function volumeEvent(name: string): string {
  const Actor = { ID: name, Attributes: { driver: 'local' } };
  const event = { Type: 'volume', Action: 'create', Actor, scope: 'local', time: 1, timeNano: 1 };
  return `${JSON.stringify(event)}\n`;
}

showRows('behaviour', BEHAVIOUR_ROWS, {
  names: BEHAVIOURS.map(({ topic }) => topic).filter((topic) => topic !== 'Image'),
  count: 35,
});
