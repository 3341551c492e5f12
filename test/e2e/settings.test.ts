import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { toDockerGenJson } from '../../src/cli/inventory-json.ts';
import {
  CONTAINER_SETTINGS,
  type ContainerSettingKey,
  LABEL_PREFIX,
  NGINX_PROXY_PREFIX,
} from '../../src/routing/container-settings.ts';
import type { ContainerSetting } from '../../src/routing/setting.ts';
import { Engine } from '../support/engine.ts';
import { aContainer } from '../support/runtime-containers.ts';
import { SETTING_SAMPLES } from '../support/setting-samples.ts';
import { makeCertificate } from '../support/tls-files.ts';
import { Workspace } from '../support/workspace.ts';

// Each setting of a container in each of its spellings, through the built command. In a container,
// because the certificates that many of them need lie in /etc/nginx.

type Row = ContainerSetting<unknown>;
/** Where a setting stands: the variables and labels that have its value. */
type Spelling = (
  row: Row,
  text: string,
) => {
  readonly env?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
};

const SPELLINGS = {
  nowhere: () => ({}),
  variable: ({ env }, text) => ({ env: { [env]: text } }),
  label: ({ name }, text) => ({ labels: { [LABEL_PREFIX + name]: text } }),
  // What nginx-proxy has no label for stays a variable.
  'nginx-proxy label': ({ nginxProxyLabel, env }, text) =>
    nginxProxyLabel === undefined
      ? { env: { [env]: text } }
      : { labels: { [NGINX_PROXY_PREFIX + nginxProxyLabel]: text } },
} as const satisfies Readonly<Record<string, Spelling>>;

const ROWS = Object.entries(CONTAINER_SETTINGS) as readonly (readonly [ContainerSettingKey, Row])[];
const hostOf = ({ name }: Row) => `${name}.test`;

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
let tsgen: string;
const rendered = new Map<string, string>();

const NGINX = 'nginx.conf.hbs';
const templateOf = (key: ContainerSettingKey) => SETTING_SAMPLES[key].template ?? NGINX;
const TEMPLATES = [...new Set(ROWS.map(([key]) => templateOf(key)))];

/** A container for each setting that changes this template, which has it in this spelling. */
function inventory(spelling: Spelling, template: string): string {
  const rows = ROWS.filter(([key]) => templateOf(key) === template);
  const containers = rows.map(([key, row]) => {
    const { text, beside, health, isHost } = SETTING_SAMPLES[key];
    const { env, labels } = spelling(row, text);
    return aContainer({
      name: row.name,
      env: { ...(isHost ? {} : { VIRTUAL_HOST: hostOf(row) }), ...beside, ...env },
      labels: labels ?? {},
      health: health ?? '',
    });
  });
  return JSON.stringify(toDockerGenJson(containers));
}

beforeAll(async () => {
  const folder = await workspace.folder('certs');
  for (const name of ['default', 'shared']) await makeCertificate(folder, name);
  const authority = join(folder, 'shared.crt');
  tsgen = await workspace.run('tsgen', images.node, {
    args: ['--network=none', '--stop-timeout=0'],
    command: ['sleep', 'infinity'],
  });
  await engine.docker(['exec', tsgen, 'mkdir', '-p', '/etc/nginx', '/tsgen', '/inventories']);
  await engine.docker(['cp', folder, `${tsgen}:/etc/nginx/certs`]);
  await engine.docker([
    ...[
      'cp',
      authority,
      `${tsgen}:/etc/nginx/certs/${hostOf(CONTAINER_SETTINGS.verifyClient)}.ca.crt`,
    ],
  ]);
  for (const part of ['dist', 'templates', 'package.json']) {
    await engine.docker(['cp', part, `${tsgen}:/tsgen/${part}`]);
  }
  const inventories = await workspace.folder('inventories');
  for (const [name, spelling] of Object.entries(SPELLINGS)) {
    const texts: string[] = [];
    for (const template of TEMPLATES) {
      const file = `${name.replace(' ', '-')}-${template}.json`;
      await writeFile(join(inventories, file), inventory(spelling, template));
      await engine.docker(['cp', join(inventories, file), `${tsgen}:/inventories/${file}`]);
      const args = ['--from', `/inventories/${file}`, '--template', template, '--allow-raw'];
      // Somebody has to ask for passwords, so that one can do without.
      const exec = ['exec', '--env=TSGEN_HTTP_BASIC_AUTH=alice:wonder', tsgen];
      texts.push(await engine.docker([...exec, 'node', '/tsgen/dist/tsgen.js', ...args]));
    }
    rendered.set(name, texts.join(''));
  }
});

afterAll(() => workspace[Symbol.asyncDispose]());

/** The text of a site; `undefined` where there is none. */
function siteText(spelling: keyof typeof SPELLINGS, host: string): string | undefined {
  const sites = (rendered.get(spelling) ?? '').split(/^# Site /m);
  return sites.find((site) => site.startsWith(`${host}\n`));
}

describe('the settings of containers', () => {
  it('are all in order, so that each site is there', () => {
    const text = rendered.get('variable') ?? '';
    expect(text).not.toContain('What could not be done');
    for (const [, row] of ROWS) expect(text).toContain(`# Site ${hostOf(row)}\n`);
  });

  it.each(ROWS)('change what the proxy is told: %s', (key, row) => {
    const { brings, isOrder } = SETTING_SAMPLES[key];
    if (isOrder) return;
    if (brings) {
      expect(rendered.get('variable')).toMatch(brings);
      expect(rendered.get('nowhere')).not.toMatch(brings);
      return;
    }
    expect(siteText('variable', hostOf(row))).not.toBe(siteText('nowhere', hostOf(row)));
  });

  it.each(ROWS)('are the same as variable and as label: %s', (_, row) => {
    const variable = siteText('variable', hostOf(row));
    expect(siteText('label', hostOf(row))).toBe(variable);
    expect(siteText('nginx-proxy label', hostOf(row))).toBe(variable);
  });

  it('give the same file, byte by byte, in every spelling', () => {
    expect(rendered.get('label')).toBe(rendered.get('variable'));
    expect(rendered.get('nginx-proxy label')).toBe(rendered.get('variable'));
  });
});
