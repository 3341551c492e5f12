import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { Inventory, takeSnapshot } from '../../src/inventory/sync.ts';
import { anAnswer } from '../support/answers.ts';
import type { FakeEngine } from '../support/fake-engine.ts';
import { FollowedEngine, INSPECT, LIST, until } from '../support/followed-engine.ts';
import { ManualClock } from '../support/manual-clock.ts';

let followed: FollowedEngine;
let engine: FakeEngine;

beforeEach(async () => {
  followed = await FollowedEngine.create();
  ({ engine } = followed);
});

afterEach(() => followed[Symbol.asyncDispose]());

describe('the first look', () => {
  it('sees what runs, is paused or waits for a restart', async () => {
    engine.addContainer({ name: 'runs' });
    engine.pause(engine.addContainer({ name: 'paused' }));
    engine.crash(engine.addContainer({ name: 'restarts', restartPolicy: 'always' }));
    engine.crash(engine.addContainer({ name: 'ended' }));
    engine.addContainer({ name: 'created', running: false });
    const follower = await followed.follow();
    expect(follower.containers.map(({ Name, status }) => [Name, status])).toEqual([
      ['restarts', 'restarting'],
      ['paused', 'paused'],
      ['runs', 'running'],
    ]);
    expect(follower.causes).toEqual([{ kind: 'sync', reason: 'start' }]);
    expect(follower.lines(/^info/)).toEqual(['info Watching docker events']);
    expect(follower.inventory.state).toMatchObject({
      connected: true,
      lastSyncAt: expect.any(Number),
    });
  });

  it('is given even when nothing runs', async () => {
    const follower = await followed.follow();
    expect(follower.containers).toEqual([]);
    expect(follower.snapshots[0]?.docker.Version).toBe('20.10.24');
  });

  it('asks for no more than sixteen containers at a time', async () => {
    const warn = vi.spyOn(process, 'emitWarning');
    for (let count = 0; count < 40; count += 1) engine.addContainer();
    const release = engine.hold(INSPECT);
    const following = followed.follow();
    await until(() => expect(engine.count(INSPECT)).toBe(16));
    // One more would have come with the others.
    await (await followed.client()).ping();
    expect(engine.count(INSPECT)).toBe(16);
    release();
    expect((await following).containers).toHaveLength(40);
    // Such as Node.js's about a leak, for many listeners on one signal.
    expect(warn).not.toHaveBeenCalled();
  });

  it('leaves out what went away in the meantime', async () => {
    engine.addContainer({ name: 'stays' });
    engine.failNext(INSPECT, 404);
    engine.addContainer({ name: 'goes' });
    expect((await followed.follow()).containers).toHaveLength(1);
  });

  it('does without a container about which the engine fails, and says so', async () => {
    engine.addContainer({ name: 'whole' });
    const broken = engine.addContainer({ name: 'broken' });
    engine.failAll(new RegExp(broken), 500, 'layer does not exist');
    const follower = await followed.follow();
    expect(follower.names).toEqual(['whole']);
    expect(follower.lines(/^warn/)).toEqual([expect.stringContaining('layer does not exist')]);
  });

  it.each(['{"Id":"x"}', '', 'not json'])(
    'does without a container of which the engine tells nonsense: %j',
    async (body) => {
      engine.addContainer({ name: 'whole' });
      const odd = engine.addContainer({ name: 'odd' });
      engine.answerWith(new RegExp(`^/containers/${odd}/json$`), body);
      const follower = await followed.follow();
      expect(follower.names).toEqual(['whole']);
      expect(follower.lines(/^warn/)).toEqual([
        expect.stringContaining(`GET /containers/${odd}/json`),
      ]);
    },
  );

  it('tells which networks are internal', async () => {
    engine.createNetwork('back', { internal: true });
    engine.addContainer({ networks: ['back', 'bridge'] });
    const [container] = (await followed.follow()).containers;
    expect(container?.Networks.map(({ Name, Internal }) => [Name, Internal])).toEqual([
      ['back', true],
      ['bridge', false],
    ]);
  });
});

describe('following', () => {
  it('one start beside a hundred containers costs one inspect and nothing else', async () => {
    for (let count = 0; count < 100; count += 1) engine.addContainer();
    const id = engine.addContainer({ name: 'new', running: false });
    const follower = await followed.follow();
    const before = follower.containers;
    engine.resetRecord();
    engine.start(id);
    await until(() => expect(follower.names).toContain('new'));
    expect(engine.requests.map(({ path }) => path)).toEqual([`/containers/${id}/json`]);
    expect(follower.containers).toHaveLength(101);
    expect(before.every((container) => follower.containers.includes(container))).toBe(true);
    expect(follower.causes.at(-1)).toMatchObject({
      kind: 'events',
      events: expect.arrayContaining([expect.objectContaining({ action: 'start', id })]),
    });
  });

  it('health check runs cost nothing', async () => {
    const id = engine.addContainer({ health: 'healthy' });
    const follower = await followed.follow();
    engine.resetRecord();
    for (let count = 0; count < 200; count += 1) engine.healthRun(id);
    await followed.caughtUp(follower);
    expect(engine.requests).toHaveLength(1);
    expect(follower.snapshots).toHaveLength(2);
    expect(follower.lines(/exec_/)).toEqual([]);
  });

  it("says so in docker-gen's words, once for each event that matters", async () => {
    const id = engine.addContainer({ name: 'web' });
    const follower = await followed.follow();
    engine.signal(id, 1);
    engine.stop(id);
    await until(() => expect(follower.names).toEqual([]));
    expect(follower.lines(/^info Received/)).toEqual(
      ['kill', 'die', 'stop'].map(
        (action) => `info Received event ${action} for container ${id.slice(0, 12)}`,
      ),
    );
  });

  it('an event without a long ID does no harm', async () => {
    const follower = await followed.follow();
    engine.emit('start', 'short');
    await followed.caughtUp(follower);
    expect(follower.lines(/short/)).toEqual(['info Received event start for container short']);
  });

  it('a stopping container is marked at once, and gone at the end, without an inspect', async () => {
    const id = engine.addContainer({ name: 'web', stopSignal: 'SIGWINCH' });
    const follower = await followed.follow();
    engine.resetRecord();
    engine.beginStop(id);
    await until(() => expect(follower.names).toEqual(['web!']));
    engine.finishStop(id);
    await until(() => expect(follower.names).toEqual([]));
    expect(engine.requests).toEqual([]);
  });

  it('a container on a network that is new is looked up in the list of networks once', async () => {
    const follower = await followed.follow();
    engine.createNetwork('later', { internal: true });
    engine.resetRecord();
    for (const name of ['a', 'b']) engine.start(engine.addContainer({ name, networks: ['later'] }));
    await until(() => expect(follower.names).toEqual(['b', 'a']));
    expect(follower.containers.every(({ Networks }) => Networks[0]?.Internal)).toBe(true);
    expect(engine.count(/^\/networks$/)).toBe(1);
    expect(engine.count(INSPECT)).toBe(2);
  });

  it('an inspect that fails for one container does not disturb the others', async () => {
    const id = engine.addContainer({ name: 'web' });
    const follower = await followed.follow();
    engine.failNext(INSPECT, 500, 'no such file');
    engine.rename(id, 'renamed');
    await until(() => expect(follower.lines(/^warn/)).toHaveLength(1));
    await followed.caughtUp(follower);
    expect(follower.names).toContain('web');
    expect(engine.count(LIST)).toBe(1);
    engine.emit('update', id);
    await until(() => expect(follower.names).toContain('renamed'));
  });
});

describe('an engine that tells nonsense', () => {
  it('of one container: what is known of it stays, said once, and the others are followed', async () => {
    const odd = engine.addContainer({ name: 'odd' });
    const follower = await followed.follow();
    engine.answerWith(new RegExp(`^/containers/${odd}/json$`), '{"Id":"x"}');
    for (const soFar of [1, 2]) {
      engine.emit('update', odd);
      await followed.caughtUp(follower);
      await until(() =>
        expect(follower.lines(/cannot use: Created is missing/)).toHaveLength(soFar),
      );
    }
    expect(follower.names).toContain('odd');
    expect(follower.lines(/^warn/)).toHaveLength(1);
    expect(engine.count(LIST)).toBe(1);
  });

  it.each([
    ['the list', LIST],
    ['the networks', /^\/networks$/],
    ['the info', /^\/info$/],
    ['the versions', /^\/version$/],
  ])('instead of %s: it is connected to again until it has come to its senses', async (_, path) => {
    engine.addContainer({ name: 'web' });
    const follower = await followed.follow();
    engine.answerWith(path, 'not json');
    engine.cutEvents();
    await until(() => expect(follower.inventory.state.lastError).toContain('it is no JSON'));
    expect(follower.names).toEqual(['web']);
    engine.heal();
    engine.addContainer({ name: 'more' });
    await until(() => expect(follower.names).toEqual(['more', 'web']));
  });

  it('whatever it is: the watch goes on', async () => {
    const odd = engine.addContainer({ name: 'odd' });
    const follower = await followed.follow();
    const valid = JSON.stringify(engine.container(odd));
    await fc.assert(
      fc.asyncProperty(anAnswer(valid), async (body) => {
        engine.answerWith(new RegExp(`^/containers/${odd}/json$`), body);
        engine.emit('update', odd);
        await followed.caughtUp(follower);
        engine.heal();
      }),
      { numRuns: 60 },
    );
    // It never had to be connected to again.
    expect(engine.count(LIST)).toBe(1);
    expect(follower.lines(/^error/)).toEqual([]);
  });
});

describe('the mark of a stopping container', () => {
  it('survives a reconnect', async () => {
    const id = engine.addContainer({ name: 'web' });
    const follower = await followed.follow();
    engine.beginStop(id);
    await until(() => expect(follower.names).toEqual(['web!']));
    engine.cutEvents();
    await until(() => expect(follower.lines(/Watching/)).toHaveLength(2));
    await followed.caughtUp(follower);
    expect(follower.names).toContain('web!');
  });

  it('is restored after a restart of tsgen, without a line or an inspect more', async () => {
    const id = engine.addContainer({ name: 'web' });
    const healthy = engine.addContainer({ name: 'other' });
    engine.setHealth(healthy, 'healthy');
    engine.beginStop(id);
    // What happens in the millisecond in which the engine is asked for the time counts as new.
    engine.now = () => Date.now() + 1;
    const follower = await followed.follow();
    expect(follower.names).toEqual(['other', 'web!']);
    await followed.caughtUp(follower);
    expect(follower.lines(/Received/)).toHaveLength(1);
    expect(engine.count(INSPECT)).toBe(3);
  });

  it('is taken away when the container outlives it', async () => {
    const clock = new ManualClock();
    const id = engine.addContainer({ name: 'web', stopTimeout: 3 });
    const follower = await followed.follow({ clock });
    engine.signal(id, 3);
    await until(() => expect(follower.names).toEqual(['web!']));
    engine.resetRecord();
    await clock.advance(7_999);
    expect(follower.names).toEqual(['web!']);
    await clock.advance(1);
    await until(() => expect(follower.names).toEqual(['web']));
    expect(engine.count(INSPECT)).toBe(1);
  });

  it('needs no clock of the engine', async () => {
    engine.tellsTime = false;
    const id = engine.addContainer({ name: 'web' });
    const follower = await followed.follow();
    expect(engine.requests.find(({ path }) => path === '/events')?.query.has('since')).toBe(false);
    engine.beginStop(id);
    await until(() => expect(follower.names).toEqual(['web!']));
  });
});

describe('the end', () => {
  it('comes at once when it is asked for, and leaves no connection', async () => {
    const follower = await followed.follow();
    await follower.end();
    await until(() => expect(engine.subscribers).toBe(0));
    expect(follower.inventory.state.connected).toBe(false);
    expect(follower.lines(/^(warn|error)/)).toEqual([]);
  });

  it('comes with disposal too, also while an engine is waited for', async () => {
    await engine.stopListening();
    const follower = await followed.begin();
    await until(() => expect(follower.lines(/^error/)).toHaveLength(1));
    await follower.inventory[Symbol.asyncDispose]();
    await follower.end();
  });

  it('comes with the fault of whoever is told of changes', async () => {
    const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const inventory = new Inventory({ api: await followed.client(), clock: systemClock, log });
    const running = inventory.run(
      () => {
        throw new TypeError('a fault');
      },
      { signal: new AbortController().signal },
    );
    await expect(running).rejects.toThrow('a fault');
    await until(() => expect(engine.subscribers).toBe(0));
  });
});

describe('takeSnapshot', () => {
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const signal = new AbortController().signal;

  it('looks once', async () => {
    const self = engine.addContainer({ name: 'tsgen' });
    engine.addContainer({ name: 'web' });
    const options = { api: await followed.client(), clock: systemClock, log, selfId: self };
    const snapshot = await takeSnapshot(options, { signal });
    expect(snapshot.containers.map(({ Name }) => Name)).toEqual(['web', 'tsgen']);
    expect(snapshot.self).toBe(snapshot.containers[1]);
    expect(snapshot.docker).toMatchObject({ NumContainers: 2, CurrentContainerID: self });
    expect(engine.count(/events/)).toBe(0);
  });

  it('fails when the engine cannot be asked', async () => {
    await engine.stopListening();
    const options = { api: await followed.client(), clock: systemClock, log };
    await expect(takeSnapshot(options, { signal })).rejects.toMatchObject({ kind: 'engine' });
  });
});
