import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { NAMES } from '../support/cli-scene.ts';
import { Engine } from '../support/engine.ts';
import { RUN_LABEL } from '../support/session.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { Workspace } from '../support/workspace.ts';

// What the engine itself says is the expectation: the same filters go to tsgen and to docker ps.

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));

/** Nobody else's containers on the same engine. */
const OWN = `label=${RUN_LABEL}=${workspace.id}`;

let folder: string;
let network: string;
let volume: string;
/** Of the container `inner`. */
let id: string;
/** On this machine, of the container `published`. */
let hostPort: string;

const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => writeFile(path(name), text);
/** The parts of the names that a text holds, one a line. */
const partsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(workspace.name(''), ''))
    .toSorted();
const rendered = async (name = 'out') =>
  partsOf(await readFile(path(name), 'utf8').catch(() => ''));

beforeAll(async () => {
  folder = await workspace.folder('files');
  await write('names.hbs', NAMES);
  network = await workspace.network('net');
  volume = await workspace.volume('data');
  const run = (part: string, ...args: readonly string[]) =>
    workspace.run(part, images.backend, { args: ['--stop-timeout=1', ...args] });

  await run('plain', '--label=tier=web', '--label=zone=a');
  const published = await run('published', '--publish=127.0.0.1::80', '--label=tier=web');
  await run('many', '--expose=8080', '--expose=53/udp', '--label=tier=data');
  const inner = await run('inner', `--network=${network}`, `--volume=${volume}:/data`);
  id = (await engine.inspect(inner)).Id;
  await workspace.run('named', images.checkedBackend, { args: ['--stop-timeout=1'] });
  await engine.pause(await run('paused', '--label=tier=web'));
  await engine.docker(['kill', await run('killed', '--label=tier=web')]);
  await workspace.create('created', images.backend, { args: [`--volume=${volume}:/data`] });
  hostPort = (await engine.docker(['port', published, '80/tcp'])).split(':').at(-1) ?? '';
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe('container filters, beside docker ps --filter', () => {
  type Row = readonly [filters: () => readonly string[], expected: readonly string[]];

  it.concurrent.each<[string, ...Row]>([
    ['name, as an expression', () => [`name=^/?${workspace.name('p')}`], ['plain', 'published']],
    [
      'name, of which one is enough',
      () => [`name=${workspace.name('plain')}`, `name=${workspace.name('many')}`],
      ['many', 'plain'],
    ],
    ['expose', () => ['expose=8080'], ['many']],
    ['expose, a range', () => ['expose=8000-8999/tcp'], ['many']],
    ['expose, another protocol', () => ['expose=50-60/udp'], ['many']],
    ['publish, of the host', () => [`publish=${hostPort}`], ['published']],
    [
      'publish and expose as one key',
      () => [`publish=${hostPort}/tcp`, 'expose=53/udp'],
      ['many', 'published'],
    ],
    ['network', () => [`network=${network}`], ['inner']],
    ['volume, by name', () => [`volume=${volume}`], ['inner']],
    ['volume, by its place', () => ['volume=/data'], ['inner']],
    ['ancestor', () => [`ancestor=${images.checkedBackend}`], ['named']],
    ['label, with and without a value', () => ['label=tier=web', 'label=zone'], ['plain']],
    ['different keys, which must all fit', () => ['label=tier', 'expose=8080'], ['many']],
    ['status', () => ['status=paused'], ['paused']],
    [
      'status, several',
      () => ['status=exited', 'status=created', 'status=paused'],
      ['created', 'killed', 'paused'],
    ],
    ['exited', () => ['status=exited', 'exited=137', 'label=tier=web'], ['killed']],
    ['since', () => [`since=${workspace.name('many')}`], ['inner', 'named']],
    ['before', () => [`before=${workspace.name('many')}`], ['plain', 'published']],
    ['id, by its beginning', () => [`id=${id.slice(0, 8)}`], ['inner']],
    ['id, by another part', () => [`id=${id.slice(4, 24)}`], []],
    ['id, as an expression', () => [`id=^${id}$`], []],
  ])('%s', async (_, filtersOf, expected) => {
    const filters = [OWN, ...filtersOf()];
    // Without a status docker ps shows paused ones too, to which nobody could send a request.
    const isByStatus = filters.some((filter) => filter.startsWith('status='));
    const running = isByStatus ? [] : ['--filter=status=running'];
    const listed = await engine.docker([
      ...['ps', '--format={{.Names}}', ...running],
      ...filters.map((filter) => `--filter=${filter}`),
    ]);
    const flags = filters.map((filter) => `-container-filter=${filter}`);
    const { code, out, err } = await TsgenProcess.run(workspace, [...flags, path('names.hbs')]);
    expect(code, err).toBe(0);
    expect(partsOf(out)).toEqual(partsOf(listed));
    expect(partsOf(out)).toEqual(expected);
  });

  it('with -include-stopped, beside docker ps --all', async () => {
    const filters = [OWN, 'label=tier=web'];
    const listed = await engine.docker([
      ...['ps', '--all', '--format={{.Names}}', ...filters.map((filter) => `--filter=${filter}`)],
    ]);
    const flags = filters.map((filter) => `-container-filter=${filter}`);
    const args = ['-include-stopped', ...flags, path('names.hbs')];
    const { out } = await TsgenProcess.run(workspace, args);
    expect(partsOf(out)).toEqual(partsOf(listed));
    expect(partsOf(out)).toEqual(['killed', 'paused', 'plain', 'published']);
  });

  it('are asked again of what comes while a watch runs', async () => {
    const flags = [OWN, `ancestor=${images.checkedBackend}`, `network=${network}`];
    await TsgenProcess.start(workspace, [
      ...flags.map((filter) => `-container-filter=${filter}`),
      ...['-watch', path('names.hbs'), path('followed')],
    ]);
    // Neither has both yet.
    const start = (part: string, image: string, ...args: readonly string[]) =>
      workspace.run(part, image, { args: ['--stop-timeout=1', ...args] });
    await start('late', images.checkedBackend, `--network=${network}`);
    await expect.poll(() => rendered('followed')).toEqual(['late']);
    await start('elsewhere', images.checkedBackend);
    await start('later', images.checkedBackend, `--network=${network}`);
    await expect.poll(() => rendered('followed')).toEqual(['late', 'later']);
    await engine.docker(['network', 'connect', network, workspace.name('elsewhere')]);
    await expect.poll(() => rendered('followed')).toEqual(['elsewhere', 'late', 'later']);
    const gone = ['late', 'later', 'elsewhere'].map((part) => workspace.name(part));
    await engine.docker(['rm', '-f', ...gone]);
    await expect.poll(() => rendered('followed')).toEqual([]);
  });
});

describe('-event-filter', () => {
  it('renders at the events that fit, and at no other of the same container', async () => {
    const name = workspace.name('plain');
    const { Id } = await engine.inspect(name);
    const tsgen = await TsgenProcess.start(workspace, [
      ...[`-container-filter=${OWN}`, `-event-filter=container=${name}`],
      ...['-event-filter=event=archive-path', '-event-filter=event=exec_die'],
      ...['-watch', path('names.hbs'), path('events')],
    ]);
    const received = (action = '') => tsgen.logged(`Received event ${action}`).map(afterDate);
    const exec = (container: string) => engine.docker(['exec', container, '/bin/busybox', 'true']);
    // Its stream may open after the first rendering; how many of these come through it is all one.
    await expect
      .poll(async () => {
        await engine.docker(['cp', `${name}:/etc/hostname`, '-']);
        return received('archive-path').length;
      }, BY_ENGINE)
      .toBeGreaterThan(0);

    await engine.docker(['top', name]);
    await exec(workspace.name('many'));
    await exec(name);
    await expect.poll(() => received('exec_die')).toHaveLength(1);
    // One for each of exec_create, exec_start and top would have come before it. What others do to
    // containers of their own is told, too.
    const ofThese = received().filter(
      (line) => /event (exec|top|archive)/.test(line) || line.includes(Id.slice(0, 12)),
    );
    expect(new Set(ofThese)).toEqual(
      new Set(
        ['archive-path', 'exec_die'].map(
          (action) => `Received event ${action} for container ${Id.slice(0, 12)}`,
        ),
      ),
    );
    await expect.poll(() => renderedSince(tsgen.err, 'Received event exec_die')).toBe(true);
  });

  const afterDate = (line: string) => line.slice(line.indexOf('Received'));

  /** Whether the log tells of a rendering after the last line with a text. */
  const renderedSince = (log: string, text: string) =>
    log.slice(log.lastIndexOf(text)).includes(`Contents of ${path('events')} did not change`);
});

describe('a configuration file under a running watch', () => {
  const config = (label: string, dest: string) => `[[config]]
template = "${path('names.hbs')}"
${dest} = "${path('configured')}"
watch = true

  [config.ContainerFilter]
  label = ["${RUN_LABEL}=${workspace.id}", "${label}"]
`;

  it('keeps the last good settings while it is broken, and takes the next good ones', async () => {
    await write('c.toml', config('tier=web', 'dest'));
    const tsgen = await TsgenProcess.start(workspace, ['-config', path('c.toml')]);
    const configured = () => rendered('configured');
    await expect.poll(configured).toEqual(['plain', 'published']);

    await write('c.toml', config('tier=data', 'dset'));
    const complaint = 'c.toml:3: dset: there is no such key; did you mean dest?';
    await expect.poll(() => tsgen.logged(complaint)).toHaveLength(1);
    await workspace.run('added', images.backend, {
      args: ['--stop-timeout=1', '--label=tier=web'],
    });
    await expect.poll(configured).toEqual(['added', 'plain', 'published']);

    // As editors do it: a new file in the old one's place.
    await write('c.new', config('tier=data', 'dest'));
    await rename(path('c.new'), path('c.toml'));
    await expect.poll(configured).toEqual(['many']);
    expect(tsgen.logged(complaint)).toHaveLength(1);
    await engine.docker(['rm', '-f', workspace.name('added')]);
    tsgen.signal('SIGTERM');
    expect(await tsgen.ended).toEqual({ code: 0, signal: null });
  });
});
