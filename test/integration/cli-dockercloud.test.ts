import { describe, expect, it } from 'vitest';
import { aCliScene } from '../support/cli-scene.ts';
import type { ContainerSpec } from '../support/fake-engine.ts';

const web = (
  name: string,
  env: Readonly<Record<string, string>>,
  more: object = {},
): ContainerSpec => ({
  name,
  networks: ['front'],
  env,
  ...more,
});

/** What is printed for these containers, and what is told. */
async function render(
  template: string,
  containers: readonly ContainerSpec[],
  {
    args = [],
    env = {},
  }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const { engine, cli } = await aCliScene(env);
  engine.createNetwork('front');
  for (const container of containers) engine.addContainer(container);
  const { stdout, stderr, exitCode } = await cli.run(...args, template);
  expect(exitCode, stderr).toBe(0);
  return { stdout, stderr };
}

const COMPAT = ['--compat', 'dockercloud'];
const HAPROXY = 'haproxy.cfg.hbs';

describe('--compat dockercloud', () => {
  const containers = [
    web('api', {
      VIRTUAL_HOST: 'http://api.test:8081/v1',
      COOKIE: 'SRV insert',
      BALANCE: 'leastconn',
    }),
    web('mail', { TCP_PORTS: '2525' }),
    web(
      'front',
      {},
      { labels: { 'com.docker.compose.project': 'p', 'com.docker.compose.service': 's' } },
    ),
  ];
  const env = { STATS_AUTH: 'me:secret', ADDITIONAL_SERVICES: 'p:s', MONITOR_URI: '/ping' };

  it('understands its words, as a flag and by its variable', async () => {
    const byFlag = await render(HAPROXY, containers, { args: COMPAT, env });
    expect(byFlag.stdout).not.toContain('What could not be done');
    for (const line of [
      /^ {4}bind 0\.0\.0\.0:8081 name 8081$/m,
      /^ {4}cookie SRV insert /m,
      /^ {4}balance leastconn$/m,
      /^listen tcp_2525$/m,
      /^# Site ~\^\.\*\$$/m,
      /^listen :stats$/m,
      /^ {4}http-request return status 200 .* \{ so_name 80 \} \{ path -m str -- \/ping \}$/m,
    ]) {
      expect(byFlag.stdout).toMatch(line);
    }
    const byVariable = await render(HAPROXY, containers, {
      env: { ...env, TSGEN_COMPAT: 'dockercloud' },
    });
    expect(byVariable.stdout).toBe(byFlag.stdout);
  });

  it('is needed for them', async () => {
    const { stdout } = await render(HAPROXY, containers, { env });
    expect(stdout).toContain('a host is a name without a scheme');
    expect(stdout).not.toMatch(/SRV|leastconn|tcp_2525|:stats|so_name 80 \} \{ path/);
    expect(stdout).not.toContain('# Site');
  });

  it('is refused for another tool', async () => {
    const { cli } = await aCliScene();
    const { exitCode, stderr } = await cli.run('--compat', 'traefik', 'names.hbs');
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('dockercloud'),
    });
  });

  it('is known in a configuration file', async () => {
    const { engine, cli, write, text } = await aCliScene();
    engine.createNetwork('front');
    for (const container of containers) engine.addContainer(container);
    await write(
      'jobs.toml',
      '[[config]]\ntemplate = "haproxy.cfg.hbs"\ndest = "out"\ncompat = "dockercloud"\nonce = true\nnotify = ""\ncheck = ""\n',
    );
    const { exitCode, stderr } = await cli.run('--config', 'jobs.toml');
    expect(exitCode, stderr).toBe(0);
    expect(await text('out')).toMatch(/^listen tcp_2525$/m);
  });

  it('is what tsgen explain goes by', async () => {
    const { engine, cli } = await aCliScene({ TSGEN_NGINX_STREAM: 'true' });
    engine.createNetwork('front');
    for (const container of containers) engine.addContainer(container);
    const { stdout } = await cli.run('explain', ...COMPAT);
    expect(stdout).toContain('TCP port 2525');
    expect(stdout).toContain('api.test');
  });

  it('has no page of statistics without a password, or with the one that everybody knows', async () => {
    for (const auth of [{}, { STATS_AUTH: 'stats:stats' }]) {
      const { stdout } = await render(HAPROXY, [], { args: COMPAT, env: auth });
      expect(stdout).not.toContain('listen :stats');
      expect(stdout).toMatch(/^# {3}the proxy: STATS_AUTH=''/m);
    }
  });
});

describe('--allow-raw', () => {
  const loud = web('loud', {
    VIRTUAL_HOST: 'loud.test',
    TSGEN_EXTRA_SETTINGS: 'proxy_buffering off;, add_header X-A a\\,b;',
    TSGEN_EXTRA_ROUTE_SETTINGS: 'max_conns=7',
  });

  it('lets containers speak the language of the proxy', async () => {
    const { stdout } = await render('nginx.conf.hbs', [loud], { args: ['--allow-raw'] });
    expect(stdout).toMatch(/^ {8}proxy_buffering off;\n {8}add_header X-A a,b;$/m);
    expect(stdout).toMatch(/^ {4}server \S+ max_fails=0 max_conns=7; # loud/m);
    const byVariable = await render('nginx.conf.hbs', [loud], { env: { TSGEN_ALLOW_RAW: 'true' } });
    expect(byVariable.stdout).toBe(stdout);
  });

  it.each([{}, { TSGEN_ALLOW_RAW: 'false' }])(
    'keeps them from it where it is not said: %j',
    async (env) => {
      const { stdout } = await render('nginx.conf.hbs', [loud], { env });
      const directives = stdout.split('\n').filter((line) => !line.startsWith('#'));
      expect(directives.join('\n')).not.toMatch(/proxy_buffering|X-A|max_conns/);
      expect(stdout).toMatch(/^# {3}loud: TSGEN_EXTRA_SETTINGS=.*--allow-raw$/m);
    },
  );

  it('is not needed by the operator', async () => {
    const { stdout } = await render('nginx.conf.hbs', [web('a', { VIRTUAL_HOST: 'a.test' })], {
      env: { TSGEN_EXTRA_DEFAULT_SETTINGS: 'underscores_in_headers on;' },
    });
    expect(stdout).toMatch(/^underscores_in_headers on;$/m);
  });
});
