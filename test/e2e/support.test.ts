import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import { Engine } from '../support/engine.ts';
import { get } from '../support/http.ts';
import { removeStale } from '../support/leftovers.ts';
import { OwnEngine } from '../support/own-engine.ts';
import { RecordingProxy } from '../support/recording-proxy.ts';
import { OWNER_LABEL, RUN_LABEL } from '../support/session.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

// What the other tests rely on, and what a user relies on who has other things on the same engine.

const session = inject('session');
const images = inject('images');
const engine = new Engine(inject('engineHost'));
const workspace = new Workspace(engine, session);

afterAll(() => workspace[Symbol.asyncDispose]());

describe('the recording proxy', () => {
  it('hands on execs and event streams, and counts what was asked', async () => {
    const path = join(await workspace.folder('proxy'), 'docker.sock');
    const recorded = await RecordingProxy.listen(path, engine.socketPath);
    workspace.defer(() => recorded[Symbol.asyncDispose]());
    const through = new Engine(recorded.host);
    const container = await workspace.run('exec', images.backend);

    const input = 'a line\n'.repeat(100_000);
    const echoed = await through.docker(['exec', '-i', container, '/bin/busybox', 'cat'], {
      input,
    });
    expect(echoed).toBe(input.trim());
    const now = Math.ceil(Date.now() / 1_000) + 1;
    const events = await through.docker([
      ...['events', '--since=1', `--until=${now}`, `--filter=container=${container}`],
      '--format={{.Action}}',
    ]);
    expect(events).toContain('exec_die');

    expect(recorded.matching(/^POST \/containers\/[^/]+\/exec$/)).toHaveLength(1);
    expect(recorded.matching(/^POST \/exec\/[0-9a-f]+\/start$/)).toMatchObject([
      { answered: expect.toSatisfy((bytes: number) => bytes > input.length) },
    ]);
    expect(recorded.matching(/^GET \/events\?/)).toHaveLength(1);
  });
});

describe('what a killed run left behind', () => {
  const networkOf = async (part: string, owner: string) => {
    const labels = [`--label=${OWNER_LABEL}=${owner}`, `--label=${RUN_LABEL}=${workspace.id}`];
    await engine.docker(['network', 'create', ...labels, workspace.name(part)]);
    return workspace.name(part);
  };

  it('is removed by the next run; what others made is not', async () => {
    const dead = await networkOf('dead', `${hostname()}/1-1`);
    const alive = await networkOf('alive', session.owner);
    const elsewhere = await networkOf('elsewhere', 'another-machine/1-1');
    await removeStale(engine);
    const names = await engine.docker(['network', 'ls', '--format={{.Name}}']);
    expect(names.split('\n')).not.toContain(dead);
    expect(names.split('\n')).toEqual(expect.arrayContaining([alive, elsewhere]));
  });
});

describe("an engine of the test's own", () => {
  it('is gone without a trace, also when it was killed', async () => {
    const own = await OwnEngine.start(workspace, session, [images.backend]);
    await own.engine.docker(['run', '-d', '--pull=never', '--name=app', images.backend]);
    await own.engine.docker(['run', '-d', '--pull=never', '--name=paused', images.backend]);
    await own.engine.pause('paused');
    const front = await own.containerFront('app', 80);
    expect((await get(front, 'app.test', '/etc/hostname')).status).toBe(200);
    expect(await engine.docker(['ps', '-aq', '--filter=name=^app$'])).toBe('');
    const folder = own.engine.socketPath.slice(0, -'/docker.sock'.length);
    expect(await processesOf(folder)).not.toEqual([]);

    process.kill(own.pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await processesOf(folder)).toEqual([]), BY_ENGINE);
    await own[Symbol.asyncDispose]();

    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(folder);
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });
});

/** The processes that were started with a path in their arguments: dockerd, containerd, shims. */
async function processesOf(path: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(path));
}
