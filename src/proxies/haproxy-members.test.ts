import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from '../routing/build.ts';
import { memberSteps, membersAfter } from '../routing/member-changes.ts';
import type { RoutingModel } from '../routing/model.ts';
import { DEFAULT_PROXY_SETTINGS } from '../routing/read-proxy-settings.ts';
import { HAPROXY_LIMITS } from './haproxy-limits.ts';
import { HAPROXY_MEMBERS } from './haproxy-members.ts';
import type { Roster, RosterMember } from './runtime-members.ts';

const { rosterOf, listed, tellCommand, heard, partCommand, partingOf } = HAPROXY_MEMBERS;

const web = (name: string, env: Readonly<Record<string, string>> = {}) =>
  aContainer({ name, env: { VIRTUAL_HOST: 'app.test', ...env } });

const modelOf = (...containers: Parameters<typeof web>[]): RoutingModel =>
  createRouter()({
    containers: containers.map((one) => web(...one)),
    vantage: aVantage('front'),
    limits: HAPROXY_LIMITS,
  });

const rosterIfAny = (model: RoutingModel, chunks: readonly string[] = [], extraServer?: string) =>
  rosterOf({
    model,
    settings: { ...DEFAULT_PROXY_SETTINGS, ...(extraServer ? { extraServer } : {}) },
    chunks,
  });

function roster(model: RoutingModel): Roster {
  const found = rosterIfAny(model);
  if (!found) throw new Error('no roster');
  return found;
}

/** With words of its own on the line of the first server of each upstream. */
function withRaw(model: RoutingModel, raw: string): RoutingModel {
  const routes = (site: RoutingModel['sites'][number]) =>
    site.routes.map((route) => {
      const [first, ...others] = route.upstream.servers;
      const servers = first ? [{ ...first, raw }, ...others] : [];
      return { ...route, upstream: { ...route.upstream, servers } };
    });
  return { ...model, sites: model.sites.map((site) => ({ ...site, routes: routes(site) })) };
}

const NAME = `172.18.0.2:80:${createHash('sha1')
  .update(createHash('sha256').update('web-1').digest('hex'))
  .digest('hex')
  .slice(0, 12)}`;

describe('the members that HAProxy is told of while it runs', () => {
  it('are the servers, with the words of their lines', () => {
    const { members, fixed } = roster(modelOf(['web-1']));
    expect(fixed.size).toBe(0);
    expect(members).toMatchObject([
      {
        upstream: 'app.test',
        name: NAME,
        weight: 1,
        container: { name: 'web-1' },
        words: `app.test/${NAME} 172.18.0.2:80 pool-max-conn 2 pool-conn-name var(txn.own)`,
        isChecked: false,
      },
    ]);
  });

  it('are those of ports that are handed on, too', () => {
    const { members } = roster(modelOf(['db', { VIRTUAL_HOST: '', TSGEN_TCP_PORTS: '5432' }]));
    expect(members.map(({ words }) => words)).toEqual([
      expect.stringMatching(/^\S+\/172\.18\.0\.2:5432:[0-9a-f]{12} 172\.18\.0\.2:5432$/),
    ]);
  });

  it('have another digest with another member or weight, and the same in another order', () => {
    const [one, two] = [roster(modelOf(['web-1'])), roster(modelOf(['web-1'], ['web-2']))];
    expect(two.digest).not.toBe(one.digest);
    expect(roster(modelOf(['web-2'], ['web-1'])).digest).toBe(two.digest);
    expect(roster(modelOf(['web-1', { TSGEN_WEIGHT: '5' }])).digest).not.toBe(one.digest);
  });

  it.each<[string, Roster]>([
    ['it speaks FastCGI', roster(modelOf(['web-1', { VIRTUAL_PROTO: 'fastcgi' }]))],
    [
      'the debug endpoint tells who they are',
      roster(modelOf(['web-1', { TSGEN_DEBUG_ENDPOINT: 'true' }])),
    ],
  ])('change by a reload where %s', (reason, { fixed }) => {
    expect([...fixed]).toEqual([['app.test', reason]]);
  });

  // HAProxy would answer with weights and states that the model knows nothing of.
  it.each<[string, ReturnType<typeof rosterIfAny>]>([
    ['all servers', rosterIfAny(modelOf(['web-1']), [], 'weight 10')],
    [
      'those of a backend',
      rosterIfAny(modelOf(['web-1']), ['backend b\n    default-server weight 10\n']),
    ],
    [
      'those after a line that stands in two parts of the text',
      rosterIfAny(modelOf(['web-1']), ['backend b\n  ', 'default-server disabled\n']),
    ],
    ['one, in the model', rosterIfAny(withRaw(modelOf(['web-1'], ['web-2']), 'disabled'))],
  ])('are not to be told where words of the operator’s own count for %s', (_, found) => {
    expect(found).toBeUndefined();
  });

  it('are told all the same where a comment speaks of such words', () => {
    const text = '    server a # web-default-server-1, over network front\n# default-server\n';
    expect(rosterIfAny(modelOf(['web-1']), [text])?.fixed.size).toBe(0);
  });

  it('are none where the operator writes the backend, or nobody can be spoken to', () => {
    const [site] = modelOf(['web-1']).sites;
    if (!site) throw new Error('no site');
    const override = { path: '/x', digest: 'd' } as never;
    const model = modelOf(['web-1']);
    const overridden = {
      ...model,
      sites: [{ ...site, routes: site.routes.map((route) => ({ ...route, override })) }],
    };
    expect(roster(overridden).members).toEqual([]);
    expect(roster(modelOf(['web-1', { VIRTUAL_PROTO: 'uwsgi' }])).members).toEqual([]);
  });
});

const member = (wish: Partial<RosterMember> = {}): RosterMember => ({
  ...{ upstream: 'app', name: NAME, weight: 1, words: `app/${NAME} 172.18.0.2:80` },
  ...{ isChecked: false, container: { id: 'one', name: 'web-1' } },
  ...wish,
});

const told = (...[present, wanted]: Parameters<typeof memberSteps<RosterMember>>) =>
  tellCommand('gen', memberSteps(present, wanted));

describe('the command that tells HAProxy of members', () => {
  it('adds a server and has it asked whether it is well', () => {
    const command = told([], [member({ isChecked: true })]) ?? '';
    const asked = '@1 get var proc.generation';
    const line = [
      `@1 add server app/${NAME} 172.18.0.2:80`,
      `@1 enable health app/${NAME}`,
      `@1 set server app/${NAME} state ready`,
      '@1 show servers state app',
      asked,
    ].join('; ');
    expect(command).toContain(`speak_each '<gen>' '${asked}' '${line}'`);
  });

  it('sends a leaving server no new request, not even of those who stick to it', () => {
    expect(told(membersAfter([member()]), [])).toContain(
      `'@1 set server app/${NAME} state maint; @1 del server app/${NAME}; `,
    );
  });

  it('takes requests from all that leave before it removes one', () => {
    const many = Array.from({ length: 99 }, (_, index) => member({ name: `${NAME}-${index}` }));
    const command = told(membersAfter(many), []) ?? '';
    expect(command.split('state maint')).toHaveLength(100);
    expect(command.split('del server')).toHaveLength(100);
    expect(command.lastIndexOf('state maint')).toBeLessThan(command.indexOf('del server'));
  });

  it('says as much in one line as HAProxy reads at once', () => {
    const many = Array.from({ length: 99 }, (_, index) => member({ name: `${NAME}-${index}` }));
    const command = told(membersAfter(many), []) ?? '';
    const said = command.slice(command.lastIndexOf('speak_each'));
    const lines = [...said.matchAll(/'([^']*)'/g)].map(([, line = '']) => line).slice(2);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.length).toBeLessThan(5);
    for (const line of lines) expect(line.length).toBeLessThan(8_192);
  });

  it.each([
    'app\nshutdown',
    'app; reload',
    "app' 'reload",
    'app <<',
    'app\\',
    'app$(id)',
    'app`id`',
  ])('is none with a name such as %j, whoever let it through', (upstream) => {
    expect(told(membersAfter([member({ upstream })]), [])).toBeUndefined();
    expect(told([], [member({ words: upstream })])).toBeUndefined();
  });

  it('is none for more than fits into a command', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => member({ upstream: `app-${index}` }));
    expect(told([], many)).toBeUndefined();
    expect(told([], many.slice(0, 100))).toBeDefined();
  });
});

describe('what HAProxy says', () => {
  const steps = memberSteps(membersAfter([member({ name: 'old' })]), [member()]);

  /** To the first line one, and to the second all others. */
  const saying = (first: string, ...others: readonly string[]) =>
    [[first], others]
      .filter((answers) => answers.length > 0)
      .map((answers) => answers.flatMap((answer) => [...answer.split('\n').filter(Boolean), '']))
      .map((lines) => `>\n${lines.map((line) => `  ${line}\n`).join('')}`)
      .join('');
  const GENERATION = 'proc.generation: type=str value=<gen>';
  const row = (name: string, state: number) => `3 app 1 ${name} 172.18.0.2 2 ${state} 1 1 20 1 0`;

  it('is heard as a success where it takes all of it', () => {
    const said = saying(
      ...[GENERATION, 'New server registered.\n', '\n', '\n', 'Server deleted.\n'],
      ...[`1\n# be_id be_name\n${row(NAME, 0)}\n${row('own', 0)}\n`, GENERATION],
    );
    expect(heard(said, steps)).toEqual({
      generation: 'gen',
      members: [{ upstream: 'app', name: NAME, weight: 1, isDrained: false }],
      refused: [],
    });
  });

  it('is heard as a refusal in its own words, and a server that has to wait as drained', () => {
    const exists = 'Already exists a server with the same name in backend.';
    const open = 'Server still has connections attached to it, cannot remove it.';
    const other = NAME.replace('172', '173');
    const said = saying(
      ...[GENERATION, exists, '', '', open, `${row(NAME, 1)}\n${row(other, 1)}`, GENERATION],
    );
    expect(heard(said, steps)).toEqual({
      generation: 'gen',
      members: [
        { upstream: 'app', name: NAME, weight: 1, isDrained: true },
        { upstream: 'app', name: other, weight: 1, isDrained: true },
      ],
      refused: [`'add server app/${NAME} 172.18.0.2:80': ${exists}`],
    });
  });

  it('is understood behind what a shell or perl has to say of its locale', () => {
    const noise = 'perl: warning: Setting locale failed.\n\tLANGUAGE = (unset)\n  are supported\n';
    const said = saying(GENERATION, '', '', '', 'Server deleted.', row(NAME, 0), GENERATION);
    expect(heard(`${noise}${said}`, steps)).toEqual(heard(said, steps));
    expect(told([], [member()])).toContain('export LC_ALL=C\n');
  });

  it('is heard as another generation where it ends with that', () => {
    const said = saying('proc.generation: type=str value=<other>');
    expect(heard(said, steps)).toEqual({ generation: 'other', members: [], refused: [] });
  });

  it('is read back as the members that it has', () => {
    expect(listed(`gen dig\napp ${NAME} 0 5\nb x:80:0123456789ab 1 1\nend\n`)).toEqual({
      generation: 'gen',
      members: [
        { upstream: 'app', name: NAME, weight: 5, isDrained: false },
        { upstream: 'b', name: 'x:80:0123456789ab', weight: 1, isDrained: true },
      ],
    });
    expect(listed(`gen dig\napp ${NAME} 0 5\n`)).toBeUndefined();
  });

  it('tells how many connections keep a leaving server', () => {
    const leaving = membersAfter([member({ name: 'a' }), member({ name: 'b' })]);
    expect(partCommand(leaving)).toContain(
      "speak_each '' '@1 del server app/a; @1 del server app/b; @1 show servers conn app; @1 show info'",
    );
    const output = [
      ...['>', '  Server still has connections attached to it, cannot remove it.', '  '],
      ...['  Server deleted.', '  '],
      '  # bkname/svname bkid/svid addr port - purge_delay used_cur used_max',
      ...['  app/a 3/1 127.0.0.1 8001 - 5000 2 3', '  '],
      ...['  Name: HAProxy', '  Pid: 42', '  ', ''],
    ].join('\n');
    expect(partingOf(output, leaving)).toEqual({
      left: [{ member: leaving[0], open: 2 }],
      workers: [42],
    });
    expect(partingOf('', leaving)).toBeUndefined();
  });
});
