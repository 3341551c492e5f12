import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { connectDocker } from '../../src/docker/client.ts';
import { parseEndpoint } from '../../src/docker/endpoint.ts';
import type { RuntimeContainer, Snapshot } from '../../src/inventory/runtime-container.ts';
import { type Cause, Inventory, takeSnapshot } from '../../src/inventory/sync.ts';
import { anAnswer } from '../support/answers.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { ManualClock } from '../support/manual-clock.ts';

const INSPECT = /^\/containers\/[0-9a-f]+\/json$/;
const LIST = /^\/containers\/json$/;

let engine: FakeEngine;
const open: Follower[] = [];

beforeEach(async () => {
  engine = await FakeEngine.create();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((follower) => follower.end()));
  await engine[Symbol.asyncDispose]();
});

/** An inventory at work, and all that it said. */
class Follower {
  readonly snapshots: Snapshot[] = [];
  readonly causes: Cause[] = [];
  readonly log: string[] = [];
  readonly inventory: Inventory;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: {
    readonly api: Awaited<ReturnType<typeof connectDocker>>;
    readonly clock?: Clock;
    readonly resyncEveryMs?: number;
  }) {
    const say = (level: string) => (message: string) => this.log.push(`${level} ${message}`);
    this.inventory = new Inventory({
      clock: systemClock,
      random: () => 0,
      ...options,
      log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    });
    this.#running = this.inventory.run(
      (snapshot, cause) => {
        this.snapshots.push(snapshot);
        this.causes.push(cause);
      },
      { signal: this.#stop.signal },
    );
  }

  get containers(): readonly RuntimeContainer[] {
    return this.snapshots.at(-1)?.containers ?? [];
  }

  /** `name` or, when it is stopping, `name!`. */
  get names(): readonly string[] {
    return this.containers.map(({ Name, stopping }) => `${Name}${stopping ? '!' : ''}`);
  }

  lines(pattern: RegExp): readonly string[] {
    return this.log.filter((line) => pattern.test(line));
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

async function client() {
  const endpoint = parseEndpoint({ endpoint: engine.endpoint, env: {}, exists: () => false });
  return await connectDocker(endpoint, { timeoutMs: 5_000 });
}

/** Follows the engine; resolves when the first look is done. */
async function follow(
  options: { readonly clock?: Clock; readonly resyncEveryMs?: number } = {},
): Promise<Follower> {
  const follower = new Follower({ ...options, api: await client() });
  open.push(follower);
  await until(() => expect(follower.snapshots.length).toBeGreaterThan(0));
  return follower;
}

async function until(assertion: () => void): Promise<void> {
  await vi.waitFor(assertion, { timeout: 10_000, interval: 5 });
}

/** Everything that was told so far has been heard and dealt with when this resolves. */
async function caughtUp(follower: Follower): Promise<void> {
  const marker = engine.addContainer({ name: `marker-${engine.containers.size}` });
  engine.emit('start', marker);
  const { Name } = engine.container(marker);
  await until(() => expect(follower.names).toContain(Name.slice(1)));
}

describe('the first look', () => {
  it('sees what runs, is paused or waits for a restart', async () => {
    engine.addContainer({ name: 'runs' });
    engine.pause(engine.addContainer({ name: 'paused' }));
    engine.crash(engine.addContainer({ name: 'restarts', restartPolicy: 'always' }));
    engine.crash(engine.addContainer({ name: 'ended' }));
    engine.addContainer({ name: 'created', running: false });
    const follower = await follow();
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
    const follower = await follow();
    expect(follower.containers).toEqual([]);
    expect(follower.snapshots[0]?.docker.Version).toBe('20.10.24');
  });

  it('asks for no more than sixteen containers at a time', async () => {
    const warn = vi.spyOn(process, 'emitWarning');
    for (let count = 0; count < 40; count += 1) engine.addContainer();
    const release = engine.hold(INSPECT);
    const following = follow();
    await until(() => expect(engine.count(INSPECT)).toBe(16));
    // One more would have come with the others.
    await (await client()).ping();
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
    expect((await follow()).containers).toHaveLength(1);
  });

  it('does without a container about which the engine fails, and says so', async () => {
    engine.addContainer({ name: 'whole' });
    const broken = engine.addContainer({ name: 'broken' });
    engine.failAll(new RegExp(broken), 500, 'layer does not exist');
    const follower = await follow();
    expect(follower.names).toEqual(['whole']);
    expect(follower.lines(/^warn/)).toEqual([expect.stringContaining('layer does not exist')]);
  });

  it.each(['{"Id":"x"}', '', 'not json'])(
    'does without a container of which the engine tells nonsense: %j',
    async (body) => {
      engine.addContainer({ name: 'whole' });
      const odd = engine.addContainer({ name: 'odd' });
      engine.answerWith(new RegExp(`^/containers/${odd}/json$`), body);
      const follower = await follow();
      expect(follower.names).toEqual(['whole']);
      expect(follower.lines(/^warn/)).toEqual([
        expect.stringContaining(`GET /containers/${odd}/json`),
      ]);
    },
  );

  it('tells which networks are internal', async () => {
    engine.createNetwork('back', { internal: true });
    engine.addContainer({ networks: ['back', 'bridge'] });
    const [container] = (await follow()).containers;
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
    const follower = await follow();
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
    const follower = await follow();
    engine.resetRecord();
    for (let count = 0; count < 200; count += 1) engine.healthRun(id);
    await caughtUp(follower);
    expect(engine.requests).toHaveLength(1);
    expect(follower.snapshots).toHaveLength(2);
    expect(follower.lines(/exec_/)).toEqual([]);
  });

  it("says so in docker-gen's words, once for each event that matters", async () => {
    const id = engine.addContainer({ name: 'web' });
    const follower = await follow();
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
    const follower = await follow();
    engine.emit('start', 'short');
    await caughtUp(follower);
    expect(follower.lines(/short/)).toEqual(['info Received event start for container short']);
  });

  it('a stopping container is marked at once, and gone at the end, without an inspect', async () => {
    const id = engine.addContainer({ name: 'web', stopSignal: 'SIGWINCH' });
    const follower = await follow();
    engine.resetRecord();
    engine.beginStop(id);
    await until(() => expect(follower.names).toEqual(['web!']));
    engine.finishStop(id);
    await until(() => expect(follower.names).toEqual([]));
    expect(engine.requests).toEqual([]);
  });

  it('a container on a network that is new is looked up in the list of networks once', async () => {
    const follower = await follow();
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
    const follower = await follow();
    engine.failNext(INSPECT, 500, 'no such file');
    engine.rename(id, 'renamed');
    await until(() => expect(follower.lines(/^warn/)).toHaveLength(1));
    await caughtUp(follower);
    expect(follower.names).toContain('web');
    expect(engine.count(LIST)).toBe(1);
    engine.emit('update', id);
    await until(() => expect(follower.names).toContain('renamed'));
  });
});

describe('an engine that tells nonsense', () => {
  it('of one container: what is known of it stays, said once, and the others are followed', async () => {
    const odd = engine.addContainer({ name: 'odd' });
    const follower = await follow();
    engine.answerWith(new RegExp(`^/containers/${odd}/json$`), '{"Id":"x"}');
    for (const soFar of [1, 2]) {
      engine.emit('update', odd);
      await caughtUp(follower);
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
    const follower = await follow();
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
    const follower = await follow();
    const valid = JSON.stringify(engine.container(odd));
    await fc.assert(
      fc.asyncProperty(anAnswer(valid), async (body) => {
        engine.answerWith(new RegExp(`^/containers/${odd}/json$`), body);
        engine.emit('update', odd);
        await caughtUp(follower);
        engine.heal();
      }),
      { numRuns: 60 },
    );
    // It never had to be connected to again.
    expect(engine.count(LIST)).toBe(1);
    expect(follower.lines(/^error/)).toEqual([]);
  });
});

describe('nothing is missed', () => {
  it('between the subscription and the list', async () => {
    const stops = engine.addContainer({ name: 'stops' });
    const starts = engine.addContainer({ name: 'starts', running: false });
    const renamed = engine.addContainer({ name: 'old' });
    const release = engine.hold(LIST);
    const following = follow();
    await until(() => expect(engine.count(LIST)).toBe(1));
    // The list is made and on its way; it does not know of these.
    engine.stop(stops);
    engine.start(starts);
    engine.rename(renamed, 'new');
    release();
    const follower = await following;
    await until(() => expect(follower.names).toEqual(['new', 'starts']));
  });

  it('while the first inspects are on their way', async () => {
    const stops = engine.addContainer({ name: 'stops' });
    const restarts = engine.addContainer({ name: 'restarts' });
    const release = engine.hold(INSPECT);
    const following = follow();
    await until(() => expect(engine.count(INSPECT)).toBe(2));
    engine.stop(stops);
    engine.stop(restarts);
    engine.rename(restarts, 'restarted');
    engine.start(restarts);
    release();
    const follower = await following;
    await until(() => expect(follower.names).toEqual(['restarted']));
  });

  it('when the stream breaks and the world goes on', async () => {
    const stops = engine.addContainer({ name: 'stops' });
    const stays = engine.addContainer({ name: 'stays' });
    const follower = await follow();
    const kept = follower.containers.find(({ ID }) => ID === stays);
    engine.cutEvents();
    engine.stop(stops);
    engine.addContainer({ name: 'came' });
    await until(() => expect(follower.names).toEqual(['came', 'stays']));
    expect(follower.containers.find(({ ID }) => ID === stays)).toBe(kept);
    expect(follower.causes.at(-1)).toEqual({ kind: 'sync', reason: 'reconnect' });
    expect(follower.lines(/Watching docker events/)).toHaveLength(2);
    expect(follower.lines(/^warn Lost the events/)).toHaveLength(1);
    expect(follower.lines(/^info Received event/)).toEqual([]);
  });

  it.each([
    ['garbage', 'HTTP 502 Bad Gateway\n'],
    ['half an event', '{"Type":"container","Action":"st\n'],
    ['a line without an end', 'x'.repeat(1_100_000)],
  ])('when the stream carries %s', async (_, bytes) => {
    engine.addContainer({ name: 'web' });
    const follower = await follow();
    engine.emitRaw(bytes);
    engine.addContainer({ name: 'unseen' });
    await until(() => expect(follower.names).toEqual(['unseen', 'web']));
    expect(follower.lines(/^warn Lost the events/)).toHaveLength(1);
  });

  it('when the engine restarts', async () => {
    engine.addContainer({ name: 'web' });
    const follower = await follow();
    await engine.stopListening();
    await until(() => expect(follower.inventory.state.lastError).toContain('no such socket'));
    expect(follower.inventory.state).toMatchObject({
      connected: false,
      disconnectedSince: expect.any(Number),
      lastSyncAt: expect.any(Number),
    });
    engine.addContainer({ name: 'after' });
    await engine.listen();
    await until(() => expect(follower.names).toEqual(['after', 'web']));
    expect(follower.inventory.state).toEqual({ connected: true, lastSyncAt: expect.any(Number) });
  });

  it('in the last moment of an engine: what it said is told before it is back', async () => {
    const id = engine.addContainer({ name: 'web' });
    const follower = await follow();
    engine.stop(id);
    // As when a daemon ends: the last events, then the end of the stream.
    engine.failAll(/./, 503);
    engine.endEvents();
    await until(() => expect(follower.names).toEqual([]));
    expect(engine.count(LIST)).toBe(1);
    await until(() => expect(follower.lines(/ended the stream of events/)).toHaveLength(1));
  });

  it('when a look fails in the middle', async () => {
    engine.addContainer({ name: 'web' });
    const follower = await follow();
    engine.failNext(INSPECT, 503, 'busy');
    engine.addContainer({ name: 'more' });
    engine.cutEvents();
    await until(() => expect(follower.names).toEqual(['more', 'web']));
    expect(follower.lines(/busy/)).toHaveLength(1);
  });

  it('when all inspects fail: nothing is taken away', async () => {
    engine.addContainer({ name: 'web' });
    const follower = await follow();
    engine.failAll(INSPECT, 500, 'out of order');
    engine.cutEvents();
    await until(() => expect(follower.inventory.state.lastError).toContain('out of order'));
    expect(follower.names).toEqual(['web']);
    engine.heal();
    await until(() => expect(follower.inventory.state.connected).toBe(true));
    expect(follower.snapshots).toHaveLength(1);
  });
});

describe('an engine that is not there', () => {
  it('is waited for, and complained about once', async () => {
    await engine.stopListening();
    const follower = new Follower({ api: await client() });
    open.push(follower);
    await until(() => expect(follower.lines(/no such socket/).length).toBeGreaterThan(2));
    expect(follower.lines(/^error/)).toHaveLength(1);
    expect(follower.lines(/^debug Cannot reach/).length).toBeGreaterThan(1);
    expect(follower.snapshots).toEqual([]);
    engine.addContainer({ name: 'web' });
    await engine.listen();
    await until(() => expect(follower.names).toEqual(['web']));
    expect(follower.causes).toEqual([{ kind: 'sync', reason: 'start' }]);
  });

  it('is asked at growing intervals', async () => {
    await engine.stopListening();
    const clock = new ManualClock();
    const follower = new Follower({ api: await client(), clock });
    open.push(follower);
    const attempts = () => follower.lines(/no such socket/).length;
    for (const [count, pause] of [125, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000].entries()) {
      await until(() => expect([attempts(), clock.sleeping]).toEqual([count + 1, 1]));
      await clock.advance(pause - 1);
      expect(attempts()).toBe(count + 1);
      await clock.advance(1);
    }
    await until(() => expect(attempts()).toBe(9));
  });

  it('is asked soon again only after a connection that held', async () => {
    const clock = new ManualClock();
    const follower = await follow({ clock });
    const cutAndWait = async (pause: number) => {
      const before = follower.lines(/Watching/).length;
      engine.cutEvents();
      await until(() => expect(follower.inventory.state.connected).toBe(false));
      await until(() => expect(clock.sleeping).toBe(1));
      await clock.advance(pause - 1);
      expect(follower.lines(/Watching/)).toHaveLength(before);
      await clock.advance(1);
      await until(() => expect(follower.lines(/Watching/)).toHaveLength(before + 1));
    };
    await cutAndWait(125);
    await cutAndWait(250);
    await cutAndWait(500);
    await clock.advance(5_000);
    await cutAndWait(125);
  });
});

describe('the mark of a stopping container', () => {
  it('survives a reconnect', async () => {
    const id = engine.addContainer({ name: 'web' });
    const follower = await follow();
    engine.beginStop(id);
    await until(() => expect(follower.names).toEqual(['web!']));
    engine.cutEvents();
    await until(() => expect(follower.lines(/Watching/)).toHaveLength(2));
    await caughtUp(follower);
    expect(follower.names).toContain('web!');
  });

  it('is restored after a restart of tsgen, without a line or an inspect more', async () => {
    const id = engine.addContainer({ name: 'web' });
    const healthy = engine.addContainer({ name: 'other' });
    engine.setHealth(healthy, 'healthy');
    engine.beginStop(id);
    const follower = await follow();
    expect(follower.names).toEqual(['other', 'web!']);
    await caughtUp(follower);
    expect(follower.lines(/Received/)).toHaveLength(1);
    expect(engine.count(INSPECT)).toBe(3);
  });

  it('is taken away when the container outlives it', async () => {
    const clock = new ManualClock();
    const id = engine.addContainer({ name: 'web', stopTimeout: 3 });
    const follower = await follow({ clock });
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
    const follower = await follow();
    expect(engine.requests.find(({ path }) => path === '/events')?.query.has('since')).toBe(false);
    engine.beginStop(id);
    await until(() => expect(follower.names).toEqual(['web!']));
  });
});

it('an engine whose clock is set back is still heard', async () => {
  const id = engine.addContainer({ name: 'web' });
  const clock = new ManualClock();
  const follower = await follow({ clock });
  await clock.advance(6_000);
  const past = Date.now() - 3_600_000;
  engine.now = () => past;
  engine.stop(id);
  await until(() => expect(follower.names).toEqual([]));
});

describe('a silent stream', () => {
  it('is made sure of with a ping after ten seconds, and no earlier', async () => {
    const clock = new ManualClock();
    const follower = await follow({ clock });
    await clock.advance(9_999);
    expect(engine.count(/_ping/)).toBe(0);
    await clock.advance(1);
    await until(() => expect(engine.count(/_ping/)).toBe(1));
    await until(() => expect(clock.sleeping).toBe(1));
    await clock.advance(9_999);
    expect(engine.count(/_ping/)).toBe(1);
    await clock.advance(1);
    await until(() => expect(engine.count(/_ping/)).toBe(2));
    expect(follower.lines(/^(warn|error)/)).toEqual([]);
  });

  it('needs no ping while events flow, be they of health checks', async () => {
    const clock = new ManualClock();
    const id = engine.addContainer();
    const follower = await follow({ clock });
    for (let count = 0; count < 5; count += 1) {
      await clock.advance(9_000);
      engine.healthRun(id);
      await caughtUp(follower);
    }
    expect(engine.count(/_ping/)).toBe(0);
  });

  it('of an engine that does not answer is given up', async () => {
    const clock = new ManualClock();
    engine.addContainer({ name: 'web' });
    const follower = await follow({ clock });
    engine.freeze();
    engine.addContainer({ name: 'unseen' });
    await clock.advance(10_000);
    await until(() => expect(engine.count(/_ping/)).toBe(1));
    await clock.advance(4_999);
    expect(follower.inventory.state.connected).toBe(true);
    await clock.advance(1);
    await until(() => expect(follower.inventory.state.connected).toBe(false));
    expect(follower.lines(/^warn/)).toEqual([expect.stringContaining('did not answer GET /_ping')]);
    engine.thaw();
    await until(() => expect(clock.sleeping).toBe(1));
    await clock.advance(250);
    await until(() => expect(follower.names).toEqual(['unseen', 'web']));
  });
});

describe('the periodic look', () => {
  it('changes nothing in an unchanged world', async () => {
    const clock = new ManualClock();
    for (let count = 0; count < 5; count += 1) engine.addContainer();
    const follower = await follow({ clock, resyncEveryMs: 60_000 });
    for (let round = 2; round < 5; round += 1) {
      await clock.advance(60_000);
      await until(() => expect(engine.count(INSPECT)).toBe(round * 5));
    }
    await caughtUp(follower);
    expect(follower.snapshots).toHaveLength(2);
    expect(follower.lines(/Watching/)).toHaveLength(1);
  });

  it('finds what no event told', async () => {
    const clock = new ManualClock();
    const gone = engine.addContainer({ name: 'gone' });
    const changed = engine.addContainer({ name: 'changed', health: 'starting' });
    const follower = await follow({ clock });
    engine.containers.delete(gone);
    engine.container(changed).State.Health = { Status: 'healthy' };
    engine.addContainer({ name: 'came' });
    await clock.advance(300_000);
    await until(() => expect(follower.names).toEqual(['came', 'changed']));
    expect(follower.containers[1]?.State.Health.Status).toBe('healthy');
    expect(follower.causes.at(-1)).toEqual({ kind: 'sync', reason: 'periodic' });
  });

  it('does not hold up events', async () => {
    const clock = new ManualClock();
    const id = engine.addContainer({ name: 'web' });
    const follower = await follow({ clock });
    const release = engine.hold(LIST);
    await clock.advance(300_000);
    await until(() => expect(engine.count(LIST)).toBe(2));
    engine.stop(id);
    await until(() => expect(follower.names).toEqual([]));
    release();
    await caughtUp(follower);
    expect(follower.names).not.toContain('web');
  });
});

describe('the end', () => {
  it('comes at once when it is asked for, and leaves no connection', async () => {
    const follower = await follow();
    await follower.end();
    await until(() => expect(engine.subscribers).toBe(0));
    expect(follower.inventory.state.connected).toBe(false);
    expect(follower.lines(/^(warn|error)/)).toEqual([]);
  });

  it('comes with disposal too, also while an engine is waited for', async () => {
    await engine.stopListening();
    const follower = new Follower({ api: await client() });
    open.push(follower);
    await until(() => expect(follower.lines(/^error/)).toHaveLength(1));
    await follower.inventory[Symbol.asyncDispose]();
    await follower.end();
  });

  it('comes with the fault of whoever is told of changes', async () => {
    const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const inventory = new Inventory({ api: await client(), clock: systemClock, log });
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
    const options = { api: await client(), clock: systemClock, log, selfId: self };
    const snapshot = await takeSnapshot(options, { signal });
    expect(snapshot.containers.map(({ Name }) => Name)).toEqual(['web', 'tsgen']);
    expect(snapshot.self).toBe(snapshot.containers[1]);
    expect(snapshot.docker).toMatchObject({ NumContainers: 2, CurrentContainerID: self });
    expect(engine.count(/events/)).toBe(0);
  });

  it('fails when the engine cannot be asked', async () => {
    await engine.stopListening();
    const options = { api: await client(), clock: systemClock, log };
    await expect(takeSnapshot(options, { signal })).rejects.toMatchObject({ kind: 'engine' });
  });
});
