import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BuiltCli } from '../support/built-cli.ts';
import { FakeEngine } from '../support/fake-engine.ts';

it("renders the README's template as the README says", async () => {
  const [, template = ''] =
    (await readFile('README.md', 'utf8')).match(/```handlebars\n(.*?)```/s) ?? [];
  await using engine = await FakeEngine.create();
  engine.addContainer({ name: 'both', env: { VIRTUAL_HOST: 'a.example,b.example' } });
  engine.addContainer({ name: 'one', env: { VIRTUAL_HOST: 'b.example' } });
  engine.addContainer({ name: 'none' });
  const cli = await BuiltCli.create({ DOCKER_HOST: engine.endpoint });
  await writeFile(join(cli.folder, 'my.hbs'), template);
  const { stdout } = await cli.run('my.hbs');
  expect(stdout.replaceAll(/\d+(\.\d+){3}/g, 'IP').split('\n')).toEqual([
    'upstream a.example {',
    '  server IP; # both',
    '}',
    'upstream b.example {',
    '  server IP; # one',
    '  server IP; # both',
    '}',
  ]);
});

it('names tests that exist for each fault', async () => {
  const rows = (await readFile('docs/faults.md', 'utf8')).match(/^\| [^|-].*\|$/gm) ?? [];
  const faults = rows.filter((row) => !row.startsWith('| what happens'));
  expect(faults.length).toBeGreaterThan(20);
  for (const row of faults) {
    const tests = [...row.matchAll(/`((?:integration|e2e)\/[^`]+)`/g)].map(([, path]) => path);
    expect(tests, row).not.toEqual([]);
    for (const path of tests) await access(`test/${path}`);
  }
});
