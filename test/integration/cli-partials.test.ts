import { mkdir, rename, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { aCliScene } from '../support/cli-scene.ts';

/** An engine with one container, and partials in files and folders. */
async function scene() {
  const made = await aCliScene();
  made.engine.addContainer({ name: 'web' });
  for (const folder of ['one', 'two/deep']) {
    await mkdir(made.file(folder), { recursive: true });
  }
  await made.write('one/tail.hbs', 'tail of one\n');
  await made.write('two/tail.hbs', 'tail of two\n');
  await made.write('two/deep/end.hbs', 'end\n');
  await made.write(
    'header.hbs',
    '{{#*inline "name"}}\n{{containers.[0].Name}}\n{{/inline}}\nheader\n',
  );
  await made.write('set.hbs', '{{> header.hbs}}\n{{> name}}\n');
  await made.write('folders.hbs', '{{> tail}}\n{{> deep/end}}\n');
  return made;
}

describe('a template of several files, a.hbs;b.hbs,', () => {
  it('is the first one, to which the others are partials', async () => {
    const { cli } = await scene();
    const { stdout, exitCode } = await cli.run('set.hbs;header.hbs');
    expect({ stdout, exitCode }).toEqual({ stdout: 'header\nweb', exitCode: 0 });
  });

  it('is what --template, template = "…", diff, lint and --from take too', async () => {
    const { cli, file, write, text } = await scene();
    const set = 'set.hbs;header.hbs';
    expect((await cli.run('--template', set, '--once', '--dest', 'out')).exitCode).toBe(0);
    expect(await text('out')).toBe('header\nweb\n');
    expect((await cli.run('diff', set, 'out')).exitCode).toBe(0);
    await write('c.toml', `[[config]]\ntemplate = "${set}"\ndest = "other"\n`);
    expect((await cli.run('--config', 'c.toml')).exitCode).toBe(0);
    expect(await text('other')).toBe('header\nweb\n');
    const { stdout } = await cli.run('inventory', '--full');
    await write('inventory.json', stdout);
    expect((await cli.run('--from', 'inventory.json', set)).stdout).toBe('header\nweb');
    expect((await cli.run('lint', set)).stdout).toBe(`${set}: in order`);
    await write('header.hbs', 'x\n{{> nowhere}}\n');
    const { stdout: faults, exitCode } = await cli.run('lint', set);
    expect(exitCode).toBe(5);
    expect(faults).toContain('header.hbs:2:1: there is no partial "nowhere"');
    expect(faults).toContain('set.hbs:2:1: there is no partial "name"');
    expect(faults).not.toContain(file(''));
  });

  it('is watched in all its files', async () => {
    const { cli, write, text } = await scene();
    const watch = cli.start('--watch', 'set.hbs;header.hbs', 'out');
    await expect.poll(() => text('out')).toBe('header\nweb\n');
    await write('header.hbs', '{{#*inline "name"}}\nother\n{{/inline}}\n');
    await expect.poll(() => text('out')).toBe('other\n');
    // A one-shot for the same destination asks the watch, if it means the same files.
    expect((await cli.run('set.hbs;header.hbs', 'out')).exitCode).toBe(0);
    const { exitCode, stderr } = await cli.run('set.hbs', 'out');
    expect({ exitCode, stderr }).toEqual({ exitCode: 9, stderr: expect.stringContaining('owned') });
    expect(watch.log()).not.toContain('ERROR');
  });

  it.each<[string, string, string]>([
    ['one that is not there', 'set.hbs;none.hbs', 'none.hbs: it does not exist'],
    ['none at all', ';', 'There is no template'],
  ])('is refused with %s', async (_, template, message) => {
    const { cli } = await scene();
    expect((await cli.run(template)).stderr).toContain(message);
  });

  it('may add to a bundled template, whose destination it keeps', async () => {
    const { cli, write } = await scene();
    await write('extra.hbs', '');
    const { stderr } = await cli.run('diff', '--template', 'nginx.conf.hbs;extra.hbs');
    expect(stderr).toBe('');
  });
});

describe('--partials', () => {
  it('takes partials from folders, of two of one name that of the first', async () => {
    const { cli } = await scene();
    const run = async (...folders: string[]) =>
      (await cli.run(...folders.flatMap((one) => ['--partials', one]), 'folders.hbs')).stdout;
    expect(await run('one', 'two')).toBe('tail of one\nend');
    expect(await run('two', 'one')).toBe('tail of two\nend');
  });

  it('goes before the bundled ones, and behind the files of the set', async () => {
    const { cli, write } = await scene();
    await write('one/nginx-headers.hbs', 'own\n');
    await write('t.hbs', '{{> nginx-headers}}\n{{> tail}}\n');
    await write('tail.hbs', 'tail of the set\n');
    const { stdout } = await cli.run('--partials', 'one', 't.hbs;tail.hbs');
    expect(stdout).toBe('own\ntail of the set');
  });

  it('is a list in a configuration file, and understood by lint', async () => {
    const { cli, write, text } = await scene();
    await write(
      'c.toml',
      '[[config]]\ntemplate = "folders.hbs"\ndest = "out"\npartials = ["one", "two"]\n',
    );
    expect((await cli.run('--config', 'c.toml')).exitCode).toBe(0);
    expect(await text('out')).toBe('tail of one\nend\n');
    expect((await cli.run('lint', '--config', 'c.toml')).stdout).toBe('folders.hbs: in order');
    expect((await cli.run('lint', '--partials', 'two', 'folders.hbs')).exitCode).toBe(0);
    expect((await cli.run('lint', 'folders.hbs')).stdout).toContain('there is no partial "tail"');
  });

  it('names a folder that is not there', async () => {
    const { cli } = await scene();
    const { exitCode, stderr } = await cli.run('--partials', 'nowhere', 'folders.hbs');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 5,
      stderr: expect.stringContaining('nowhere: it does not exist'),
    });
  });

  it('is watched: for a partial that changes, comes, or is in a folder that comes', async () => {
    const { cli, write, text, file } = await scene();
    cli.start('--watch', '--partials', 'one', '--partials', 'two', 'folders.hbs', 'out');
    const becomes = (content: string) => expect.poll(() => text('out')).toBe(content);
    await becomes('tail of one\nend\n');
    await write('one/tail.hbs', 'new tail\n');
    await becomes('new tail\nend\n');
    await rm(file('one/tail.hbs'));
    await becomes('tail of two\nend\n');
    await write('one/tail.hbs', 'it comes\n');
    await becomes('it comes\nend\n');
    await mkdir(file('made/deep'), { recursive: true });
    await write('made/deep/end.hbs', 'end of one\n');
    await rename(file('made/deep'), file('one/deep'));
    await becomes('it comes\nend of one\n');
    await write('one/deep/end.hbs', 'other end\n');
    await becomes('it comes\nother end\n');
  });
});
