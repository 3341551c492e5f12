import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import { render } from '../../src/pipeline/render.ts';
import { SideFiles } from '../../src/pipeline/side-files.ts';
import { haproxy } from '../../src/proxies/haproxy.ts';
import { HAPROXY_LIMITS } from '../../src/proxies/haproxy-limits.ts';
import { HAPROXY_MEMBERS } from '../../src/proxies/haproxy-members.ts';
import type { RosterMember } from '../../src/proxies/runtime-members.ts';
import { createRouter } from '../../src/routing/build.ts';
import { memberSteps, membersAfter } from '../../src/routing/member-changes.ts';
import { NO_FILES } from '../../src/routing/proxy-files.ts';
import { DEFAULT_PROXY_SETTINGS } from '../../src/routing/read-proxy-settings.ts';
import { putFiles } from '../support/config-tester.ts';
import { Engine } from '../support/engine.ts';
import { haproxyTemplate, renderModel } from '../support/haproxy-template.ts';
import { aLog } from '../support/memory-log.ts';
import { contextOf, richContainers } from '../support/nginx-template.ts';
import { aContainer, aVantage } from '../support/runtime-containers.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));

afterAll(() => workspace[Symbol.asyncDispose]());

const FOLDER = '/usr/local/etc/haproxy';

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
    const roster = HAPROXY_MEMBERS.rosterOf({
      ...{ model, settings: DEFAULT_PROXY_SETTINGS, chunks: [] },
    });
    if (!roster) throw new Error('no roster');
    const { members, fixed, digest } = roster;
    const words = members.map(({ words }) => words).join('\n');
    for (const word of ['proto h2', 'alpn h2', 'check', 'cookie', 'backup', 'weight', ' [2001:']) {
      expect(words).toContain(word);
    }
    expect([...fixed.values()].filter((why) => why !== 'it speaks FastCGI')).toEqual([]);
    const proxy = await running('members', renderModel(await haproxyTemplate(), model));
    const say = (command: string) => engine.docker(['exec', proxy, 'sh', '-c', command]);
    const runs = `${REVISION} ${digest}`;
    expect(await say(HAPROXY_MEMBERS.askCommand)).toBe(runs);
    const tell = async (...steps: Parameters<typeof memberSteps<RosterMember>>) => {
      const told = memberSteps(...steps);
      const command = HAPROXY_MEMBERS.tellCommand(REVISION, told) ?? 'too long';
      return HAPROXY_MEMBERS.heard(await say(command), told);
    };
    const none = await tell(membersAfter(members), []);
    expect(none).toEqual({ generation: REVISION, members: [], refused: [] });
    const all = await tell([], members);
    expect(all).toMatchObject({ generation: REVISION, refused: [] });
    expect(memberSteps(all.members, members)).toEqual([]);
    expect(await say(HAPROXY_MEMBERS.askCommand)).toBe(runs);
    const listed = HAPROXY_MEMBERS.listed(await say(HAPROXY_MEMBERS.listCommand));
    expect(listed?.generation).toBe(REVISION);
    expect(memberSteps(listed?.members ?? [], members)).toEqual([]);
  });

  it('is asked for what it runs alone where words of its operator’s count for its servers', async () => {
    const containers = ['one', 'two'].map((name) =>
      aContainer({ name, env: { VIRTUAL_HOST: 'app.test' } }),
    );
    const settings = {
      ...DEFAULT_PROXY_SETTINGS,
      extraDefaults: ['default-server weight 10'],
    };
    const template = await haproxyTemplate();
    const renderingOf = (those: typeof containers) => {
      const vantage = aVantage('front');
      const model = createRouter()({
        ...{ containers: those, vantage, limits: HAPROXY_LIMITS, settings },
      });
      const rendering = render(
        {
          ...{ listed: those, routed: those, vantage, template, settings },
          snapshot: { containers: those, docker: contextOf(model).Docker },
          ...{ files: NO_FILES, now: 0 },
        },
        { model, without: new Set(), sideFiles: new SideFiles('/haproxy.cfg', aLog()) },
        {
          ...{ spellsModel: true, members: HAPROXY_MEMBERS, destination: '/haproxy.cfg' },
          ...{ env: {}, keepBlankLines: false },
        },
      );
      const files = rendering.files.map(
        ({ path, chunks }) => [path.slice(1), chunks.join('')] as const,
      );
      return { ...rendering, byName: Object.fromEntries(files) };
    };
    const [both, one] = [renderingOf(containers), renderingOf(containers.slice(0, 1))];
    expect(both.byName['haproxy.cfg']).toContain('default-server weight 10');
    const proxy = await running('default-server', both.byName);
    const say = (command: string) => engine.docker(['exec', proxy, 'sh', '-c', command]);
    // It has weights that the model knows nothing of.
    const listed = HAPROXY_MEMBERS.listed(await say(HAPROXY_MEMBERS.listCommand));
    expect(listed?.members.map(({ weight }) => weight)).toEqual([10, 10]);
    expect(await say(haproxy.askCommand)).toBe(both.revision);
    // So another member is another revision, and is not taken for what runs.
    expect(one.revision).not.toBe(both.revision);
  });
});

/** As `contextOf` has it. */
const REVISION = '0123456789abcdef';

/** Starts HAProxy, with a master that can be spoken to. */
async function running(part: string, files: Readonly<Record<string, string>>): Promise<string> {
  const proxy = await workspace.create(part, images.haproxy, {
    args: ['--network=none'],
    command: ['haproxy', '-W', '-db', '-S', MASTER, '-f', `${FOLDER}/haproxy.cfg`],
  });
  await putFiles(workspace, proxy, FOLDER, files);
  await engine.docker(['start', proxy]);
  const ask = ['exec', proxy, 'sh', '-c', HAPROXY_MEMBERS.askCommand];
  await vi.waitFor(() => engine.docker(ask), { timeout: 20_000, interval: 100 });
  return proxy;
}

const MASTER = '/var/lib/haproxy/master.sock,mode,600';
