import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HTTPD_PLACES } from '../../src/proxies/httpd-file-places.ts';
import { HTTPD_LIMITS } from '../../src/proxies/httpd-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import type { RoutingModel } from '../../src/routing/model.ts';
import type { ProxySettings } from '../../src/routing/proxy-settings.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import type { Template } from '../../src/templates/engine.ts';
import { Engine } from '../support/engine.ts';
import { HOSTILE_VOCABULARY, hostileContainer } from '../support/hostile-containers.ts';
import { bundledTemplate, contextOf, richContainers } from '../support/nginx-template.ts';
import { aCertificate, filesWith } from '../support/routing-files.ts';
import { aContainer } from '../support/runtime-containers.ts';
import { Workspace } from '../support/workspace.ts';

// What the bundled template makes of containers, which need not exist, before a real httpd.

/** The same containers each time: a file of ten thousand takes too long to look for the one at fault. */
const SEED = 20_261_128;
const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
const { engine } = workspace;
const CONF = '/usr/local/apache2/conf';
let template: Template;

beforeAll(async () => {
  template = await bundledTemplate('apache.conf.hbs');
});

afterAll(() => workspace[Symbol.asyncDispose]());

/** What `httpd -t` says, after a shell line has prepared what it looks at. */
async function verdict(
  part: string,
  model: RoutingModel,
  { settings, prepare = 'true' }: { settings?: ProxySettings; prepare?: string } = {},
): Promise<readonly string[]> {
  const sides: { readonly path: string; readonly text: string }[] = [];
  const text = template
    .render(contextOf(model, [], settings), {
      onFile: ({ path, chunks }) => sides.push({ path, text: chunks.join('') }),
    })
    .join('');
  const tester = await workspace.create(part, inject('images').httpd, {
    args: ['--network=none'],
    command: ['sh', '-c', `${prepare} && exec httpd -t -f ${CONF}/tsgen/httpd.conf`],
  });
  const folder = await workspace.folder(part);
  await writeFile(join(folder, 'httpd.conf'), text);
  for (const side of sides)
    await writeFile(join(folder, side.path.split('/').at(-1) ?? ''), side.text);
  await engine.docker(['cp', folder, `${tester}:${CONF}/tsgen`]);
  await engine.docker(['start', '--attach', tester]).catch(() => '');
  return await engine.logs(tester);
}

const modelOf = (containers: Parameters<ReturnType<typeof createRouter>>[0]['containers']) =>
  createRouter()({ containers, vantage: { kind: 'host' }, limits: HTTPD_LIMITS });

describe('httpd accepts without a warning', () => {
  it('a file without a site', async () => {
    expect(await verdict('none', modelOf([]))).toEqual(['Syntax OK']);
  });

  it('each kind of host, path, protocol, address and state, and hostile comments', async () => {
    expect(await verdict('rich', modelOf(richContainers()))).toEqual(['Syntax OK']);
  });

  it('a thousand sites', async () => {
    const sites = Array.from({ length: 1000 }, (_, index) =>
      aContainer({ name: `web-${index}`, env: { VIRTUAL_HOST: `site-${index}.example.com` } }),
    );
    expect(await verdict('many', modelOf(sites))).toEqual(['Syntax OK']);
  });

  it('hostile values in every setting, with all kinds of files there', {
    timeout: 600_000,
  }, async () => {
    const containers = fc.sample(hostileContainer, { numRuns: 10_000, seed: SEED });
    const model = createRouter()({
      containers,
      vantage: { kind: 'host' },
      settings: SETTINGS,
      files: OPERATORS_FILES,
      vocabulary: HOSTILE_VOCABULARY,
      places: HTTPD_PLACES,
      limits: HTTPD_LIMITS,
      now: Date.now(),
    });
    const served = new Set(
      model.sites.flatMap(({ routes }) =>
        routes.flatMap(({ upstream }) => upstream.servers.map(({ container }) => container.id)),
      ),
    );
    expect(served.size).toBeGreaterThan(2000);
    expect(model.problems.length).toBeGreaterThan(1000);
    const log = await verdict('hostile', model, { settings: SETTINGS, prepare: MAKE_FILES });
    expect(log).toEqual(['Syntax OK']);
  });
});

const SETTINGS = { ...DEFAULT_PROXY_SETTINGS, debugEndpoint: true, ipv6: true };

const certificateOf = (name: string) =>
  aCertificate(name, {
    certificate: `${HTTPD_PLACES.certificates}/${name}.crt`,
    key: `${HTTPD_PLACES.certificates}/${name}.key`,
    notBefore: 0,
    notAfter: Date.UTC(2100, 0),
  });

/** What {@link MAKE_FILES} makes. */
const OPERATORS_FILES = filesWith({
  certificates: ['shared', 'default', 'a.test'].map(certificateOf),
  authorities: [
    {
      kind: 'usable',
      name: 'a.test',
      certificate: `${HTTPD_PLACES.certificates}/shared.crt`,
      digest: 'd',
    },
  ],
  hooks: [
    ...['default', 'default_location', 'a.test', 'a.test_location', '*.w.test'].map(
      (name) => `${HTTPD_PLACES.sites}/${name}`,
    ),
    `${HTTPD_PLACES.users}/a.test`,
    ...[HTTPD_PLACES.headers, HTTPD_PLACES.internalClients, HTTPD_PLACES.fastcgi],
    HTTPD_PLACES.errorPage,
  ],
});

const MAKE_FILES = [
  `cd ${CONF} && mkdir -p certs vhost.d htpasswd ../htdocs/errors`,
  'cp tsgen/nobody.pem certs/shared.crt && cp tsgen/nobody.pem certs/shared.key',
  'for name in default a.test; do cp certs/shared.crt certs/$name.crt; cp certs/shared.key certs/$name.key; done',
  'for name in default a.test "*.w.test" default_location a.test_location; do echo "LimitRequestBody 7" >"vhost.d/$name"; done',
  'echo "RequestHeader set X-Own yes" >proxy.conf',
  'echo "Require ip 192.0.2.1" >network_internal.conf',
  `echo 'ProxyFCGISetEnvIf "true" OWN yes' >fastcgi.conf`,
  'touch htpasswd/a.test ../htdocs/errors/50x.html',
].join(' && ');
