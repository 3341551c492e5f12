import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { byText } from '../../src/base/by-text.ts';
import type { Deployment } from '../../src/deploy/deployment.ts';
import { DEPLOY_REQUESTS } from '../../src/docker/api-requests.ts';
import { aCliScene } from '../support/cli-scene.ts';
import type { FakeEngine } from '../support/fake-engine.ts';
import { FakeImages } from '../support/fake-images.ts';

const SECRET = randomBytes(24).toString('hex');
const IMAGE = 'registry.test/team/web:latest';
const V1 = `sha256:${'1'.repeat(64)}`;
const V2 = `sha256:${'2'.repeat(64)}`;
const V3 = `sha256:${'3'.repeat(64)}`;

/** A watch, so many replicas of version 1, and a deployer for them. */
async function scene(count = 2) {
  const made = await aCliScene({ TSGEN_DEPLOY_SECRET: SECRET });
  const { cli, engine, text } = made;
  const images = new FakeImages(engine);
  images.add(V1, { Env: ['VERSION=1'] });
  images.add(V2, { Env: ['VERSION=2'] });
  images.add(V3, {}, 'gets-unhealthy');
  images.name(IMAGE, V1);
  images.push(IMAGE, V2);
  engine.addContainer({ name: 'proxy' });
  engine.onExec = () => ({ stdout: '1 0 5\n7 1 10\n' });
  for (let number = 1; number <= count; number += 1) {
    images.run(`web-${number}`, IMAGE, { 'com.docker.compose.image': V1 });
  }
  cli.start(
    ...['--template', 'nginx.conf.hbs', '--dest', 'out', '--proxy', 'proxy', '--confirm', ''],
    ...['--notify', 'reload', '--linger', '0'],
  );
  await expect.poll(() => text('out')).toContain(`web-${count}`);

  /** A deployer; the first one, or the next after one that was killed. */
  const deployer = async () => {
    const running = cli.start(
      ...['deploy-hook', '--listen', '127.0.0.1:0', '--repository', 'team/web', '--state', 'state'],
      ...['--dest', 'out', '--healthy-timeout', '30', '--callback-host', 'hub.example'],
    );
    const portOf = () => /port=(\d+)/.exec(running.log())?.[1];
    await expect.poll(portOf).toBeDefined();
    const base = `http://127.0.0.1:${portOf()}`;
    return {
      ...running,
      post: async (body: string | object, secret = SECRET, type = 'application/json') => {
        const response = await fetch(`${base}/hooks/${secret}`, {
          method: 'POST',
          headers: { 'content-type': type },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        });
        return [response.status, (await response.json()) as Record<string, unknown>] as const;
      },
      deployments: async () => {
        const headers = { authorization: `Bearer ${SECRET}` };
        const response = await fetch(`${base}/deployments`, { headers });
        return ((await response.json()) as { deployments: Deployment[] }).deployments;
      },
      /** As a registry does it, that can send headers. */
      notify: async (body: object, token = SECRET) => {
        const response = await fetch(`${base}/hooks`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/vnd.docker.distribution.events.v1+json',
          },
          body: JSON.stringify(body),
        });
        return [response.status, (await response.json()) as Record<string, unknown>] as const;
      },
      get: async (path: string, headers: Record<string, string> = {}) =>
        (await fetch(`${base}${path}`, { headers })).status,
    };
  };
  /** Name and image of each replica. */
  const replicas = () =>
    [...engine.containers.values()]
      .filter(({ Config }) => Config.Labels?.['tsgen.deploy'])
      .map((wire) => `${wire.Name} ${(wire as { Image?: string }).Image}`)
      .sort(byText);
  return { ...made, images, deployer, replicas };
}

const hub = (change: object = {}, push: object = {}) => ({
  push_data: { tag: 'latest', pushed_at: 1, ...push },
  repository: { repo_name: 'team/web' },
  ...change,
});

const event = (id: string, repository = 'team/web') => ({
  id,
  action: 'push',
  target: { repository, tag: 'latest', digest: V2 },
});

const isOver = (one: Deployment | undefined) => one?.endedAt !== undefined;

/** All that was asked of the engine, without what is one container's. */
const made = (engine: FakeEngine) => {
  const shape = (path: string) =>
    path
      .replace(/^\/containers\/[0-9a-f]{64}/, '/containers/{id}')
      .replace(/^\/images\/.+\/(json|tag)$/, '/images/{name}/$1')
      .replace(/^\/networks\/[^/]+\/connect$/, '/networks/{id}/connect');
  return new Set(engine.requests.map(({ method, path }) => `${method} ${shape(path)}`));
};

describe('tsgen deploy-hook', () => {
  it('replaces the replicas one after the other, through the proxy, says so, and asks the engine for nothing but what its table says', async () => {
    const { engine, images, deployer, replicas, text } = await scene();
    const before = [...engine.containers.keys()];
    engine.resetRecord();
    const { post, deployments, log } = await deployer();
    expect(await post(hub())).toEqual([
      202,
      { repository: 'team/web', tag: 'latest', result: 'accepted', deployment: 1, state: 'queued' },
    ]);
    await expect.poll(async () => isOver((await deployments())[0])).toBe(true);
    expect(await deployments()).toMatchObject([
      {
        id: 1,
        state: 'succeeded',
        images: [{ reference: IMAGE, previous: V1, image: V2 }],
        replicas: [
          { name: 'web-1', outcome: 'replaced' },
          { name: 'web-2', outcome: 'replaced' },
        ],
      },
    ]);
    expect(replicas()).toEqual([`/web-1 ${V2}`, `/web-2 ${V2}`]);
    const [first] = [...engine.containers.values()].filter(({ Name }) => Name === '/web-1');
    expect(before).not.toContain(first?.Id);
    expect(first?.Config).toMatchObject({
      Env: ['VIRTUAL_HOST=a.test'],
      Labels: { 'com.docker.compose.image': V2, 'tsgen.deploy': 'team/web' },
    });
    expect(images.meaning(IMAGE)).toBe(V2);
    // The new ones were served before the old ones were stopped, and under their own names after.
    await expect.poll(() => text('out')).not.toContain('_web-');
    for (const name of ['web-1', 'web-2']) expect(await text('out')).toContain(`# ${name},`);
    const known = DEPLOY_REQUESTS.map(({ method, path }) => `${method} ${path}`);
    const watch = [/\/exec/, /^GET \/(events|info|networks|_ping)$/];
    const others = [...made(engine)].filter(
      (one) => !known.includes(one) && !watch.some((pattern) => pattern.test(one)),
    );
    expect(others).toEqual([]);
    expect(made(engine)).toContain('POST /containers/create');
    expect(log()).toContain('draining the old one');
    expect(log()).not.toContain(SECRET);
  });

  it('puts back what was there when the new version is not healthy, and says why', async () => {
    const { images, deployer, replicas } = await scene();
    images.push(IMAGE, V3);
    const { post, deployments } = await deployer();
    await post(hub());
    await expect.poll(async () => isOver((await deployments())[0])).toBe(true);
    expect(await deployments()).toMatchObject([
      { state: 'rolled-back', reason: 'web-1: it is unhealthy' },
    ]);
    expect(replicas()).toEqual([`/web-1 ${V1}`, `/web-2 ${V1}`]);
    expect(images.meaning(IMAGE)).toBe(V1);
  });

  it('changes nothing when the pull fails, and says why', async () => {
    const { images, deployer, replicas } = await scene();
    images.pullError = 'toomanyrequests: try again later';
    const { post, deployments } = await deployer();
    await post(hub());
    await expect.poll(async () => isOver((await deployments())[0])).toBe(true);
    expect(await deployments()).toMatchObject([
      { state: 'pull-failed', reason: expect.stringContaining('toomanyrequests: try again later') },
    ]);
    expect(replicas()).toEqual([`/web-1 ${V1}`, `/web-2 ${V1}`]);
  });

  it('takes no other requests, and leaves the engine alone at them', async () => {
    const { engine, deployer, replicas } = await scene();
    const { post, get, deployments, log } = await deployer();
    const made = () => engine.count(/^\/(images|containers\/create)/);
    expect(await post(hub(), 'x'.repeat(SECRET.length))).toMatchObject([403, {}]);
    expect(await post(hub({ repository: { repo_name: 'evil/web' } }))).toMatchObject([
      403,
      { result: 'refused', error: 'the repository evil/web is not on the allow list' },
    ]);
    expect(await post('{"push_data":')).toMatchObject([
      400,
      { error: expect.stringContaining('JSON') },
    ]);
    expect(await post({ push_data: {} })).toMatchObject([
      400,
      { error: 'The body cannot be used: push_data.tag is missing' },
    ]);
    expect(await post('a=b', SECRET, 'application/x-www-form-urlencoded')).toMatchObject([415, {}]);
    expect(await post('x'.repeat(10 * 1024 * 1024))).toMatchObject([413, {}]);
    expect(await get('/deployments')).toBe(401);
    expect(await get('/deployments', { authorization: `Bearer ${SECRET}x` })).toBe(401);
    expect(await get('/hooks/')).toBe(404);
    expect(await get(`/hooks/${SECRET}`)).toBe(405);
    expect(await get('/healthz')).toBe(200);
    expect(await deployments()).toEqual([]);
    expect(made()).toBe(0);
    expect(replicas()).toEqual([`/web-1 ${V1}`, `/web-2 ${V1}`]);
    expect(log()).not.toContain(SECRET);
  });

  it('calls no callback_url that it was not told to', async () => {
    const { deployer } = await scene();
    const { post } = await deployer();
    expect(await post(hub({ callback_url: 'https://127.0.0.1/hook' }))).toMatchObject([
      202,
      { result: 'accepted', callback: 'not called: callback_url points to an internal address' },
    ]);
    expect(await post(hub({ callback_url: 'https://evil.example/hook' }))).toMatchObject([
      202,
      { callback: expect.stringContaining('is not on the allow list') },
    ]);
  });

  it('takes a push that is delivered several times at once just once', async () => {
    const { engine, deployer } = await scene(1);
    const { post, deployments } = await deployer();
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(hub())));
    expect(answers.map(([status]) => status).sort()).toEqual([200, 200, 200, 200, 202]);
    expect(new Set(answers.map(([, { deployment }]) => deployment))).toEqual(new Set([1]));
    await expect.poll(async () => isOver((await deployments())[0])).toBe(true);
    expect(await post(hub())).toMatchObject([200, { result: 'repeated', state: 'succeeded' }]);
    expect(engine.count(/\/images\/create$/)).toBe(1);
  });

  it('rolls two pushes out one after the other, and leaves out those that a later one replaced', async () => {
    const { engine, deployer, replicas } = await scene(1);
    const release = engine.hold(/\/images\/create$/);
    const { post, deployments } = await deployer();
    await post(hub());
    await expect.poll(async () => (await deployments())[0]?.state).toBe('pulling');
    for (const pushed_at of [2, 3]) await post(hub({}, { pushed_at }));
    release();
    await expect
      .poll(async () => (await deployments()).map(({ state }) => state))
      .toEqual(['unchanged', 'superseded', 'succeeded']);
    expect(replicas()).toEqual([`/web-1 ${V2}`]);
  });

  it("takes a registry's events, and answers those that are none of its own without a refusal", async () => {
    const { deployer, replicas } = await scene(1);
    const { notify, deployments } = await deployer();
    const envelope = { events: [event('1', 'other/web'), { ...event('2'), action: 'pull' }] };
    expect(await notify(envelope, 'wrong')).toMatchObject([401, {}]);
    expect(await notify(envelope)).toMatchObject([
      202,
      { results: [{ repository: 'other/web', result: 'refused' }], ignored: 1 },
    ]);
    expect(await notify({ events: [event('3')] })).toMatchObject([
      202,
      { results: [{ result: 'accepted', deployment: 1 }] },
    ]);
    await expect.poll(async () => (await deployments())[0]?.state).toBe('succeeded');
    expect(replicas()).toEqual([`/web-1 ${V2}`]);
  });

  it('goes on where it was when it was killed, and remembers what it was told', async () => {
    const { engine, images, deployer, replicas } = await scene();
    images.add(V2, { Env: ['VERSION=2'] }, 'stays-starting');
    const first = await deployer();
    await first.post(hub());
    const started = () =>
      [...engine.containers.values()].find(({ Name }) => Name.endsWith('_web-1'));
    await expect.poll(() => started()?.State.Running).toBe(true);
    first.signal('SIGKILL');
    await first.ended;
    expect(replicas()).toContain(`/web-1 ${V1}`);
    images.add(V2, { Env: ['VERSION=2'] });
    const halfway = started()?.Id ?? '';
    engine.setHealth(halfway, 'healthy');
    const second = await deployer();
    await expect.poll(async () => (await second.deployments())[0]?.state).toBe('succeeded');
    expect(replicas()).toEqual([`/web-1 ${V2}`, `/web-2 ${V2}`]);
    // What it had begun with was not begun again.
    expect(engine.container(halfway).Name).toBe('/web-1');
    expect(await second.post(hub())).toMatchObject([200, { result: 'repeated', deployment: 1 }]);
  });

  it('ends in good order when it is told to, in the middle of a roll-out', async () => {
    const { engine, images, deployer } = await scene();
    images.add(V2, {}, 'stays-starting');
    const { post, signal, ended } = await deployer();
    await post(hub());
    await expect.poll(() => engine.count(/^\/containers\/.*\/start$/)).toBe(1);
    signal('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 0 });
  });

  it('says what is missing before it begins', async () => {
    const { cli } = await aCliScene();
    const without = await cli.run('deploy-hook', '--repository', 'team/web');
    expect(without).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('There is no secret for the web hook'),
    });
    const named = cli.with({ TSGEN_DEPLOY_SECRET: SECRET });
    expect(await named.run('deploy-hook')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--repository'),
    });
    const short = await cli
      .with({ TSGEN_DEPLOY_SECRET: 'short' })
      .run('deploy-hook', '--repository', 'a');
    expect(short.exitCode).toBe(3);
    expect(short.stderr).not.toContain("'short'");
  });
});
