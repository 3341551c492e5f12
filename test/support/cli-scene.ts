import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BuiltCli } from './built-cli.ts';
import { FakeEngine } from './fake-engine.ts';

/** A template that lists the names of the containers, one a line. */
export const NAMES = '{{#each containers}}\n{{Name}}\n{{/each}}\n';

/** A built command line, an empty engine, and `names.hbs` that lists the containers' names. */
export async function aCliScene(env: Readonly<Record<string, string>> = {}) {
  const engine = await FakeEngine.create();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  const cli = await BuiltCli.create({ DOCKER_HOST: engine.endpoint, ...env });
  const file = (name: string) => join(cli.folder, name);
  const text = async (name: string) => await readFile(file(name), 'utf8').catch(() => '');
  const lines = async (name: string) => (await text(name)).split('\n').filter(Boolean);
  await writeFile(file('names.hbs'), NAMES);
  return {
    engine,
    cli,
    file,
    text,
    lines,
    write: (name: string, content: string) => writeFile(file(name), content),
    /** The names in a file that `names.hbs` was rendered to. */
    names: async (name = 'out') => (await lines(name)).sort(),
    /** The names that a one-shot prints. */
    printed: async (...args: string[]) => {
      const { stdout } = await cli.run(...args, 'names.hbs');
      return stdout.split('\n').filter(Boolean).sort();
    },
  };
}
