import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { Engine } from '../support/engine.ts';
import { EventWatch } from '../support/event-watch.ts';
import { RecordingProxy } from '../support/recording-proxy.ts';
import { RUN_LABEL } from '../support/session.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { TsgenProcess } from '../support/tsgen-process.ts';
import { Workspace } from '../support/workspace.ts';

const CONTAINERS = 100;
/** More at once is not faster. */
const AT_ONCE = 4;

const images = inject('images');
const engine = new Engine(inject('engineHost'));
const workspace = new Workspace(engine, inject('session'));
let recorded: RecordingProxy;
let tsgen: TsgenProcess;
let network: string;

beforeAll(async () => {
  network = await workspace.network('net');
  const parts = Array.from({ length: CONTAINERS }, (_, i) => `many${i + 1}`);
  const host = workspace.host('many');
  const startSome = async () => {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      await workspace.run(part, images.backend, {
        network,
        env: { VIRTUAL_HOST: host },
        args: ['--memory=16m'],
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, startSome));

  const folder = await workspace.folder('costs');
  recorded = await RecordingProxy.listen(join(folder, 'docker.sock'), engine.socketPath);
  workspace.defer(() => recorded[Symbol.asyncDispose]());
  const dest = join(folder, 'default.conf');
  tsgen = await TsgenProcess.start(
    workspace,
    ['--endpoint', recorded.host, '--template', 'nginx.conf.hbs', '--dest', dest],
    // Others' sites would have it generate more often.
    { env: workspace.onlyOwn },
  );
  await vi.waitFor(() => expect(tsgen.logged(`Generated '${dest}'`)).toHaveLength(1), BY_ENGINE);
});

afterAll(() => workspace[Symbol.asyncDispose]());

/** The IDs of all containers that this test made. */
async function ownIds(): Promise<readonly string[]> {
  const filter = `--filter=label=${RUN_LABEL}=${workspace.id}`;
  return (await engine.docker(['ps', '-aq', '--no-trunc', filter])).split('\n');
}

const INSPECT = /^\/containers\/([0-9a-f]{64})\/json$/;

/**
 * What tsgen has asked since then on behalf of the test's containers: without pings, which are a
 * sign of life, and without inspects of what others start on the same engine and the look at the
 * networks that those can bring with them.
 */
async function asked(since: number): Promise<readonly string[]> {
  const own = new Set(await ownIds());
  const requests = recorded.requests.slice(since);
  const isForeign = (path: string) => {
    const id = path.match(INSPECT)?.[1];
    return id !== undefined && !own.has(id);
  };
  const disturbed = requests.some(({ path }) => isForeign(path));
  return requests
    .filter(({ path }) => path !== '/_ping' && !isForeign(path))
    .filter(({ path }) => !disturbed || path !== '/networks')
    .map(({ method, path }) => `${method} ${path}`);
}

describe(`with ${CONTAINERS} containers`, () => {
  it('begins with one list and one inspect for each', async () => {
    const inspects = (await ownIds()).map((id) => `GET /containers/${id}/json`);
    expect(inspects).toHaveLength(CONTAINERS);
    const requests = await asked(0);
    expect(requests.filter((request) => request.startsWith('GET /containers/json'))).toHaveLength(
      1,
    );
    expect(new Set(requests.filter((request) => inspects.includes(request)))).toEqual(
      new Set(inspects),
    );
    expect(requests.filter((request) => inspects.includes(request))).toHaveLength(CONTAINERS);
  });

  it('asks once for one more that starts', async () => {
    const before = recorded.requests.length;
    const name = await workspace.create('more', images.backend, {
      network,
      env: { VIRTUAL_HOST: workspace.host('more') },
      args: ['--memory=16m'],
    });
    const { Id } = await engine.inspect(name);
    await engine.docker(['start', name]);
    // Live, so that whatever was to be asked has been asked.
    await vi.waitFor(() => expect(tsgen.logged('Generated')).toHaveLength(2), BY_ENGINE);
    expect(await asked(before)).toEqual([`GET /containers/${Id}/json`]);
  });

  it('asks nothing for runs of a health check', async () => {
    const name = await workspace.run('checked', images.checkedBackend, { network });
    await engine.docker(['exec', name, '/bin/busybox', 'touch', '/healthy']);
    const events = new EventWatch(engine, name);
    workspace.defer(() => events[Symbol.asyncDispose]());
    await vi.waitFor(() => expect(events.count(/^health_status: healthy/)).toBe(1), BY_ENGINE);
    const { Id } = await engine.inspect(name);
    await vi.waitFor(
      () => expect(recorded.matching(new RegExp(Id)).length).toBeGreaterThanOrEqual(2),
      BY_ENGINE,
    );

    const before = recorded.requests.length;
    const runs = events.count(/^exec_die/);
    await vi.waitFor(
      () => expect(events.count(/^exec_die/)).toBeGreaterThanOrEqual(runs + 4),
      BY_ENGINE,
    );
    expect(await asked(before)).toEqual([]);
  });
});
