import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { Engine } from '../support/engine.ts';
import { RUN_LABEL } from '../support/session.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
let folder: string;
let count = 0;

beforeEach(async () => {
  count += 1;
  folder = await workspace.folder(`files-${count}`);
  await mkdir(join(folder, 'sites'));
  await mkdir(join(folder, 'partials'));
});

afterAll(() => workspace[Symbol.asyncDispose]());

const file = (name: string) => join(folder, name);
const write = (name: string, text: string) => writeFile(file(name), text);
const expectText = (name: string, text: string) =>
  vi.waitFor(async () => expect(await readFile(file(name), 'utf8')).toBe(text), BY_ENGINE);
const expectSites = (...names: string[]) =>
  vi.waitFor(async () => expect((await readdir(file('sites'))).sort()).toEqual(names), BY_ENGINE);

/** Renders `main.hbs` and its set from the containers of this file alone. */
const start = (...args: string[]) =>
  TsgenProcess.start(workspace, [
    '--watch',
    `--container-filter=label=${RUN_LABEL}=${workspace.id}`,
    `--partials=${file('partials')}`,
    ...args,
    `${file('main.hbs')};${file('lib.hbs')}`,
    file('main.conf'),
  ]);

describe('a watch', () => {
  it('renders again when its template, its set, a partial or an included file changes', async () => {
    await write('main.hbs', `{{> head}}\n{{> line}}\n{{include "${file('text')}"}}\n`);
    await write('lib.hbs', '{{#*inline "line"}}\nline\n{{/inline}}\n');
    await write('partials/head.hbs', 'head\n');
    const tsgen = await start();
    await expectText('main.conf', 'head\nline\n');
    await write('text', 'included\n');
    await expectText('main.conf', 'head\nline\nincluded\n');
    await write('partials/head.hbs', 'other head\n');
    await expectText('main.conf', 'other head\nline\nincluded\n');
    await write('lib.hbs', '{{> nowhere}}\n');
    await vi.waitFor(() => expect(tsgen.logged('no partial "nowhere"')).toHaveLength(1), BY_ENGINE);
    await expectText('main.conf', 'other head\nline\nincluded\n');
    await write('lib.hbs', '{{#*inline "line"}}\nmended\n{{/inline}}\n');
    await expectText('main.conf', 'other head\nmended\nincluded\n');
    await tsgen[Symbol.asyncDispose]();
  });

  it('writes a file for each container, and takes it away with the container', async () => {
    await write('lib.hbs', '');
    await write(
      'main.hbs',
      `{{#each (sortObjectsByKeysAsc containers "Env.SITE")}}
{{Env.SITE}}
{{#writeFile (concat "sites/" Env.SITE)}}
{{#each Networks}}{{IP}}{{/each}}
{{/writeFile}}
{{/each}}
`,
    );
    await write('mine', 'precious\n');
    const run = (part: string, site: string) =>
      workspace.run(part, images.backend, { env: { SITE: site }, args: ['--stop-timeout=1'] });
    await run('a', 'a.conf');
    const second = await run('b', 'b.conf');
    const tsgen = await start('--notify', `cat ${file('sites')}/* >> ${file('told')}`);
    await expectSites('a.conf', 'b.conf');
    const { NetworkSettings } = await engine.inspect(second);
    const [network] = Object.values(NetworkSettings.Networks);
    await expectText('sites/b.conf', `${network?.IPAddress}\n`);
    await run('evil', '../mine');
    await vi.waitFor(() => expect(tsgen.logged('is left out')).toHaveLength(1), BY_ENGINE);
    await engine.docker(['rm', '-f', second]);
    await expectSites('a.conf');
    await expectText('mine', 'precious\n');
    await expectText('main.conf', '../mine\na.conf\n');
    await tsgen[Symbol.asyncDispose]();
  });
});
