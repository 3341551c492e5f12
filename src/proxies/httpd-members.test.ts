import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from '../routing/build.ts';
import { memberSteps, membersAfter } from '../routing/member-changes.ts';
import type { RoutingModel } from '../routing/model.ts';
import { DEFAULT_PROXY_SETTINGS } from '../routing/read-proxy-settings.ts';
import { httpdRoute } from '../templates/httpd-worker.ts';
import { httpd } from './httpd.ts';
import { HTTPD_LIMITS } from './httpd-limits.ts';
import { httpdMembers } from './httpd-members.ts';
import { rosterOf } from './httpd-roster.ts';
import type { Roster, RosterMember } from './runtime-members.ts';

const SECRET = 'ab'.repeat(32);
const MEMBERS = httpdMembers({ port: 18_404, secret: SECRET });
const { listed, tellCommand, heard, partCommand, partingOf, isOf } = MEMBERS;

const web = (name: string, env: Readonly<Record<string, string>> = {}) =>
  aContainer({ name, env: { VIRTUAL_HOST: 'app.test', VIRTUAL_PORT: '8080', ...env } });

const modelOf = (...containers: Parameters<typeof web>[]): RoutingModel =>
  createRouter()({
    containers: containers.map((one) => web(...one)),
    vantage: aVantage('front'),
    limits: HTTPD_LIMITS,
  });

const roster = (model: RoutingModel, extraServer?: string) =>
  rosterOf({
    model,
    settings: { ...DEFAULT_PROXY_SETTINGS, ...(extraServer ? { extraServer } : {}) },
    chunks: [],
  });

const ROUTE = httpdRoute(aContainer({ name: 'web-1' }).ID);

describe('the members that httpd is told of while it runs', () => {
  it('are named by address and container', () => {
    const { members, fixed, places } = roster(modelOf(['web-1']));
    expect(fixed.size).toBe(0);
    expect(members).toMatchObject([
      {
        upstream: 'app.test',
        name: `ws://172.18.0.2:8080 ${ROUTE}`,
        words: 'ws://172.18.0.2:8080',
        weight: 1,
        container: { name: 'web-1' },
      },
    ]);
    expect(places?.get('app.test')).toEqual([expect.stringMatching(/^http-[0-9a-f]{16}$/)]);
    const [member] = membersAfter(members);
    if (!member) throw new Error('no member');
    expect(isOf(member, aContainer({ name: 'web-1' }).ID)).toBe(true);
    expect(isOf(member, aContainer({ name: 'web-2' }).ID)).toBe(false);
  });

  it.each([
    ['http', '80', 'ws://172.18.0.2'],
    ['http', '443', 'ws://172.18.0.2:443'],
    ['https', '443', 'wss://172.18.0.2'],
    ['grpc', '80', 'h2c://172.18.0.2'],
    ['fastcgi', '9000', 'fcgi://172.18.0.2:9000'],
  ])('have the name that httpd gives them: %s on port %s', (proto, port, name) => {
    const { members } = roster(modelOf(['web-1', { VIRTUAL_PROTO: proto, VIRTUAL_PORT: port }]));
    expect(members.map(({ words }) => words)).toEqual([name]);
  });

  it('have another digest with another member, weight or container at an address', () => {
    const [one, two] = [roster(modelOf(['web-1'])), roster(modelOf(['web-2']))];
    expect(two.members.map(({ words }) => words)).toEqual(one.members.map(({ words }) => words));
    expect(two.digest).not.toBe(one.digest);
    expect(roster(modelOf(['web-1', { TSGEN_WEIGHT: '5' }])).digest).not.toBe(one.digest);
    // httpd does not know such weights, so they are one.
    expect(roster(modelOf(['web-1', { TSGEN_WEIGHT: '200' }])).digest).toBe(
      roster(modelOf(['web-1', { TSGEN_WEIGHT: '100' }])).digest,
    );
  });

  it.each<[string, Roster]>([
    ['its servers do not speak HTTP/1.1', roster(modelOf(['web-1', { VIRTUAL_PROTO: 'grpc' }]))],
    ['its servers are checked by httpd', roster(modelOf(['web-1', { TSGEN_HEALTH_CHECK: '/' }]))],
    [
      'connections to its servers are kept open',
      roster(modelOf(['web-1', { TSGEN_KEEPALIVE: '8' }])),
    ],
    [
      'its servers have times of their own',
      roster(modelOf(['web-1', { TSGEN_CONNECT_TIMEOUT: '1s' }])),
    ],
    [
      'the debug endpoint tells who they are',
      roster(modelOf(['web-1', { TSGEN_DEBUG_ENDPOINT: 'true' }])),
    ],
    ['its servers have words of their own', roster(modelOf(['web-1']), 'ping=1')],
    // Both are at the same address here.
    ['several of its servers have one address', roster(modelOf(['web-1'], ['web-2']))],
  ])('change by a reload where %s', (reason, { fixed }) => {
    expect([...fixed]).toEqual([['app.test', reason]]);
  });

  it('are none where httpd cannot be spoken to', () => {
    const told = (more: object) =>
      httpd.membersWith?.('ab', { ...DEFAULT_PROXY_SETTINGS, ...more });
    expect(told({})).toBeDefined();
    expect(told({ controlPort: 0 })).toBeUndefined();
    expect(told({ proxyProtocol: true })).toBeUndefined();
  });
});

const member = (wish: Partial<RosterMember> = {}): RosterMember => ({
  ...{ upstream: 'app', name: 'ws://10.0.0.2:80 aa', weight: 1, words: 'ws://10.0.0.2:80' },
  ...{ isChecked: false, container: { id: 'one', name: 'web-1' } },
  ...wish,
});

const told = (...[present, wanted]: Parameters<typeof memberSteps<RosterMember>>) =>
  tellCommand('gen', memberSteps(present, wanted), {
    ...{ members: wanted, fixed: new Map(), digest: 'dd' },
    places: new Map([['app', ['http-1', 'https-1']]]),
  });

const words = (...all: readonly string[]) => all.join(' ');

describe('the secret with which httpd is told of members', () => {
  it('is on no command line, and in the environment of each', () => {
    const leaving = membersAfter([member()]);
    const roster: Roster = { members: [], fixed: new Map(), digest: 'dd', places: new Map() };
    const commands = [
      ...[MEMBERS.askCommand, MEMBERS.listCommand, told([], [member()])],
      partCommand(leaving, roster),
    ];
    for (const command of commands) {
      expect(command).toContain('X-Tsgen-Key');
      expect(command).not.toContain(SECRET);
    }
    expect(MEMBERS.env).toEqual({ TSGEN_KEY: SECRET });
  });
});

describe('the command that tells httpd of members', () => {
  it('does so in each virtual host that has them', () => {
    const command =
      told(
        [],
        [
          member(),
          member({ name: 'ws://10.0.0.3:80 bb backup', weight: 0, words: 'ws://10.0.0.3:80' }),
        ],
      ) ?? '';
    const lines = [
      words('add', 'app', 'ws://10.0.0.2:80', 'aa', '1', '0', '0'),
      words('add', 'app', 'ws://10.0.0.3:80', 'bb', '1', '1', '1'),
    ].join('\n');
    for (const place of ['http-1', 'https-1']) {
      expect(command).toContain(`${words('at', place)}\n${lines}\n`);
    }
    expect(command).toContain('done_with app 1 ');
  });

  it('has no program say anything of a locale that is not there', () => {
    expect(told([], [member()])).toMatch(/^export LC_ALL=C\n/);
  });

  it('disables who leaves, but for one whose address is another container’s by now', () => {
    const before = membersAfter([member()]);
    expect(told(before, [])).toContain(words('drain', 'app', 'ws://10.0.0.2:80'));
    const after = told(before, [member({ name: 'ws://10.0.0.2:80 bb' })]);
    expect(after).not.toContain(words('drain', 'app', 'ws://10.0.0.2:80'));
    expect(after).toContain(words('add', 'app', 'ws://10.0.0.2:80', 'bb', '1', '0', '0'));
  });

  it.each(['app;reboot', 'app&b=x', "app'", 'app$(id)', 'app\nrm', 'app%00'])(
    'is not made with a name that could mean something else: %j',
    (upstream) => {
      expect(told([], [member({ upstream })])).toBeUndefined();
    },
  );

  it('is not made of so many steps that a reload is less', () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      member({ name: `ws://10.0.${index}:80 aa`, words: `ws://10.0.${index}:80` }),
    );
    expect(told([], many)).toBeUndefined();
  });
});

const PAGE = `at http-1
b app
up app ws://10.0.0.2:80 aa 1 3 - 
down app ws://10.0.0.3:80 bb 1 2 - 
up app ws://10.0.0.4:80 cc 0 0 - backup
`;
const OTHER = PAGE.replace('http-1', 'https-1').replace('aa 1 3', 'aa 1 1');

describe('what httpd says of members', () => {
  const members = [
    { upstream: 'app', name: 'ws://10.0.0.2:80 aa', weight: 1, isDrained: false },
    { upstream: 'app', name: 'ws://10.0.0.3:80 bb', weight: 1, isDrained: true },
    { upstream: 'app', name: 'ws://10.0.0.4:80 cc backup', weight: 0, isDrained: false },
  ];

  it('is read once of all virtual hosts that have them', () => {
    expect(heard(`${PAGE}${OTHER}runs gen dd`, [])).toEqual({
      ...{ generation: 'gen', members, refused: [] },
    });
    expect(listed(`gen dd\n${PAGE}${OTHER}end\n`)).toEqual({ generation: 'gen', members });
  });

  it('is not believed where the virtual hosts differ', () => {
    for (const odd of [
      OTHER.replace('up app ws://10.0.0.2:80', 'down app ws://10.0.0.2:80'),
      OTHER.replace('aa 1 1', 'aa 7 1'),
      OTHER.replace(/^up app ws:\/\/10\.0\.0\.2:80.*\n/m, ''),
    ]) {
      expect(heard(`${PAGE}${odd}runs gen dd`, []).refused).toEqual([
        "'app/ws://10.0.0.2:80 aa' in one of its virtual hosts",
      ]);
      expect(listed(`gen dd\n${PAGE}${odd}end\n`)).toBeUndefined();
    }
  });

  it('is not believed where it was cut off, or not all of it was done', () => {
    expect(listed(`gen dd\n${PAGE}`)).toBeUndefined();
    expect(heard(PAGE, []).generation).toBe('');
    expect(heard(`${PAGE}runs gen changing`, []).refused).toEqual(['some of it']);
    const steps = memberSteps(membersAfter([member()]), [member({ upstream: 'new' })]);
    expect(heard(`${PAGE}runs gen changing`, steps).refused).toEqual([
      "'add new/ws://10.0.0.2:80 aa'",
      "'drain app/ws://10.0.0.2:80 aa'",
    ]);
  });

  it('may have forgotten in one place who leaves, and not in another', () => {
    const odd = OTHER.replace(/^down.*\n/m, '');
    expect(heard(`${PAGE}${odd}runs gen dd`, [])).toMatchObject({ members, refused: [] });
  });

  it('has no request open where there is neither a connection nor a client, whatever httpd counts', () => {
    const leaving = [{ ...member({ name: 'ws://10.0.0.3:80 bb' }), isDrained: true }];
    const left = (...lines: readonly string[]) =>
      partingOf(`${PAGE}${OTHER}${lines.join('\n')}\nend\n`, leaving)?.left.map(
        ({ member: _, ...rest }) => rest,
      );
    expect(left('clients 0', 'to 0300000A:0050 3')).toEqual([{ open: 4 }]);
    // It may be for this member that they have something to send.
    expect(left('clients 1', 'to 0400000A:0050 3')).toEqual([{ open: 4, isQuiet: true }]);
    expect(left('clients 0', 'to 0400000A:0050 3')).toEqual([]);
    expect(left()).toEqual([{ open: 4 }]);
    const present = members.filter(({ isDrained }) => !isDrained);
    expect(listed(`gen dd\n${PAGE}${OTHER}clients 0\nend\n`)?.members).toEqual(present);
    expect(heard(`${PAGE}${OTHER}clients 0\nruns gen dd`, []).members).toEqual(present);
  });

  it('tells how many requests are open, and who else may have some', () => {
    const leaving = [
      { ...member({ name: 'ws://10.0.0.3:80 bb' }), isDrained: true },
      { ...member({ name: 'ws://10.0.0.9:80 ff' }), isDrained: true },
    ];
    expect(partingOf(`${PAGE}${OTHER}worker 7\nworker 8\nend\n`, leaving)).toEqual({
      left: [{ member: leaving[0], open: 4 }],
      workers: [7, 8],
    });
    expect(partingOf(PAGE, leaving)).toBeUndefined();
    const command = partCommand(leaving, {
      ...{ members: [], fixed: new Map(), digest: '' },
      places: new Map([['app', ['http-1']]]),
    });
    expect(command).toContain(`for place in ${words('http-1')}; do`);
  });
});
