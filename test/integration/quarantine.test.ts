import { chmod } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { StatusReport } from '../../src/status/report.ts';
import { aCliScene } from '../support/cli-scene.ts';

/**
 * Stands for a proxy: notes each check, with how many lines it was asked about, and rejects a file
 * with a line of `rules`, or all lines of one that are joined by `+`. `verdict` is its exit status.
 */
const CHECK = `#!/bin/sh
[ ! -e hang ] || exec sleep 60
wc -l <"$1" >>checks
while IFS= read -r rule; do
  all=yes
  for word in $(echo "$rule" | tr + ' '); do grep -q "$word" "$1" || all=; done
  [ -z "$all" ] || { echo "proxy: $rule is not allowed in $1:7"; exit "$(cat verdict 2>/dev/null || echo 1)"; }
done <rules
`;

async function scene(rules: string) {
  const made = await aCliScene();
  const { cli, lines, write, file } = made;
  await write('check', CHECK);
  await chmod(file('check'), 0o755);
  await write('rules', rules);
  return {
    ...made,
    allow: (text: string) => write('rules', text),
    watch: (...args: string[]) =>
      cli.start('--watch', '--check', './check {file}', ...args, 'names.hbs', 'out'),
    checks: async () => (await lines('checks')).length,
    status: async () =>
      JSON.parse((await cli.run('status', '--dest', 'out', '--json')).stdout) as StatusReport,
  };
}

describe('a container whose part of the configuration the proxy rejects', () => {
  it('is set aside, while the others go live', async () => {
    const { engine, watch, names, checks, status, cli } = await scene('bad\n');
    for (const name of ['a', 'b']) engine.addContainer({ name });
    const log = watch().log;
    await expect.poll(() => names()).toEqual(['a', 'b']);
    expect(await checks()).toBe(1);

    const bad = engine.addContainer({ name: 'bad-1' });
    const good = engine.addContainer({ name: 'good-1' });
    engine.emit('start', bad);
    engine.emit('start', good);
    await expect.poll(() => names()).toEqual(['a', 'b', 'good-1']);
    await expect.poll(log).toContain('Container bad-1: check=');
    expect(log()).toMatch(
      /Container bad-1: check='proxy: bad is not allowed in .*out:7': the proxy/,
    );
    const { setAside, problems, lastRun } = await status();
    expect(lastRun?.kind).not.toBe('rejected');
    expect(setAside).toMatchObject([{ id: bad, container: 'bad-1' }]);
    expect(problems).toHaveLength(1);

    const { stdout } = await cli.run('explain', 'bad-1');
    expect(stdout).toContain("check='proxy: bad is not allowed in");
    expect((await cli.run('status', '--dest', 'out')).stdout).toContain('bad-1');

    // Nobody asks about it again while it stays as it is.
    const before = await checks();
    engine.emit('start', engine.addContainer({ name: 'c' }));
    await expect.poll(() => names()).toEqual(['a', 'b', 'c', 'good-1']);
    expect(await checks()).toBe(before + 1);
  });

  it('is tried again when it changes, when the template does, and by tsgen refresh', async () => {
    const { engine, watch, names, allow, cli, write } = await scene('bad\nbe[f]ore\n');
    engine.addContainer({ name: 'a' });
    const bad = engine.addContainer({ name: 'bad-1' });
    watch();
    await expect.poll(() => names()).toEqual(['a']);
    engine.rename(bad, 'fine-1');
    await expect.poll(() => names()).toEqual(['a', 'fine-1']);

    engine.rename(bad, 'bad-2');
    await expect.poll(() => names()).toEqual(['a']);
    await allow('');
    await write('names.hbs', '{{#each containers}}\n{{Name}}\n{{/each}}\nend\n');
    await expect.poll(() => names()).toEqual(['a', 'bad-2', 'end']);

    await allow('bad\n');
    engine.emit('start', engine.addContainer({ name: 'c' }));
    await expect.poll(() => names()).toEqual(['a', 'c', 'end']);
    await allow('');
    expect((await cli.run('refresh', '--dest', 'out')).stdout).toContain('applied');
    expect(await names()).toEqual(['a', 'bad-2', 'c', 'end']);
  });

  it('stays aside over a restart of tsgen without a further check, and takes nobody with it', async () => {
    const { engine, watch, names, checks } = await scene('bad\n');
    for (const name of ['a', 'bad-1', 'c']) engine.addContainer({ name });
    const first = watch();
    await expect.poll(() => names()).toEqual(['a', 'c']);
    first.signal('SIGTERM');
    await first.ended;
    const before = await checks();
    engine.addContainer({ name: 'd' });
    const second = watch();
    await expect.poll(() => names()).toEqual(['a', 'c', 'd']);
    expect(await checks()).toBe(before + 1);
    await expect.poll(second.log).toContain('Container bad-1: check=');
  });

  it('is found among a thousand with few checks, also by a one-shot', async () => {
    const { engine, cli, names, checks } = await scene('c777$\n');
    for (let index = 0; index < 1_000; index += 1) engine.addContainer({ name: `c${index}` });
    const { exitCode, stderr } = await cli.run('--check', './check {file}', 'names.hbs', 'out');
    expect([exitCode, (await names()).length]).toEqual([0, 999]);
    expect(stderr).toContain('Container c777: check=');
    expect(await checks()).toBeLessThanOrEqual(13);
  });

  it('is the younger one where two clash', async () => {
    const { engine, cli, names } = await scene('old+new\n');
    for (const name of ['old', 'b', 'c', 'new']) engine.addContainer({ name });
    await cli.run('--check', './check {file}', 'names.hbs', 'out');
    expect(await names()).toEqual(['b', 'c', 'old']);
  });

  it('leaves the candidate without its routes, and is a comment in the bundled template’s file', async () => {
    const { engine, cli, text } = await scene('bad[.]test\n');
    for (const name of ['a', 'bad']) {
      engine.addContainer({ name, env: { VIRTUAL_HOST: `${name}.test` } });
    }
    const args = ['--template', 'nginx.conf.hbs', '--once', '--dest', 'out', '--notify', ''];
    const { exitCode } = await cli.run(...args, '--check', './check {file}');
    expect(exitCode).toBe(0);
    const lines = (await text('out')).split('\n');
    expect(lines.filter((line) => line.includes('server_name a.test;'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('server_name bad.test;'))).toEqual([]);
    expect(lines.find((line) => line.startsWith('#   bad: check='))).toContain('is set aside');
  });
});

describe('nobody is set aside', () => {
  it('when the proxy rejects a configuration without any container too', async () => {
    const { engine, cli, text, checks, write } = await scene('always\n');
    for (const name of ['a', 'b']) engine.addContainer({ name });
    await write('out', 'old\n');
    await write('names.hbs', 'always\n{{#each containers}}\n{{Name}}\n{{/each}}\n');
    const { exitCode, stderr } = await cli.run('--check', './check {file}', 'names.hbs', 'out');
    expect(exitCode).toBe(6);
    expect(stderr).toContain("no container's fault: nobody is set aside");
    expect(stderr).toContain('proxy: always is not allowed');
    expect([await text('out'), await checks()]).toEqual(['old\n', 2]);
  });

  it.each([
    ['126', 'it may not be run'],
    ['127', 'it is not there'],
    ['137', 'it was killed'],
  ])('when the check ends with status %s: %s', async (status) => {
    const { engine, cli, text, write, checks } = await scene('bad\n');
    for (const name of ['a', 'bad']) engine.addContainer({ name });
    await write('verdict', status);
    await write('out', 'old\n');
    const { exitCode, stderr } = await cli.run('--check', './check {file}', 'names.hbs', 'out');
    expect(exitCode).toBe(6);
    expect(stderr).toContain(`could not be done, exit status ${status}`);
    expect([await text('out'), await checks()]).toEqual(['old\n', 1]);
  });

  it('when the check does not end', async () => {
    const { engine, cli, text, write } = await scene('bad\n');
    engine.addContainer({ name: 'bad' });
    await write('hang', '');
    await write('out', 'old\n');
    const args = ['--check', './check {file}', '--check-timeout', '0.3', 'names.hbs', 'out'];
    const { exitCode, stderr } = await cli.run(...args);
    expect([exitCode, await text('out')]).toEqual([6, 'old\n']);
    expect(stderr).toContain('did not end within 0.3 s');
  });

  it('by a check that looks only at what is live already', async () => {
    const { engine, cli, text, checks, write } = await scene('bad\n');
    for (const name of ['a', 'bad']) engine.addContainer({ name });
    await write('out', 'old\n');
    const { exitCode } = await cli.run('--check', './check out', 'names.hbs', 'out');
    expect([exitCode, await text('out'), await checks()]).toEqual([6, 'old\n', 1]);
  });
});
