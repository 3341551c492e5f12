import { describe, expect, it } from 'vitest';
import { API_REQUESTS } from '../../src/docker/api-requests.ts';
import { aCliScene } from '../support/cli-scene.ts';
import type { LoggedRequest } from '../support/fake-engine.ts';

describe('an engine that shows no container all of a sudden', () => {
  it('is asked again before what works is emptied', async () => {
    const { engine, cli, names } = await aCliScene();
    engine.addContainer({ name: 'a' });
    engine.addContainer({ name: 'b' });
    const { log } = cli.start('--watch', '--confirm-empty', '1', 'names.hbs', 'out');
    await expect.poll(() => names()).toEqual(['a', 'b']);
    const shown = new Map(engine.containers);
    engine.containers.clear();
    engine.cutEvents();
    await expect.poll(log).toContain('The engine shows no container, where there were 2');
    for (const [id, wire] of shown) engine.containers.set(id, wire);
    await expect.poll(() => log().match(/Watching docker events/g)).toHaveLength(2);
    expect(log().match(/Generated/g)).toHaveLength(1);
    expect(await names()).toEqual(['a', 'b']);

    engine.containers.clear();
    engine.cutEvents();
    await expect.poll(() => names()).toEqual([]);
    expect(log().match(/The engine shows no container/g)).toHaveLength(2);
  });
});

const shape = ({ method, path }: LoggedRequest) =>
  `${method} ${path.replace(/^\/(containers|exec)\/[^/]+\//, '/$1/{id}/')}`;

describe('the table of requests to the engine', () => {
  it('has all that a watch with a proxy in a container, and signals, make, and nothing else', async () => {
    const { engine, cli, lines } = await aCliScene();
    engine.addContainer({ name: 'proxy' });
    const web = engine.addContainer({ name: 'web', env: { VIRTUAL_HOST: 'a.test' } });
    const other = engine.addContainer({ name: 'told' });
    engine.onExec = () => ({ stdout: '1 0 5\n7 1 10\n' });
    const proxied = cli.start(
      ...['--template', 'nginx.conf.hbs', '--dest', 'a.conf', '--proxy', 'proxy', '--notify', 'x'],
      ...['--notify-filter', 'name=nobody', '--container-filter', 'volume=none'],
    );
    engine.onList = () => true;
    await expect.poll(() => lines('a.conf')).not.toEqual([]);
    const { log } = cli.start(
      ...['--watch', '--notify-sighup', other, '--notify-container', web, '--notify-signal', '-1'],
      ...['names.hbs', 'b.conf'],
    );
    await expect.poll(log).toContain('Generated');
    await expect.poll(() => engine.count(/\/restart$/)).toBeGreaterThan(0);
    await cli.run('drain', 'web', '--dest', 'a.conf', '--stop', '--timeout', '20');
    await cli.run('explain', 'not-there');
    expect(proxied.log()).not.toContain('ERROR');

    const made = new Set(engine.requests.map(shape));
    const known = API_REQUESTS.map(({ method, path }) => `${method} ${path}`);
    expect([...made].filter((one) => !known.includes(one))).toEqual([]);
    // A ping is for an engine that says nothing for ten seconds.
    expect(known.filter((one) => !made.has(one) && one !== 'GET /_ping')).toEqual([]);
  });
});

describe('a request that a filter before the engine refuses', () => {
  it('is named, with what to let pass', async () => {
    const { engine, cli } = await aCliScene();
    engine.failAll(/\/networks$/, 403, 'forbidden');
    const { exitCode, stderr } = await cli.run('names.hbs');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('refused GET /networks with status 403');
    expect(stderr).toContain('let it pass GET /networks');
  });
});

describe('secrets', () => {
  it('are in no log, no diff, no status and no explanation', async () => {
    const { engine, cli, write, text } = await aCliScene();
    const secret = 'hunter2-is-my-password';
    engine.addContainer({
      name: 'web',
      env: { VIRTUAL_HOST: 'a.test', DB_PASSWORD: secret },
      labels: { 'traefik.auth': secret },
    });
    await write('own.hbs', '{{#each containers}}\n{{Name}} {{Env.VIRTUAL_HOST}}\n{{/each}}\n');
    await write('check', `#!/bin/sh\ngrep -q a.test "$1" && exit 1\nexit 0\n`);
    const said = [];
    const diff = await cli.run('diff', '--template', 'nginx.conf.hbs', '--dest', 'a.conf');
    said.push(diff.stdout, diff.stderr);
    const args = ['--watch', '--log-level', 'debug', '--check', 'sh check {file}'];
    const watch = cli.start(...args, 'own.hbs', 'own');
    await expect.poll(watch.log).toContain('Container web: check=');
    for (const command of ['status', 'explain', 'refresh']) {
      const { stdout, stderr } = await cli.run(command);
      said.push(stdout, stderr);
    }
    said.push((await cli.run('status', '--json')).stdout, await text('.tsgen/own/quarantine.json'));
    watch.signal('SIGTERM');
    await watch.ended;
    said.push(watch.log(), await text('own'));
    expect(said.join('\n')).toContain('a.test');
    expect(said.join('\n')).not.toContain(secret);
  });
});
