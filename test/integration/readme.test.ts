import { readFile, writeFile } from 'node:fs/promises';
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
