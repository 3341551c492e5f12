import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nginx } from '../proxies/nginx.ts';
import { environmentFlags } from './flag-values.ts';
import type { FlagValues } from './flags.ts';
import { resolveRun } from './run-settings.ts';

/** As the images have it where nginx-proxy has its template. */
const STAND_IN = resolve('docker/nginx.tmpl');
const DEST = '/etc/nginx/conf.d/default.conf';
const RELOAD = { kind: 'command', command: 'nginx -s reload' };

async function run(flags: FlagValues, operands: readonly string[] = [], env = {}) {
  const input = { flags, operands, fromEnv: environmentFlags(env), cwd: '/home/me' };
  const { jobs } = await resolveRun(input);
  expect(jobs).toHaveLength(1);
  return jobs[0];
}

const label = (key: string) => ({ kind: 'label', key });
const container = (text: string) => ({ kind: 'container', text });
const NGINX_LABEL = label('com.github.nginx-proxy.nginx-proxy.nginx');

describe('a command line for docker-gen with nginx-proxy’s template', () => {
  it('finds nginx by its label or as the one that is told, and has it check', async () => {
    const flags = { watch: true, 'notify-sighup': ['nginx'] };
    expect(await run(flags, [STAND_IN, DEST])).toMatchObject({
      mode: 'watch',
      template: 'nginx.conf.hbs',
      destination: DEST,
      proxy: { kind: 'first', of: [NGINX_LABEL, container('nginx')] },
      proxySelector: 'label=com.github.nginx-proxy.nginx-proxy.nginx, else nginx',
      check: nginx.checkCommand,
      notifications: [{ kind: 'signal', container: 'nginx', signal: 1 }],
    });
  });

  it('looks for the label of NGINX_CONTAINER_LABEL first, and for that of a filter', async () => {
    const flags = { watch: true, 'notify-filter': ['label=web=front'] };
    const env = { NGINX_CONTAINER_LABEL: 'my.nginx' };
    expect(await run(flags, [STAND_IN, DEST], env)).toMatchObject({
      proxy: {
        kind: 'first',
        of: [label('my.nginx'), { kind: 'label', key: 'web', value: 'front' }],
      },
    });
  });

  it('reloads the labelled nginx where nobody is told by the command line', async () => {
    const env = { NGINX_CONTAINER_LABEL: 'my.nginx' };
    expect(await run({ watch: true }, [STAND_IN, DEST], env)).toMatchObject({
      notifications: [RELOAD],
      notifiesHere: false,
    });
  });

  it('runs a command that tells here, as docker-gen does', async () => {
    const flags = { watch: true, notify: 'tell', 'notify-sighup': ['nginx'] };
    const job = await run(flags, [STAND_IN, DEST]);
    expect(job?.notifications).toHaveLength(2);
    expect(job?.notifiesHere).toBe(true);
  });

  it('has nobody in another container where it names nobody', async () => {
    const job = await run({}, [STAND_IN, DEST]);
    expect(job).toMatchObject({ mode: 'once', template: 'nginx.conf.hbs', notifications: [] });
    expect(job?.proxy).toBeUndefined();
    expect(job?.check).toBeUndefined();
  });

  it('gives way to --proxy', async () => {
    const flags = { watch: true, proxy: 'mine', 'notify-sighup': ['nginx'] };
    const env = { NGINX_CONTAINER_LABEL: 'my.nginx' };
    expect(await run(flags, [STAND_IN, DEST], env)).toMatchObject({ proxy: container('mine') });
  });
});

describe('NGINX_CONTAINER_LABEL', () => {
  const env = { NGINX_CONTAINER_LABEL: 'my.nginx' };

  it('stands for --proxy with that label', async () => {
    expect(await run({ template: 'nginx.conf.hbs' }, [], env)).toMatchObject({
      proxy: label('my.nginx'),
      notifications: [RELOAD],
      notifiesHere: false,
    });
  });

  it("means nothing to a template of one's own in docker-gen's form, which knows of no proxy", async () => {
    expect((await run({}, ['my.hbs', DEST], env))?.proxy).toBeUndefined();
    expect((await run({}, ['nginx.conf.hbs', DEST], env))?.proxy).toEqual(label('my.nginx'));
    expect((await run({ template: 'my.hbs', dest: DEST }, [], env))?.proxy).toEqual(
      label('my.nginx'),
    );
    const asked = await run({ proxy: 'mine' }, ['my.hbs', DEST], env);
    expect(asked?.proxy).toEqual(container('mine'));
  });

  it('means nothing where the proxy is run here', async () => {
    const job = await run({ template: 'nginx.conf.hbs', exec: 'nginx' }, [], env);
    expect(job?.proxy).toBeUndefined();
    expect(job?.exec?.argv).toEqual(['nginx']);
  });
});

describe('--exec', () => {
  it('takes all that a bundled template implies, and eight seconds to stop', async () => {
    expect(await run({ template: 'nginx.conf.hbs', exec: "nginx -g 'daemon off;'" })).toMatchObject(
      {
        exec: { argv: ['nginx', '-g', 'daemon off;'] },
        stopTimeoutMs: 8_000,
        destination: DEST,
        check: nginx.checkCommand,
        notifications: [RELOAD],
        notifiesHere: true,
      },
    );
    const env = { TSGEN_STOP_TIMEOUT: '60' };
    expect(await run({ template: 'nginx.conf.hbs', exec: 'nginx' }, [], env)).toMatchObject({
      stopTimeoutMs: 60_000,
    });
  });

  it.each<[string, FlagValues, string[]]>([
    ['another proxy', { template: 'nginx.conf.hbs', exec: 'nginx', proxy: 'web' }, []],
    ['a one-shot', { exec: 'nginx' }, ['a.hbs', '/a']],
    ['no destination', { template: 'a.hbs', exec: 'nginx' }, []],
    ['no program', { template: 'nginx.conf.hbs', exec: '' }, []],
  ])('does not go with %s', async (_, flags, operands) => {
    await expect(run(flags, operands)).rejects.toMatchObject({ kind: 'usage' });
  });
});
