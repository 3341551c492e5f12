import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { expectAnswering } from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import { NginxScene, publishedFront } from '../support/nginx-scene.ts';
import { BY_ENGINE } from '../support/soon.ts';
import { Workspace } from '../support/workspace.ts';

// What a fake engine and a proxy of paper cannot show: nginx and tsgen that are killed for real.

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
let scene: NginxScene;
let host: string;

beforeAll(async () => {
  scene = await NginxScene.start(workspace, images);
  host = workspace.host('a');
  await scene.serve(host, images.backend, ['a1', 'a2']);
});

afterAll(() => workspace[Symbol.asyncDispose]());

/** nginx accepts what is live, and exactly these replicas answer; tsgen knows, and holds nothing. */
async function expectRecovered(...replicas: readonly string[]): Promise<void> {
  // Another one after each start.
  const front = await publishedFront(workspace, scene.proxy, 80);
  await expectAnswering({ ...scene.site(host), front }, replicas);
  await engine.docker(['exec', scene.proxy, 'nginx', '-t', '-q']);
  await vi.waitFor(async () => {
    const status = await engine.docker(['exec', scene.tsgen, 'tsgen', 'status', '--json']);
    expect(JSON.parse(status)).toMatchObject({ confirmation: { kind: 'confirmed' } });
  }, BY_ENGINE);
  const left = await engine.docker([
    ...['exec', scene.proxy, 'find', '/etc/nginx/conf.d', '-name', '*.tsgen-*', '-o'],
    ...['-name', '*.new', '-o', '-name', 'pending.json', '-o', '-name', 'sides.json'],
  ]);
  expect(left).toBe('');
}

/** Its process, and the user and group of that. Not the shell that asks, nor tini. */
const FIND = `
pid=$(grep -l -- --[t]emplate /proc/[0-9]*/cmdline | cut -d/ -f3 | sort -n | tail -n 1)
echo "$pid $(stat -c %u:%g /proc/$pid)"`;

const inTsgen = (user: string, script: string) =>
  engine.docker(['exec', `--user=${user}`, scene.tsgen, 'sh', '-c', script]);

/** Files and connections that tsgen has open, and its children that nobody has asked about. */
async function held(): Promise<{ readonly open: number; readonly zombies: number }> {
  // As its own user: that may look into it, and root has few rights in there.
  const [pid, user] = (await inTsgen('0', FIND)).split(' ');
  const said = await inTsgen(
    String(user),
    `ls /proc/${pid}/fd | wc -l; grep -l '^State:.Z' /proc/[0-9]*/status | wc -l`,
  );
  const [open = Number.NaN, zombies = Number.NaN] = said.split('\n').map(Number);
  return { open, zombies };
}

const add = (part: string) => scene.replica(part, images.backend, host);
const remove = (part: string) => engine.docker(['rm', '-f', workspace.name(part)]);

describe('nginx with tsgen beside it', () => {
  it('serves the right replicas after nginx was killed in the middle of reloads, paused and stopped', async () => {
    const before = await held();
    expect(before.open).toBeGreaterThan(10);
    for (const part of ['b1', 'b2']) {
      await Promise.all([add(part), engine.docker(['kill', scene.proxy])]);
      await engine.docker(['start', scene.proxy]);
    }
    await expectRecovered('a1', 'a2', 'b1', 'b2');
    await engine.pause(scene.proxy);
    await remove('b1');
    await engine.docker(['unpause', scene.proxy]);
    await expectRecovered('a1', 'a2', 'b2');
    await engine.docker(['stop', '--time=1', scene.proxy]);
    await remove('b2');
    await add('b3');
    await engine.docker(['start', scene.proxy]);
    await expectRecovered('a1', 'a2', 'b3');
    await remove('b3');
    await expectRecovered('a1', 'a2');
    await vi.waitFor(async () => {
      const now = await held();
      // A connection to the engine more or less.
      expect(now.open).toBeLessThanOrEqual(before.open + 2);
      expect(now.zombies).toBe(0);
    }, BY_ENGINE);
  });

  it('serves the right replicas after tsgen was killed while they came and went', async () => {
    for (const part of ['c1', 'c2', 'c3']) {
      await Promise.all([add(part), engine.docker(['kill', scene.tsgen])]);
      await engine.docker(['exec', scene.proxy, 'nginx', '-t', '-q']);
      await engine.docker(['start', scene.tsgen]);
      if (part === 'c2') await remove('c1');
    }
    await expectRecovered('a1', 'a2', 'c2', 'c3');
  });
});
