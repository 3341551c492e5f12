import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { haproxy } from '../../src/proxies/haproxy.ts';
import { HAPROXY_LIMITS } from '../../src/proxies/haproxy-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import type { Template } from '../../src/templates/engine.ts';
import { aThousandSites, type ConfigTester, sitesOf, verdict } from '../support/config-tester.ts';
import { Engine } from '../support/engine.ts';
import {
  type Configuration,
  haproxyTemplate,
  renderHaproxy,
  renderModel,
} from '../support/haproxy-template.ts';
import { hostileModel, RICH_SETTINGS } from '../support/hostile-model.ts';
import { richContainers } from '../support/nginx-template.ts';
import { Workspace } from '../support/workspace.ts';

// What the bundled template makes of containers, which need not exist, before a real HAProxy.

/** The same containers each time: a file of thousands takes too long to look for the one at fault. */
const SEED = 20_261_128;
const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
let template: Template;

beforeAll(async () => {
  template = await haproxyTemplate();
});

afterAll(() => workspace[Symbol.asyncDispose]());

const FOLDER = '/usr/local/etc/haproxy';

const HAPROXY: ConfigTester = {
  image: inject('images').haproxy,
  folder: FOLDER,
  check: `haproxy -c -V -f ${FOLDER}/haproxy.cfg`,
  args: ['--user=root'],
};

/** What `haproxy -c` says of a configuration, but for its version. */
async function verdictOn(part: string, files: Configuration, prepare = 'true') {
  const said = await verdict(workspace, HAPROXY, part, { files, prepare });
  return said.filter((line) => !line.startsWith('[NOTICE]'));
}

const ACCEPTED = ['Configuration file is valid'];

describe('HAProxy accepts without a warning', () => {
  it('a file without a site', async () => {
    expect(await verdictOn('none', renderHaproxy(template, []))).toEqual(ACCEPTED);
  });

  it('each kind of host, path, protocol, address and state, and hostile comments', async () => {
    expect(await verdictOn('rich', renderHaproxy(template, richContainers()))).toEqual(ACCEPTED);
  });

  it('a thousand sites', async () => {
    expect(await verdictOn('many', renderHaproxy(template, aThousandSites()))).toEqual(ACCEPTED);
  });
});

describe('HAProxy accepts whatever survives validation:', () => {
  it('regular expressions', async () => {
    const piece = fc.constantFrom(
      ...['a', 'B', '0', '-', '_', '.', ' ', '"', "'", '#', ';', '$', '^', ':', '=', '!', '<'],
      ...['[', '[^', ']', '[a-z]', '[\\w-]', '[.-9]', '(', '(?:', '(?=', '(?!', ')', '|', '*', '+'],
      ...[
        '?',
        '*?',
        '{2}',
        '{2,}',
        '{,3}',
        '{999}',
        '\\',
        '\\d',
        '\\W',
        '\\b',
        '\\.',
        '\\{',
        '\\ ',
      ],
    );
    const regex = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const envs = fc
      .sample(fc.tuple(regex, regex), 20_000)
      .map(([host, path]) => ({ VIRTUAL_HOST: `~${host}`, VIRTUAL_PATH: `~*${path}` }));
    const model = createRouter()({ containers: sitesOf(envs), vantage: { kind: 'host' } });
    expect(model.sites.length).toBeGreaterThan(400);
    expect(await verdictOn('regex', renderModel(template, model))).toEqual(ACCEPTED);
  });

  it('hostile values in every setting, with all kinds of files there', {
    timeout: 600_000,
  }, async () => {
    const model = hostileModel(PLACES, { seed: SEED, limits: HAPROXY_LIMITS });
    const files = renderModel(await haproxyTemplate(OPERATORS_TEXTS), model, [], RICH_SETTINGS);
    expect(await verdictOn('hostile', files, MAKE_FILES)).toEqual(ACCEPTED);
  });
});

const { places: PLACES } = haproxy;

/** What the template takes in of the operator's files. */
const OPERATORS_TEXTS = {
  exists: () => true,
  list: () => [],
  read: (path: string) => {
    if (path.startsWith(PLACES.users)) return 'a:$5$salt$hash\nb:$apr1$salt$hash\n';
    if (path === PLACES.fastcgi) return '    set-param OWN own\n';
    return '    http-request set-header X-Own own\n';
  },
};

/** What {@link operatorsFiles} has and HAProxy reads itself. */
const MAKE_FILES = [
  'cd /etc/haproxy 2>/dev/null || mkdir -p /etc/haproxy && cd /etc/haproxy && mkdir -p certs errors',
  'openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=a.test -keyout certs/shared.key -out certs/shared.crt 2>/dev/null',
  'for name in default a.test; do cp certs/shared.crt certs/$name.crt; cp certs/shared.key certs/$name.key; done',
  'echo 10.0.0.0/8 >network_internal.lst',
  'echo gone >errors/50x.html',
].join(' && ');
