import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import { haproxy } from '../../src/proxies/haproxy.ts';
import { HAPROXY_LIMITS } from '../../src/proxies/haproxy-limits.ts';
import { HAPROXY_MEMBERS } from '../../src/proxies/haproxy-members.ts';
import type { RosterMember } from '../../src/proxies/runtime-members.ts';
import { createRouter, emptyModel } from '../../src/routing/build.ts';
import { memberSteps, membersAfter } from '../../src/routing/member-changes.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/proxy-settings.ts';
import type { Template } from '../../src/templates/engine.ts';
import { Engine } from '../support/engine.ts';
import { haproxyTemplate, renderHaproxy, renderModel } from '../support/haproxy-template.ts';
import { HOSTILE_VOCABULARY, hostileContainer } from '../support/hostile-containers.ts';
import { richContainers } from '../support/nginx-template.ts';
import { aCertificate, filesWith } from '../support/routing-files.ts';
import { aContainer, aVantage } from '../support/runtime-containers.ts';
import { Workspace } from '../support/workspace.ts';

// What the bundled template makes of containers, which need not exist, before a real HAProxy.

/** The same containers each time: a file of ten thousand takes too long to look for the one at fault. */
const SEED = 20_261_128;
const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
let template: Template;

beforeAll(async () => {
  template = await haproxyTemplate();
});

afterAll(() => workspace[Symbol.asyncDispose]());

const FOLDER = '/usr/local/etc/haproxy';

/** What `haproxy -c` says of a configuration, but for its version. */
async function verdict(part: string, files: Readonly<Record<string, string>>, setUp = 'true') {
  const folder = join(await workspace.folder(part), 'files');
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const tester = await workspace.create(part, images.haproxy, {
    args: ['--network=none', '--user=root'],
    command: ['sh', '-c', `${setUp} && exec haproxy -c -V -f ${FOLDER}/haproxy.cfg`],
  });
  await engine.docker(['cp', `${folder}/.`, `${tester}:${FOLDER}`]);
  await engine.docker(['start', '--attach', tester], { timeoutMs: 120_000 }).catch(() => '');
  return (await engine.logs(tester)).filter((line) => !line.startsWith('[NOTICE]'));
}

const ACCEPTED = ['Configuration file is valid'];

const sites = (envs: readonly Readonly<Record<string, string>>[]): readonly RuntimeContainer[] =>
  envs.map((env, index) => aContainer({ name: `web-${index}`, env }));

describe('HAProxy accepts without a warning', () => {
  it('a file without a site', async () => {
    expect(await verdict('none', renderHaproxy(template, []))).toEqual(ACCEPTED);
  });

  it('each kind of host, path, protocol, address and state, and hostile comments', async () => {
    expect(await verdict('rich', renderHaproxy(template, richContainers()))).toEqual(ACCEPTED);
  });

  it('a thousand sites', async () => {
    const envs = Array.from({ length: 1000 }, (_, index) => ({
      VIRTUAL_HOST: `site-${index}.example.com`,
    }));
    expect(await verdict('many', renderHaproxy(template, sites(envs)))).toEqual(ACCEPTED);
  });
});

describe('HAProxy that runs', () => {
  it('is told of each kind of member, as tsgen tells it', async () => {
    const containers = [
      ...richContainers(),
      ...['one', 'two'].map((name) =>
        aContainer({
          name,
          env: { TSGEN_TCP_PORTS: '5432', TSGEN_BALANCE: 'source', TSGEN_BACKUP: 'true' },
        }),
      ),
    ];
    const model = createRouter()({
      containers,
      vantage: aVantage('front'),
      limits: HAPROXY_LIMITS,
    });
    const { members, fixed, digest } = HAPROXY_MEMBERS.rosterOf({
      ...{ model, settings: DEFAULT_PROXY_SETTINGS, chunks: [] },
    });
    const words = members.map(({ words }) => words).join('\n');
    for (const word of ['proto h2', 'alpn h2', 'check', 'cookie', 'backup', 'weight', ' [2001:']) {
      expect(words).toContain(word);
    }
    expect([...fixed.values()].filter((why) => why !== 'it speaks FastCGI')).toEqual([]);
    const proxy = await running('members', renderModel(template, model));
    const runs = `${REVISION} ${digest}`;
    expect(await engine.docker(['exec', proxy, 'sh', '-c', HAPROXY_MEMBERS.askCommand])).toBe(runs);
    const tell = async (...steps: Parameters<typeof memberSteps<RosterMember>>) => {
      const told = memberSteps(...steps);
      const command = HAPROXY_MEMBERS.tellCommand(REVISION, told) ?? 'too long';
      const args = ['exec', proxy, 'sh', '-c', command];
      return HAPROXY_MEMBERS.heard(await engine.docker(args), told);
    };
    expect(await tell(membersAfter(members), [])).toEqual({
      ...{ runs: `${REVISION} ${HAPROXY_MEMBERS.rosterOf(NOBODY).digest}`, refused: [], left: [] },
    });
    expect(await tell([], members)).toEqual({ runs, refused: [], left: [] });
    const listed = HAPROXY_MEMBERS.listed(
      await engine.docker(['exec', proxy, 'sh', '-c', HAPROXY_MEMBERS.listCommand]),
    );
    expect(listed?.generation).toBe(REVISION);
    expect(memberSteps(listed?.members ?? [], members)).toEqual([]);
  });
});

/** As `contextOf` has it. */
const REVISION = '0123456789abcdef';
const NOBODY = { model: emptyModel(), settings: DEFAULT_PROXY_SETTINGS, chunks: [] };

/** Starts HAProxy, with a master that can be spoken to. */
async function running(part: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(await workspace.folder(part), 'files');
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const proxy = await workspace.create(part, images.haproxy, {
    args: ['--network=none'],
    command: ['haproxy', '-W', '-db', '-S', MASTER, '-f', `${FOLDER}/haproxy.cfg`],
  });
  await engine.docker(['cp', `${folder}/.`, `${proxy}:${FOLDER}`]);
  await engine.docker(['start', proxy]);
  const ask = ['exec', proxy, 'sh', '-c', HAPROXY_MEMBERS.askCommand];
  await vi.waitFor(() => engine.docker(ask), { timeout: 20_000, interval: 100 });
  return proxy;
}

const MASTER = '/var/lib/haproxy/master.sock,mode,600';

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
    const model = createRouter()({ containers: sites(envs), vantage: { kind: 'host' } });
    expect(model.sites.length).toBeGreaterThan(400);
    expect(await verdict('regex', renderModel(template, model))).toEqual(ACCEPTED);
  });

  it('hostile values in every setting, with all kinds of files there', {
    timeout: 600_000,
  }, async () => {
    const { places } = haproxy;
    // No engine has two containers of one ID.
    const byId = new Map(
      fc.sample(hostileContainer, { numRuns: 10_000, seed: SEED }).map((one) => [one.ID, one]),
    );
    const model = createRouter()({
      containers: [...byId.values()],
      vantage: { kind: 'host' },
      settings: SETTINGS,
      files: OPERATORS_FILES,
      vocabulary: HOSTILE_VOCABULARY,
      places,
      limits: HAPROXY_LIMITS,
      now: Date.now(),
    });
    const served = new Set(
      model.sites.flatMap(({ routes }) =>
        routes.flatMap(({ upstream }) => upstream.servers.map(({ container }) => container.id)),
      ),
    );
    expect(served.size).toBeGreaterThan(2000);
    expect(model.problems.length).toBeGreaterThan(1000);
    expect(model.sites.filter(({ https }) => https.kind === 'serve').length).toBeGreaterThan(100);
    const files = renderModel(await haproxyTemplate(OPERATORS_TEXTS), model, [], SETTINGS);
    expect(await verdict('hostile', files, MAKE_FILES)).toEqual(ACCEPTED);
  });
});

const SETTINGS = { ...DEFAULT_PROXY_SETTINGS, debugEndpoint: true, ipv6: true };
const { places: PLACES } = haproxy;

const certificateOf = (name: string) =>
  aCertificate(name, {
    certificate: `${PLACES.certificates}/${name}.crt`,
    key: `${PLACES.certificates}/${name}.key`,
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
      certificate: `${PLACES.certificates}/shared.crt`,
      digest: 'd',
    },
  ],
  hooks: [
    ...['default', 'default_location', 'a.test', 'a.test_location', '*.w.test'].map(
      (name) => `${PLACES.sites}/${name}`,
    ),
    `${PLACES.users}/a.test`,
    ...[PLACES.headers, PLACES.internalClients, PLACES.fastcgi, PLACES.errorPage],
  ],
});

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

const MAKE_FILES = [
  'cd /etc/haproxy 2>/dev/null || mkdir -p /etc/haproxy && cd /etc/haproxy && mkdir -p certs errors',
  'openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=a.test -keyout certs/shared.key -out certs/shared.crt 2>/dev/null',
  'for name in default a.test; do cp certs/shared.crt certs/$name.crt; cp certs/shared.key certs/$name.key; done',
  'echo 10.0.0.0/8 >network_internal.lst',
  'echo gone >errors/50x.html',
].join(' && ');
