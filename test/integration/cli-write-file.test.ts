import { chmod, mkdir, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { aCliScene } from '../support/cli-scene.ts';

/** One file for each container, which is named by what the container says, and a list of them. */
const TEMPLATE = `{{#each containers}}
{{Name}}
{{#writeFile (concat "sites/" Env.FILE)}}
site {{Name}}
{{/writeFile}}
{{/each}}
`;

async function scene() {
  const made = await aCliScene();
  const { engine, cli, file } = made;
  await mkdir(file('conf/sites'), { recursive: true });
  await made.write('t.hbs', TEMPLATE);
  return {
    ...made,
    /** A container whose file is to have this name. */
    container: (name: string, as = `${name}.conf`) =>
      engine.addContainer({ name, env: { FILE: as } }),
    once: (...args: string[]) => cli.run(...args, 't.hbs', 'conf/main'),
    sites: async () => (await readdir(file('conf/sites'))).sort(),
    manifest: async () => {
      const text = await readFile(file('conf/.tsgen/main/manifest.json'), 'utf8').catch(() => '{}');
      const { files = [] } = JSON.parse(text) as { files?: { path: string }[] };
      return files.map(({ path }) => path);
    },
  };
}

describe('a one-shot of a template that writes several files', () => {
  it('writes them all, those that changed the next time, and removes what is no more', async () => {
    const { container, once, sites, text, file, engine, manifest } = await scene();
    const web = container('web');
    container('db');
    expect((await once()).exitCode).toBe(0);
    expect(await sites()).toEqual(['db.conf', 'web.conf']);
    expect(await text('conf/sites/web.conf')).toBe('site web\n');
    const before = await stat(file('conf/sites/db.conf'));
    engine.remove(web);
    container('new');
    const { stderr } = await once('--notify', 'echo told');
    expect(await sites()).toEqual(['db.conf', 'new.conf']);
    expect(stderr).toContain(`Wrote '${file('conf/sites/new.conf')}'`);
    expect(stderr).toContain(`Removed '${file('conf/sites/web.conf')}'`);
    expect(await stat(file('conf/sites/db.conf'))).toMatchObject({
      ino: before.ino,
      mtimeMs: before.mtimeMs,
    });
    expect((await once('--notify', 'echo told')).stderr).toContain('did not change');
    expect(await manifest()).toEqual(['db', 'new'].map((one) => file(`conf/sites/${one}.conf`)));
  });

  it('leaves nothing behind when the template writes no files any more', async () => {
    const { container, once, sites, write, file } = await scene();
    container('web');
    await once();
    await write('t.hbs', 'x\n');
    expect((await once()).exitCode).toBe(0);
    expect(await sites()).toEqual([]);
    expect(await readdir(file('conf'))).toEqual(['main', 'sites']);
  });

  it('notifies when a side file alone has changed, or somebody took it away', async () => {
    const { container, once, text, write, file } = await scene();
    container('web');
    const notify = ['--notify', `echo told >> ${file('told')}`];
    await once(...notify);
    await write('t.hbs', TEMPLATE.replace('site ', 'new '));
    expect((await once(...notify)).exitCode).toBe(0);
    expect(await text('conf/sites/web.conf')).toBe('new web\n');
    await rm(file('conf/sites/web.conf'));
    await once(...notify);
    expect(await text('conf/sites/web.conf')).toBe('new web\n');
    expect(await text('told')).toBe('told\ntold\ntold\n');
  });

  it('prints them under their names where there is no destination', async () => {
    const { container, cli, sites } = await scene();
    container('web');
    const { stdout } = await cli.run('t.hbs');
    expect(stdout).toBe('web\n==> sites/web.conf <==\nsite web');
    expect(await sites()).toEqual([]);
  });
});

describe('what a container says', () => {
  it('writes to nothing but files of its own in the destination’s folder', async () => {
    const { container, once, sites, write, text, file } = await scene();
    await write('outside', 'precious\n');
    await write('conf/mine', 'precious\n');
    await mkdir(file('elsewhere'));
    await symlink('../../elsewhere', file('conf/sites/link'));
    await symlink('../../outside', file('conf/sites/alias'));
    container('good');
    for (const [index, path] of [
      '../../outside',
      '../mine',
      '../main',
      '../.tsgen/main/manifest.json',
      'link/x',
      'alias',
      'none/x',
      '.htaccess',
      'good.conf',
      `${'x'.repeat(300)}`,
      'a\u0007b',
    ].entries()) {
      container(`bad${index}`, path);
    }
    const { exitCode, stderr } = await once();
    expect(exitCode).toBe(0);
    expect(await sites()).toEqual(['alias', 'good.conf', 'link']);
    expect(await readdir(file('elsewhere'))).toEqual([]);
    expect(await text('outside')).toBe('precious\n');
    expect(await text('conf/mine')).toBe('precious\n');
    expect(await text('conf/main')).toContain('good\n');
    expect(stderr.match(/is left out/g)).toHaveLength(11);
    for (const reason of [
      'leaves the folder of the destination',
      'it is the destination itself',
      "tsgen's own state lies there",
      'tsgen did not write it',
      'a link on the way leads out',
      'it is a symbolic link',
      'there is no folder',
      'begins with a dot',
      'written already',
      'holds control characters',
    ]) {
      expect(stderr).toContain(reason);
    }
  });

  it('cannot have an absolute path, which the template itself can', async () => {
    const { container, cli, write, file, text } = await scene();
    container('web', file('elsewhere'));
    await write(
      't.hbs',
      `x\n{{#writeFile "${file('absolute')}"}}1\n{{/writeFile}}{{#writeFile containers.[0].Env.FILE}}2\n{{/writeFile}}`,
    );
    const { stderr, exitCode } = await cli.run('t.hbs', 'conf/main');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('it is absolute'),
    });
    expect(await text('absolute')).toBe('1\n');
    expect(await text('elsewhere')).toBe('');
  });
});

describe('a file that tsgen did not write', () => {
  it('is neither overwritten nor removed, and an error where the template names it', async () => {
    const { cli, write, text } = await scene();
    await write('conf/extra', 'mine\n');
    await write('t.hbs', 'x\n{{#writeFile "extra"}}new\n{{/writeFile}}');
    const run = () => cli.run('t.hbs', 'conf/main');
    const { exitCode, stderr } = await run();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 7,
      stderr: expect.stringContaining('it is there already, and tsgen did not write it'),
    });
    expect(await text('conf/extra')).toBe('mine\n');
    expect(await text('conf/main')).toBe('');
    // The same bytes are all right, but still somebody else's.
    await write('conf/extra', 'new\n');
    expect((await run()).exitCode).toBe(0);
    await write('t.hbs', 'x\n');
    expect((await run()).exitCode).toBe(0);
    expect(await text('conf/extra')).toBe('new\n');
  });

  it('is one that somebody has changed since, too', async () => {
    const { container, once, write, text, engine, manifest, sites } = await scene();
    const web = container('web');
    await once();
    await write('conf/sites/web.conf', 'changed by hand\n');
    const { exitCode, stderr } = await once();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('somebody has changed it since tsgen wrote it'),
    });
    // As soon as it is as it was, all goes on.
    await write('conf/sites/web.conf', 'site web\n');
    expect((await once()).stderr).not.toContain('changed it');
    await write('conf/sites/web.conf', 'changed by hand\n');
    engine.remove(web);
    expect((await once()).stderr).toContain('is not rendered any more, but stays');
    expect(await text('conf/sites/web.conf')).toBe('changed by hand\n');
    expect(await manifest()).toEqual([]);
    expect((await once()).stderr).not.toContain('stays');
    expect(await sites()).toEqual(['web.conf']);
  });
});

describe('with a check', () => {
  it('all is as before when it says no: new, changed and removed files', async () => {
    const { container, once, sites, write, text, file, engine } = await scene();
    const check = [
      '--check',
      `cat {file} ${file('conf/sites')}/* > ${file('now')}; [ -e ${file('seen')} ] || cp ${file('now')} ${file('seen')}; ! grep -q bad ${file('now')}`,
    ];
    const web = container('web');
    container('db');
    expect((await once(...check)).exitCode).toBe(0);
    await chmod(file('conf/sites/web.conf'), 0o640);
    engine.remove(web);
    container('new', 'new.conf');
    await write('t.hbs', TEMPLATE.replace('site {{Name}}', 'bad {{Name}}'));
    await rm(file('seen'));
    const { exitCode, stderr } = await once(...check);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 6,
      stderr: expect.stringContaining('rejected'),
    });
    expect((await text('seen')).split('\n').sort().join(' ').trim()).toBe('bad db bad new db new');
    expect(await sites()).toEqual(['db.conf', 'web.conf']);
    expect(await text('conf/sites/db.conf')).toBe('site db\n');
    expect(await text('conf/sites/web.conf')).toBe('site web\n');
    expect((await stat(file('conf/sites/web.conf'))).mode & 0o777).toBe(0o640);
    expect(await text('conf/main')).toBe('db\nweb\n');
    await write('t.hbs', TEMPLATE);
    expect((await once(...check)).exitCode).toBe(0);
    expect(await sites()).toEqual(['db.conf', 'new.conf']);
  });

  it('what the live file names stays until the new one is there', async () => {
    const { container, once, write, text, file, engine } = await scene();
    await write(
      't.hbs',
      '{{#each containers}}{{#writeFile (concat "sites/" (sha1 Name))}}{{Name}}{{/writeFile}}sites/{{sha1 Name}}\n{{/each}}',
    );
    // What a proxy would find that is started while the check runs.
    const check = [
      '--check',
      `test -e {file}; cd ${file('conf')}; test ! -e main || cat $(cat main) > ${file('seen')}`,
    ];
    const web = container('web');
    expect((await once(...check)).exitCode).toBe(0);
    engine.remove(web);
    container('db');
    expect(await once(...check)).toMatchObject({ exitCode: 0 });
    expect(await text('seen')).toBe('web');
    const [left, ...more] = (await text('conf/main')).trim().split('\n');
    expect(more).toEqual([]);
    expect(await text(`conf/${left}`)).toBe('db');
  });
});

describe('a watch of a template that writes several files', () => {
  it('follows the containers, and what one left the next one takes over', async () => {
    const { container, cli, sites, text, engine, manifest } = await scene();
    const web = container('web');
    const watch = cli.start('--watch', 't.hbs', 'conf/main');
    await expect.poll(sites).toEqual(['web.conf']);
    const db = engine.addContainer({ name: 'db', env: { FILE: 'db.conf' }, running: false });
    engine.start(db);
    await expect.poll(sites).toEqual(['db.conf', 'web.conf']);
    engine.stop(web);
    await expect.poll(sites).toEqual(['db.conf']);
    await expect.poll(manifest).toHaveLength(1);
    watch.signal('SIGTERM');
    expect((await watch.ended).exitCode).toBe(0);
    engine.stop(db);
    expect((await cli.run('t.hbs', 'conf/main')).exitCode).toBe(0);
    expect(await sites()).toEqual([]);
    expect(await text('conf/main')).toBe('');
  });
});

describe('the commands that change nothing', () => {
  it('diff shows each file: new, changed and to be removed', async () => {
    const { container, cli, once, write, engine, file } = await scene();
    const web = container('web');
    container('db');
    const diff = () => cli.run('diff', 't.hbs', 'conf/main');
    const shown = await diff();
    expect(shown.stdout).toContain(`--- /dev/null\n+++ ${file('conf/sites/web.conf')}`);
    expect(shown.stdout).toContain('+site web');
    expect(shown.exitCode).toBe(1);
    await once();
    expect(await diff()).toMatchObject({ stdout: '', exitCode: 0 });
    engine.remove(web);
    await write('conf/sites/db.conf', 'by hand\n');
    const after = await diff();
    expect(after.stdout).toContain(`--- ${file('conf/sites/web.conf')}\n+++ /dev/null`);
    expect(after.stdout).toContain('-site web');
    expect(after.stdout).not.toContain('db.conf');
    expect(after.stderr).toContain('somebody has changed it');
  });

  it('lint finds a path that cannot be', async () => {
    const { cli, write } = await scene();
    await write('t.hbs', '{{#writeFile "../x"}}{{/writeFile}}\n');
    const { stdout, exitCode } = await cli.run('lint', 't.hbs');
    expect({ stdout, exitCode }).toEqual({
      exitCode: 5,
      stdout: expect.stringContaining('t.hbs:1:1: helper "writeFile": cannot write to "../x"'),
    });
    await write('t.hbs', TEMPLATE);
    expect((await cli.run('lint', 't.hbs')).stdout).toBe('t.hbs: in order');
  });
});
