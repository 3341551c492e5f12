import { readFile, writeFile } from 'node:fs/promises';
import { expect, onTestFinished } from 'vitest';
import { FLAGS, type Flag } from '../../../src/cli/flags.ts';
import { BuiltCli } from '../../support/built-cli.ts';
import { aCliScene } from '../../support/cli-scene.ts';
import { type Row, showRows } from '../../support/docker-gen-rows.ts';
import { aFolder } from '../../support/temporary-folder.ts';
import { makeCertificates } from '../../support/tls-front.ts';
import { overTls } from '../../support/tls-scene.ts';

type DockerGenFlag = Extract<(typeof FLAGS)[number], { readonly dockerGen: true }>['name'];

/** In docker-gen's spelling, with one dash. */
const FLAG_ROWS: Readonly<Record<DockerGenFlag, Row>> = {
  version: {
    'prints the version': async () => {
      const cli = await BuiltCli.create();
      const { version } = JSON.parse(await readFile('package.json', 'utf8'));
      for (const flag of ['-version', '--version', '-v']) {
        const { stdout, exitCode } = await cli.run(flag);
        expect({ stdout, exitCode }).toEqual({ stdout: version, exitCode: 0 });
      }
    },
  },
  watch: {
    'goes on, and -watch=false does not': async () => {
      const { engine, cli, names } = await aCliScene();
      const watch = cli.start('-watch', 'names.hbs', 'out');
      await expect.poll(watch.log).toContain('Watching docker events');
      engine.start(engine.addContainer({ name: 'web', running: false }));
      await expect.poll(names).toEqual(['web']);
      watch.signal('SIGTERM');
      expect((await watch.ended).exitCode).toBe(0);
      expect((await cli.run('-watch=false', 'names.hbs', 'other')).exitCode).toBe(0);
      expect(await names('other')).toEqual(['web']);
    },
  },
  wait: {
    'gathers a burst of changes into one rendering': async () => {
      const { engine, cli, names } = await aCliScene();
      const watch = cli.start('-watch', '-wait', '1s:20s', 'names.hbs', 'out');
      await expect.poll(watch.log).toContain("Generated '");
      const burst = ['a', 'b', 'c', 'd'].map((name) =>
        engine.addContainer({ name, running: false }),
      );
      for (const id of burst) engine.start(id);
      await expect.poll(names).toEqual(['a', 'b', 'c', 'd']);
      for (const id of burst) {
        await expect.poll(watch.log).toContain(`event start for container ${id.slice(0, 12)}`);
      }
      // The file is there a moment before the log says so.
      await expect.poll(() => watch.log().match(/Generated '/g)).toHaveLength(2);
    },
    'does not wait longer than MAX for changes that never end': async () => {
      const { engine, cli, names } = await aCliScene();
      const web = engine.addContainer({ name: 'web' });
      cli.start('-watch', '-wait', '3s:4s', 'names.hbs', 'out');
      await expect.poll(names).toEqual(['web']);
      let number = 0;
      const restless = setInterval(() => {
        number += 1;
        engine.rename(web, `web-${number}`);
      }, 100);
      onTestFinished(() => clearInterval(restless));
      // Never are there three seconds without a change.
      await expect.poll(names).not.toEqual(['web']);
    },
  },
  config: {
    'may be given several times, and takes the place of the other flags': async () => {
      const { engine, cli, write, text } = await aCliScene();
      engine.addContainer({ name: 'web' });
      await write('a.cfg', '[[config]]\ntemplate = "names.hbs"\ndest = "a"\n');
      await write('b.cfg', '[[config]]\ntemplate = "names.hbs"\ndest = "b"\n');
      const ran = await cli.run('-config', 'a.cfg', '-config=b.cfg', '-notify', 'touch told');
      expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('--notify') });
      expect([await text('a'), await text('b'), await text('told')]).toEqual([
        'web\n',
        'web\n',
        '',
      ]);
      expect(ran.stderr).not.toContain('Running');
    },
  },
  'keep-blank-lines': {
    'keeps them, also on standard output': async () => {
      const { cli, write } = await aCliScene();
      await write('blank.hbs', 'a\n \nb\n');
      expect((await cli.run('blank.hbs')).stdout).toBe('a\nb');
      expect((await cli.run('-keep-blank-lines', 'blank.hbs')).stdout).toBe('a\n \nb');
      expect((await cli.run('-keep-blank-lines=false', 'blank.hbs')).stdout).toBe('a\nb');
    },
  },
  'only-exposed': {
    'takes containers with an open TCP port, unless an expose filter says which': async () => {
      const { printed } = await opened();
      expect(await printed('-only-exposed')).toEqual(['open', 'published']);
      expect(await printed('-only-exposed', '-container-filter=expose=53/udp')).toEqual(['udp']);
    },
  },
  'only-published': {
    'takes containers with a published TCP port, and goes before -only-exposed': async () => {
      const { printed } = await opened();
      expect(await printed('-only-published')).toEqual(['published']);
      expect(await printed('-only-exposed', '-only-published')).toEqual(['published']);
    },
  },
  'include-stopped': {
    'takes every state, unless a status filter says which': async () => {
      const { engine, printed } = await opened();
      engine.pause(engine.addContainer({ name: 'paused' }));
      engine.addContainer({ name: 'created', running: false });
      engine.stop(engine.addContainer({ name: 'exited' }));
      const running = ['open', 'plain', 'published', 'udp'];
      expect(await printed()).toEqual(running);
      const all = ['created', 'exited', 'paused', ...running].sort();
      expect(await printed('-include-stopped')).toEqual(all);
      const filter = '-container-filter=status=paused';
      expect(await printed('-include-stopped', filter)).toEqual(['paused']);
    },
  },
  'container-filter': {
    'takes what fits: of one key any, of different keys all': async () => {
      const { engine, printed } = await opened();
      engine.addContainer({ name: 'sick', health: 'unhealthy', labels: { tier: 'web' } });
      const filters = (...all: string[]) =>
        printed(...all.flatMap((f) => ['-container-filter', f]));
      expect(await filters('label=tier=web')).toEqual(['open', 'sick', 'udp']);
      expect(await filters('name=plain', 'name=open')).toEqual(['open', 'plain']);
      expect(await filters('label=tier=web', 'health=unhealthy')).toEqual(['sick']);
    },
  },
  notify: {
    'runs a shell line after a change, and only then': async () => {
      const { cli, lines } = await aCliScene();
      const flags = ['-notify', 'echo told | cat >>told', 'names.hbs', 'out'];
      expect((await cli.run(...flags)).stderr).toContain("Running 'echo told | cat >>told'");
      expect((await cli.run(...flags)).exitCode).toBe(0);
      expect(await lines('told')).toEqual(['told']);
    },
  },
  'notify-output': {
    'logs what the command prints, on both its outputs, line by line': async () => {
      const { cli } = await aCliScene();
      const notify = '-notify=echo one; echo two >&2';
      const quiet = await cli.run(notify, 'names.hbs', 'a');
      expect(quiet.stderr).not.toContain(']: one');
      const loud = await cli.run(notify, '-notify-output', 'names.hbs', 'b');
      expect(loud.stderr).toContain('[echo one; echo two >&2]: one');
      expect(loud.stderr).toContain('[echo one; echo two >&2]: two');
    },
  },
  interval: {
    'renders every so often and notifies each time, changed or not': async () => {
      const { cli, lines } = await aCliScene();
      const watch = cli.start('-interval', '1', '-notify', 'echo told >>told', 'names.hbs', 'out');
      await expect.poll(async () => (await lines('told')).length).toBeGreaterThan(2);
      watch.signal('SIGTERM');
      expect((await watch.ended).exitCode).toBe(0);
      expect(watch.log().match(/Generated '/g)).toHaveLength(1);
    },
  },
  'notify-sighup': {
    'sends HUP to each container that it names, whatever -notify-signal says': async () => {
      const { engine, cli } = await aCliScene();
      const [front, back] = ['front', 'back'].map((name) => engine.addContainer({ name }));
      const flags = ['-notify-sighup=front', '-notify-sighup', 'back', '-notify-signal=12'];
      const { exitCode, stderr } = await cli.run(...flags, 'names.hbs', 'out');
      expect(exitCode).toBe(0);
      expect(engine.signals).toEqual([
        { container: front, signal: '1' },
        { container: back, signal: '1' },
      ]);
      expect(stderr).toContain("Sending container 'front' signal '1'");
    },
  },
  'notify-container': {
    'sends -notify-signal to each container that it names, by name or ID': async () => {
      const { engine, cli } = await aCliScene();
      const [front = '', back = ''] = ['front', 'back'].map((name) =>
        engine.addContainer({ name }),
      );
      const flags = ['-notify-container', 'front', `-notify-container=${back.slice(0, 12)}`];
      expect((await cli.run(...flags, '-notify-signal=10', 'names.hbs', 'out')).exitCode).toBe(0);
      expect(engine.signals).toEqual([
        { container: front, signal: '10' },
        { container: back, signal: '10' },
      ]);
    },
  },
  'notify-filter': {
    'sends -notify-signal to all running containers that fit': async () => {
      const { engine, cli } = await aCliScene();
      const labels = { tier: 'edge' };
      const ids = ['one', 'two'].map((name) => engine.addContainer({ name, labels }));
      engine.addContainer({ name: 'off', labels, running: false });
      engine.addContainer({ name: 'other' });
      engine.onList = (wire) => wire.Config.Labels?.tier === 'edge';
      const { exitCode } = await cli.run('-notify-filter=label=tier=edge', 'names.hbs', 'out');
      expect(exitCode).toBe(0);
      const asked = engine.requests.find(({ query }) => query.get('filters')?.includes('edge'));
      expect(JSON.parse(asked?.query.get('filters') ?? '{}')).toEqual({ label: ['tier=edge'] });
      expect(new Set(engine.signals.map(({ container }) => container))).toEqual(new Set(ids));
      expect(engine.signals.map(({ signal }) => signal)).toEqual(['1', '1']);
    },
  },
  'notify-signal': {
    'is a number, HUP by default': async () => {
      const { engine, cli } = await aCliScene();
      const container = engine.addContainer({ name: 'front' });
      await cli.run('-notify-container=front', 'names.hbs', 'a');
      await cli.run('-notify-container=front', '-notify-signal', '12', 'names.hbs', 'b');
      expect(engine.signals).toEqual([
        { container, signal: '1' },
        { container, signal: '12' },
      ]);
    },
    '-1 restarts, with ten seconds to end': async () => {
      const { engine, cli } = await aCliScene();
      engine.addContainer({ name: 'front' });
      const flags = ['-notify-container', 'front', '-notify-signal', '-1'];
      expect((await cli.run(...flags, 'names.hbs', 'out')).exitCode).toBe(0);
      const restart = engine.requests.find(({ path }) => path.endsWith('/restart'));
      expect(restart?.query.get('t')).toBe('10');
      expect(engine.signals).toEqual([]);
    },
  },
  'event-filter': {
    'renders at further events, and narrows nothing': async () => {
      const { engine, cli, names } = await aCliScene();
      const web = engine.addContainer({ name: 'web' });
      const watch = cli.start('-watch', '-event-filter', 'event=exec_die', 'names.hbs', 'out');
      await expect.poll(names).toEqual(['web']);
      await expect.poll(() => engine.subscribers).toBe(2);
      const filters = engine.requests
        .filter(({ path }) => path === '/events')
        .map(({ query }) => JSON.parse(query.get('filters') ?? '{}'));
      expect(filters).toContainEqual({ event: ['exec_die'] });
      expect(watch.log()).not.toContain('did not change');
      engine.emit('exec_die', web, { exitCode: '0' });
      await expect.poll(watch.log).toContain('did not change');
      await expect
        .poll(watch.log)
        .toContain(`Received event exec_die for container ${web.slice(0, 12)}`);
      engine.stop(web);
      await expect.poll(names).toEqual([]);
    },
  },
  endpoint: {
    'goes before DOCKER_HOST': async () => {
      const { engine, cli } = await aCliScene();
      engine.addContainer({ name: 'web' });
      const here = await BuiltCli.create({ DOCKER_HOST: 'unix:///nowhere.sock' });
      await writeFile(`${here.folder}/n.hbs`, '{{len containers}}');
      expect((await here.run('-endpoint', engine.endpoint, 'n.hbs')).stdout).toBe('1');
      const lost = await cli.run('-endpoint=unix:///nowhere.sock', 'names.hbs');
      expect(lost).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('/nowhere.sock') });
    },
  },
  tlscert: {
    'and -tlskey are shown to an engine that asks who is there': async () => {
      const { cli, endpoint, file } = await overTls();
      const known = ['-tlscacert', file('ca.pem'), '-endpoint', endpoint, 'names.hbs'];
      const stranger = await cli.run(...known);
      expect(stranger).toMatchObject({ exitCode: 4, stdout: '' });
      const pair = ['-tlscert', file('cert.pem'), '-tlskey', file('key.pem')];
      expect(await cli.run(...pair, ...known)).toMatchObject({ exitCode: 0, stdout: 'web' });
    },
    'has to be there': () => isMissing('-tlscert'),
  },
  tlskey: { 'has to be there': () => isMissing('-tlskey') },
  tlscacert: {
    'is whom the engine has to be known by': async () => {
      const { cli, endpoint, file } = await overTls();
      const other = await aFolder();
      await makeCertificates(other);
      const pair = ['-tlscert', file('cert.pem'), '-tlskey', file('key.pem')];
      const strange = ['-tlscacert', `${other}/ca.pem`, '-endpoint', endpoint, 'names.hbs'];
      expect(await cli.run(...pair, ...strange)).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining('not trusted'),
      });
    },
    'alone turns TLS on': async () => {
      const { cli, write, file } = await aCliScene();
      await write('ca.pem', 'no certificate');
      const args = ['-endpoint', 'tcp://127.0.0.1:1', 'names.hbs'];
      const plain = await cli.run(...args);
      expect(plain.stderr).toContain('tcp://127.0.0.1:1');
      const named = await cli.run('-tlscacert', file('ca.pem'), ...args);
      expect(named.stderr).toContain('https://127.0.0.1:1');
    },
    'has to be there': () => isMissing('-tlscacert'),
  },
  tlsverify: {
    'insists on an authority to verify with': async () => {
      const cli = await BuiltCli.create({ DOCKER_CERT_PATH: '/no/certificates' });
      const ran = await cli.run('-tlsverify', '-endpoint=tcp://127.0.0.1:1', 'x.hbs');
      // The template is not looked at before the engine's address is known.
      expect(ran).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('/no/certificates/ca.pem'),
      });
    },
  },
};

/** Containers that differ in their ports. */
async function opened() {
  const scene = await aCliScene();
  const { engine } = scene;
  engine.addContainer({ name: 'plain', exposed: [] });
  engine.addContainer({ name: 'open', labels: { tier: 'web' } });
  engine.addContainer({ name: 'udp', exposed: ['53/udp'], labels: { tier: 'web' } });
  const published = engine.addContainer({ name: 'published' });
  engine.container(published).NetworkSettings.Ports = {
    '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }],
  };
  return scene;
}

async function isMissing(flag: string): Promise<void> {
  const { cli } = await aCliScene();
  const { exitCode, stderr } = await cli.run(flag, 'none.pem', 'names.hbs');
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`-${flag} names`);
  expect(stderr).toContain('none.pem');
}

showRows('flag', FLAG_ROWS, {
  names: (FLAGS as readonly Flag[]).filter((flag) => flag.dockerGen).map(({ name }) => name),
  count: 22,
});
