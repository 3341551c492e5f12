import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRouter } from '../../src/routing/build.ts';
import { PROXY_SETTINGS } from '../../src/routing/proxy-settings.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import { BuiltCli } from '../support/built-cli.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { richContainers } from '../support/nginx-template.ts';
import { aCertificate, filesWith, NOW, PLACES } from '../support/routing-files.ts';

const PAGE = await readFile('docs/templates.md', 'utf8');

/** The examples of the page, by the file that their first line names. */
const EXAMPLES = new Map(
  [...PAGE.matchAll(/```handlebars\n(\{\{!-- ([\w./-]+)[^\n]*\n.*?)```/gs)].map(
    ([, text = '', name = '']) => [name, text] as const,
  ),
);

async function withExamples(cli: BuiltCli): Promise<void> {
  for (const [name, text] of EXAMPLES) {
    await mkdir(dirname(join(cli.folder, name)), { recursive: true });
    await writeFile(join(cli.folder, name), text);
  }
}

describe('the page about templates', () => {
  it('has examples that lint finds in order', async () => {
    expect([...EXAMPLES.keys()]).toEqual(['partials/nginx-log.hbs', 'sites.hbs']);
    const cli = await BuiltCli.create({});
    await withExamples(cli);
    const { stdout, exitCode } = await cli.run('lint', 'sites.hbs');
    expect(stdout).toContain('sites.hbs: in order');
    expect(exitCode).toBe(0);
  });

  it('takes a user to a template of his own', async () => {
    await using engine = await FakeEngine.create();
    engine.addContainer({ name: 'web', env: { VIRTUAL_HOST: 'a.example,b.example' } });
    engine.addContainer({
      name: 'sick',
      env: { VIRTUAL_HOST: 'a.example', VIRTUAL_PATH: '/x' },
      health: 'unhealthy',
    });
    const cli = await BuiltCli.create({ DOCKER_HOST: engine.endpoint });
    await withExamples(cli);
    const { stdout } = await cli.run('sites.hbs');
    expect(
      stdout
        .replaceAll(/\d+(\.\d+){3}/g, 'IP')
        .trimEnd()
        .split(/ *\n/),
    ).toEqual([
      'a.example',
      '  / → web IP:80;',
      '  /x → not sick, unhealthy;',
      'b.example',
      '  / → web IP:80;',
    ]);
  });

  it('takes a user to a partial of his own', async () => {
    await using engine = await FakeEngine.create();
    engine.addContainer({ name: 'web', env: { VIRTUAL_HOST: 'a.example' } });
    const cli = await BuiltCli.create({ DOCKER_HOST: engine.endpoint });
    await withExamples(cli);
    const args = ['--once', '--template', 'nginx.conf.hbs', '--dest', '', '--partials', 'partials'];
    const { stdout, stderr } = await cli.run(...args);
    expect(stdout.match(/access_log .*/g), stderr).toEqual([
      // Where tsgen asks.
      'access_log off;',
      'access_log /var/log/nginx/unknown.log vhost;',
      'access_log /var/log/nginx/a.example.log vhost;',
    ]);
  });

  it('names every field of the model', () => {
    const certificates = ['exact.test', 'default'].map((name) =>
      aCertificate(name, { dhparam: '/d', chain: '/c' }),
    );
    const { sites, front, problems } = createRouter()({
      containers: richContainers(),
      vantage: { kind: 'host' },
      files: filesWith({
        certificates,
        authorities: [{ kind: 'usable', name: '', certificate: '/ca', digest: 'd' }],
        hooks: ['/sites/default', '/headers', '/50x.html', '/fastcgi'],
        dhparam: { kind: 'usable', path: '/dhparam', digest: 'd' },
      }),
      places: PLACES,
      now: NOW,
      settings: { ...DEFAULT_PROXY_SETTINGS, debugEndpoint: true },
    });
    const fields = new Set<string>();
    JSON.stringify({ sites, front, problems }, (key, value: unknown) => {
      if (key !== '' && !/^\d+$/.test(key)) fields.add(key);
      // What is known of a certificate, a policy or an authority is nobody's business but tsgen's.
      return typeof value === 'object' && value !== null && 'digest' in value ? 'a file' : value;
    });
    expect(fields.size).toBeGreaterThan(45);
    for (const field of fields) expect(PAGE, field).toMatch(new RegExp(`\`${field}\``));
    for (const setting of PAGE.match(/a template needs ([^.]*)\./)?.[1]?.match(/\w+(?=`)/g) ?? []) {
      expect(Object.keys(PROXY_SETTINGS)).toContain(setting);
    }
  });
});
