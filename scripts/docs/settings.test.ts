import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  CONTAINER_SETTINGS,
  type ContainerSettingKey,
} from '../../src/routing/container-settings.ts';
import { PROXY_SETTINGS } from '../../src/routing/proxy-settings.ts';
import type { ContainerSetting, Setting } from '../../src/routing/setting.ts';
import { TLS_POLICIES } from '../../src/routing/tls-policies.ts';
import { SETTING_SAMPLES } from '../../test/support/setting-samples.ts';
import {
  containerLabels,
  containerVariables,
  files,
  imageVariables,
  proxyVariables,
} from './nginx-proxy-settings.ts';
import { settingsPage } from './settings.ts';

/** What nginx-proxy has no variable for. */
const OWN_VARIABLES = [
  ...['CONTROL_PORT', 'NGINX_VERSION', 'TSGEN_RETRY_AFTER'],
  ...['TSGEN_STATS_AUTH', 'TSGEN_STATS_PORT', 'TSGEN_MONITOR_URI', 'TSGEN_MONITOR_PORT'],
  ...['TSGEN_HTTP_BASIC_AUTH', 'ADDITIONAL_SERVICES', 'TSGEN_NGINX_STREAM', 'TSGEN_MAXCONN'],
  ...['TSGEN_BALANCE', 'TSGEN_HEALTH_CHECK', 'TSGEN_TIMEOUT', 'TSGEN_OPTION'],
  ...['TSGEN_EXTRA_GLOBAL_SETTINGS', 'TSGEN_EXTRA_DEFAULT_SETTINGS', 'TSGEN_EXTRA_ROUTE_SETTINGS'],
];

const page = settingsPage();
const containerRows: readonly ContainerSetting<unknown>[] = Object.values(CONTAINER_SETTINGS);
const proxyRows: readonly Setting<unknown>[] = Object.values(PROXY_SETTINGS);

/** What nginx-proxy has no variable or no label for. */
const OWN_LABELS = [
  ...['exclude-ports', 'tcp-ports', 'virtual-host-weight', 'exclude-basic-auth'],
  ...['gzip-compression-type', 'option', 'extra-settings', 'extra-route-settings'],
  ...['ignore-health', 'weight', 'backup', 'sticky', 'body-limit', 'connect-timeout'],
  ...['server-timeout', 'health-check'],
];

describe('the page of settings', () => {
  it('has every variable that nginx-proxy takes from containers, and none but tsgen’s own besides', () => {
    const variables = containerRows.map(({ env }) => env);
    expect(variables.filter((env) => !env.startsWith('TSGEN_'))).toEqual(containerVariables);
    const named = containerRows.filter(({ env }) => env.startsWith('TSGEN_'));
    // nginx-proxy has labels alone for these, and variables alone for the others.
    expect(named.flatMap(({ nginxProxyLabel }) => nginxProxyLabel ?? [])).toEqual(containerLabels);
    const own = named.filter(({ nginxProxyLabel }) => nginxProxyLabel === undefined);
    expect(own.map(({ name }) => name)).toEqual(OWN_LABELS);
    const others = containerRows.filter(({ env }) => !env.startsWith('TSGEN_'));
    expect(others.flatMap(({ nginxProxyLabel }) => nginxProxyLabel ?? [])).toEqual([]);
  });

  it('has every variable of the proxy itself, and none besides', () => {
    expect(new Set(proxyRows.map(({ env }) => env))).toEqual(
      new Set([...proxyVariables, ...OWN_VARIABLES]),
    );
    expect(proxyVariables.filter((name) => imageVariables.includes(name))).toEqual([]);
  });

  it('names the default of the proxy for what a container can set too', () => {
    const known = new Set(proxyRows.map(({ env }) => env));
    for (const { name, env, proxyWide } of containerRows) {
      if (proxyWide !== undefined) expect(known).toContain(proxyWide);
      // Whatever both know by one name is one setting.
      else expect([...known], name).not.toContain(env);
    }
  });

  it.each(files)('has the file %s', (file) => {
    expect(page).toContain(`${file}\``);
  });

  it('has a row for each setting and each policy, all with as many cells', () => {
    for (const { env } of [...containerRows, ...proxyRows])
      expect(page).toContain(`| \`${env}\` |`);
    for (const { name } of TLS_POLICIES) expect(page).toContain(`| \`${name}\` |`);
    const tables = page.match(/(?:^\|.*\n)+/gm) ?? [];
    expect(tables).toHaveLength(6);
    for (const rows of tables.map((one) => one.trim().split('\n'))) {
      const cells = rows.map((row) => row.replaceAll('\\|', '').split('|').length);
      expect(new Set(cells).size, rows[0]).toBe(1);
    }
  });

  it('has no setting of containers without a sample that is valid', () => {
    for (const [key, { text }] of Object.entries(SETTING_SAMPLES)) {
      const { parse } = CONTAINER_SETTINGS[key as ContainerSettingKey];
      expect(parse(text), key).toMatchObject({ kind: 'valid' });
    }
    expect(Object.keys(SETTING_SAMPLES)).toEqual(Object.keys(CONTAINER_SETTINGS));
  });

  it('has no setting of the proxy that no test sets', () => {
    const tests = ['src/routing', 'test/integration', 'test/e2e']
      .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
      .filter((path) => path.endsWith('.test.ts'))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
    for (const key of Object.keys(PROXY_SETTINGS)) expect(tests).toContain(`['${key}', `);
  });
});
