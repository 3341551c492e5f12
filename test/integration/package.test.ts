import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROXY_BY_TEMPLATE } from '../../src/proxies/index.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { aFolder } from '../support/temporary-folder.ts';

/** What `npm pack` makes, and what is in it. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let packed: Packed;
let tarball: string;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tsgen-pack-'));
  // --ignore-scripts: dist/ was built for this run already.
  const { stdout } = await execa('npm', [
    'pack',
    '--json',
    '--ignore-scripts',
    `--pack-destination=${scratch}`,
  ]);
  const [only] = JSON.parse(stdout) as Packed[];
  if (!only) throw new Error(`npm pack made nothing: ${stdout}`);
  packed = only;
  tarball = join(scratch, packed.filename);
});

afterAll(() => rm(scratch, { recursive: true }));

/** The text of a built file, and of all that it imports before it runs. */
async function loadedBy(file: string): Promise<string> {
  const texts = new Map<string, string>();
  const load = async (one: string): Promise<void> => {
    if (texts.has(one)) return;
    const text = await readFile(one, 'utf8');
    texts.set(one, text);
    for (const [, from, bare] of text.matchAll(/\bfrom"(\.[^"]+)"|^import"(\.[^"]+)"/gm)) {
      await load(join(dirname(one), from ?? bare ?? ''));
    }
  };
  await load(file);
  return [...texts.values()].join('\n');
}

/** The file of that name that a built text loads when it comes to it. */
function laterOf(text: string, name: string): string {
  const [, path] = new RegExp(`import\\("\\./(${name}-[^"]+)"\\)`).exec(text) ?? [];
  if (path === undefined) throw new Error(`Nothing loads ${name} later`);
  return path;
}

describe('the npm package', () => {
  it('holds just what a user needs', async () => {
    const templates = (await readdir('templates'))
      .filter((name) => name.endsWith('.hbs'))
      .map((name) => `templates/${name}`);
    // Whatever is bundled for a proxy has a template in the package.
    expect(templates.map((path) => path.slice('templates/'.length)).sort()).toEqual(
      [...PROXY_BY_TEMPLATE.keys()].sort(),
    );
    const partials = (await readdir('templates/partials')).map(
      (name) => `templates/partials/${name}`,
    );
    const examples = (await readdir('templates/examples')).map(
      (name) => `templates/examples/${name}`,
    );
    const chunks = (await readdir('dist/chunks')).map((name) => `dist/chunks/${name}`);
    expect(packed.files.map(({ path }) => path).sort()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'dist/THIRD-PARTY-LICENSES.txt',
        'dist/tsgen.js',
        'package.json',
        ...chunks,
        ...templates,
        ...partials,
        ...examples,
      ].sort(),
    );
  });

  it('loads next to nothing to say its version, and no engine’s client or template engine to say what it can do', async () => {
    const entry = await loadedBy('dist/tsgen.js');
    expect(entry).toContain('"--version"');
    expect(entry.length).toBeLessThan(2_048);
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    for (const flag of ['--version', '-version', '-v']) {
      expect((await execa(process.execPath, ['dist/tsgen.js', flag])).stdout).toBe(version);
    }
    const main = await loadedBy(join('dist', laterOf(entry, 'chunks/main')));
    const commands = await loadedBy(join('dist/chunks', laterOf(main, 'program')));
    expect(commands).toContain('enablePositionalOptions');
    expect(commands).not.toMatch(/dockerode|Handlebars\b|readdirp/);
  });

  it('carries the licences of what is bundled, and nothing of what is left out', async () => {
    const licences = await readFile('dist/THIRD-PARTY-LICENSES.txt', 'utf8');
    expect(licences).toMatch(/^handlebars \d/m);
    expect(licences).toMatch(/^dockerode \d/m);
    for (const leftOut of ['ssh2', '@grpc/grpc-js', 'protobufjs']) {
      expect(licences).not.toContain(`\n${leftOut} `);
    }
  });

  it('works where it is installed: an empty folder, without any other package, and tells node what memory to use', async () => {
    const folder = await aFolder();
    await writeFile(join(folder, 'package.json'), '{"private": true}');
    await execa('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], {
      cwd: folder,
    });
    expect(
      (await readdir(join(folder, 'node_modules'))).filter((name) => !name.startsWith('.')),
    ).toEqual(['tsgen']);

    const tsgen = join(folder, 'node_modules/.bin/tsgen');
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect((await execa(tsgen, ['--version'], { cwd: folder })).stdout).toBe(version);

    // Who stands in node's place says what it is given.
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'node'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    const given = ['a b', '$HOME', '"', "'", '*'];
    const PATH = [bin, process.env.PATH].join(delimiter);
    const { stdout: started } = await execa(tsgen, given, { cwd: folder, env: { PATH } });
    expect(started.split('\n')).toEqual(['--max-semi-space-size=4', tsgen, ...given]);

    await using engine = await FakeEngine.create();
    engine.addContainer({ name: 'web-1', env: { VIRTUAL_HOST: 'app.example' } });
    const { stdout } = await execa(tsgen, ['nginx.conf.hbs'], {
      cwd: folder,
      env: { DOCKER_HOST: engine.endpoint },
    });
    expect(stdout).toContain('server_name app.example;');
    expect(stdout).toMatch(/server [\d.]+:\d+ max_fails=0; # web-1, over network/);
  });
});
