import { describe, expect, it, onTestFinished } from 'vitest';
import { connectForDeploys } from '../../src/docker/client.ts';
import type { CreateConfig, DeployApi } from '../../src/docker/deploy-api.ts';
import { parseEndpoint } from '../../src/docker/endpoint.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { FakeImages } from '../support/fake-images.ts';

const NAME = 'registry.test:5000/team/web:latest';
const V1 = `sha256:${'1'.repeat(64)}`;
const V2 = `sha256:${'2'.repeat(64)}`;

async function scene(): Promise<{ engine: FakeEngine; images: FakeImages; api: DeployApi }> {
  const engine = await FakeEngine.create();
  onTestFinished(() => engine[Symbol.asyncDispose]());
  const images = new FakeImages(engine);
  images.add(V1, { Env: ['VERSION=1'] });
  images.add(V2);
  images.name(NAME, V1);
  const endpoint = parseEndpoint({
    endpoint: engine.endpoint,
    tls: {},
    env: {},
    exists: () => false,
  });
  return { engine, images, api: await connectForDeploys(endpoint) };
}

const CONFIG: CreateConfig = {
  Image: NAME,
  Env: ['A=b', 'C=d e&f'],
  Labels: { 'tsgen.deploy': 'team/web' },
  HostConfig: { NetworkMode: 'bridge' },
  NetworkingConfig: { EndpointsConfig: { bridge: { Aliases: ['web'] } } },
};

describe("the deployer's client of the engine", () => {
  it('makes, connects, starts, names, stops and removes a container', async () => {
    const { engine, api } = await scene();
    engine.createNetwork('further');
    const id = await api.createContainer('0123_web', CONFIG);
    const made = await api.inspectReplica(id);
    expect(made).toMatchObject({
      Id: id,
      Name: '/0123_web',
      Image: V1,
      Config: { Env: ['A=b', 'C=d e&f'], Labels: CONFIG.Labels },
      HostConfig: CONFIG.HostConfig,
      NetworkSettings: { Networks: { bridge: { Aliases: ['web'] } } },
    });
    await api.connectNetwork('further', id, { Aliases: ['web'] });
    await api.startContainer(id);
    await api.renameContainer(id, 'web');
    expect(engine.container(id)).toMatchObject({ Name: '/web', State: { Running: true } });
    expect(Object.keys(engine.container(id).NetworkSettings.Networks)).toContain('further');
    const filters = { label: ['tsgen.deploy=team/web'] };
    expect(await api.listContainers({ filters })).toMatchObject([{ id, name: 'web' }]);
    const [, query] = engine.requests.flatMap(({ path, query: one }) =>
      path === '/containers/json' ? [path, one.get('filters')] : [],
    );
    expect(JSON.parse(query ?? '')).toEqual(filters);
    await api.stopContainer(id);
    await api.stopContainer(id);
    expect(engine.container(id).State.Running).toBe(false);
    await api.removeContainer(id);
    expect(engine.containers.has(id)).toBe(false);
    // What is gone is what was asked for.
    await api.removeContainer(id);
    await api.stopContainer(id);
    expect(await api.inspectReplica(id)).toBeUndefined();
  });

  it('pulls to the end, and says why a pull failed though it had begun', async () => {
    const { images, api } = await scene();
    await expect(api.pullImage(NAME, { timeoutMs: 5_000 })).rejects.toThrow(
      `could not pull ${NAME}: manifest for ${NAME} not found`,
    );
    images.push(NAME, V2);
    await api.pullImage(NAME, { timeoutMs: 5_000 });
    expect(images.meaning(NAME)).toBe(V2);
  });

  it('ends a pull that takes too long, or that nobody wants any more', async () => {
    const { engine, api } = await scene();
    onTestFinished(engine.hold(/\/images\/create$/));
    await expect(api.pullImage(NAME, { timeoutMs: 100 })).rejects.toThrow('no answer within 0.1 s');
    const stop = new AbortController();
    const pulling = api.pullImage(NAME, { timeoutMs: 60_000, signal: stop.signal });
    stop.abort(new Error('told to stop'));
    await expect(pulling).rejects.toThrow('told to stop');
  });

  it('knows images by name and ID, and has a name mean another one', async () => {
    const { images, api } = await scene();
    expect(await api.inspectImage(NAME)).toEqual({ Id: V1, Config: { Env: ['VERSION=1'] } });
    expect(await api.inspectImage(V2)).toMatchObject({ Id: V2 });
    expect(await api.inspectImage('registry.test/other:1')).toBeUndefined();
    await api.tagImage(V2, NAME);
    expect(images.meaning(NAME)).toBe(V2);
  });

  it('tells what the engine refused', async () => {
    const { engine, api } = await scene();
    engine.failNext(/\/containers\/create$/, 409, 'the name is in use');
    await expect(api.createContainer('web', CONFIG)).rejects.toThrow(
      'refused POST /containers/create with status 409: the name is in use',
    );
    engine.answerWith(/\/images\/.*\/json$/, '{"Id": 7}');
    await expect(api.inspectImage(NAME)).rejects.toThrow('Id is a number');
  });
});
