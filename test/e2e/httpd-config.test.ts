import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { HTTPD_PLACES } from '../../src/proxies/httpd-file-places.ts';
import { HTTPD_LIMITS } from '../../src/proxies/httpd-limits.ts';
import { keyOf } from '../../src/proxies/httpd-manager.ts';
import { createRouter } from '../../src/routing/build.ts';
import type { RoutingModel } from '../../src/routing/model.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import type { TemplateSettings } from '../../src/templates/context.ts';
import type { Template } from '../../src/templates/engine.ts';
import { aThousandSites, type ConfigTester, verdict } from '../support/config-tester.ts';
import { Engine } from '../support/engine.ts';
import { hostileModel, RICH_SETTINGS } from '../support/hostile-model.ts';
import { bundledTemplate, contextOf, richContainers } from '../support/nginx-template.ts';
import { Workspace } from '../support/workspace.ts';

// What the bundled template makes of containers, which need not exist, before a real httpd.

/** The same containers each time: a file of thousands takes too long to look for the one at fault. */
const SEED = 20_261_128;
const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
const CONF = '/usr/local/apache2/conf';
let template: Template;

beforeAll(async () => {
  template = await bundledTemplate('apache.conf.hbs');
});

afterAll(() => workspace[Symbol.asyncDispose]());

const HTTPD: ConfigTester = {
  image: inject('images').httpd,
  folder: `${CONF}/tsgen`,
  check: `httpd -t -f ${CONF}/tsgen/httpd.conf`,
};

/** What `httpd -t` says, after a shell line has prepared what it looks at. */
async function verdictOn(
  part: string,
  model: RoutingModel,
  { settings, prepare = 'true' }: { settings?: TemplateSettings; prepare?: string } = {},
): Promise<readonly string[]> {
  const files: Record<string, string> = {};
  const chunks = template.render(contextOf(model, [], settings), {
    onFile: ({ path, chunks: side }) => {
      files[basename(path)] = side.join('');
    },
  });
  return await verdict(workspace, HTTPD, part, {
    files: { ...files, 'httpd.conf': chunks.join('') },
    prepare,
  });
}

const modelOf = (containers: Parameters<ReturnType<typeof createRouter>>[0]['containers']) =>
  createRouter()({ containers, vantage: { kind: 'host' }, limits: HTTPD_LIMITS });

describe('httpd accepts without a warning', () => {
  it('a file without a site', async () => {
    expect(await verdictOn('none', modelOf([]))).toEqual(['Syntax OK']);
  });

  it('each kind of host, path, protocol, address and state, and hostile comments', async () => {
    expect(await verdictOn('rich', modelOf(richContainers()))).toEqual(['Syntax OK']);
  });

  it('a thousand sites', async () => {
    expect(await verdictOn('many', modelOf(aThousandSites()))).toEqual(['Syntax OK']);
  });

  it('members that it is told of, of each kind that there is', async () => {
    const settings = { ...DEFAULT_PROXY_SETTINGS, memberKey: keyOf('secret') };
    const model = modelOf(richContainers());
    expect(await verdictOn('told', model, { settings })).toEqual(['Syntax OK']);
  });

  it('hostile values in every setting, with all kinds of files there', {
    timeout: 600_000,
  }, async () => {
    const model = hostileModel(HTTPD_PLACES, { seed: SEED, limits: HTTPD_LIMITS });
    const log = await verdictOn('hostile', model, {
      settings: RICH_SETTINGS,
      prepare: MAKE_FILES,
    });
    expect(log).toEqual(['Syntax OK']);
  });
});

/** What {@link operatorsFiles} has. */
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
