import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe('nothing is missed', () => {
  it('between the subscription and the list', async () => {
    const stops = engine.addContainer({ name: 'stops' });
    const starts = engine.addContainer({ name: 'starts', running: false });
    const renamed = engine.addContainer({ name: 'old' });
    const release = engine.hold(LIST);
    const following = followed.follow();
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
    const following = followed.follow();
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
    const follower = await followed.follow();
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
    const follower = await followed.follow();
    engine.emitRaw(bytes);
    engine.addContainer({ name: 'unseen' });
    await until(() => expect(follower.names).toEqual(['unseen', 'web']));
    expect(follower.lines(/^warn Lost the events/)).toHaveLength(1);
  });

  it('when the engine restarts', async () => {
    engine.addContainer({ name: 'web' });
    const follower = await followed.follow();
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
    const follower = await followed.follow();
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
    const follower = await followed.follow();
    engine.failNext(INSPECT, 503, 'busy');
    engine.addContainer({ name: 'more' });
    engine.cutEvents();
    await until(() => expect(follower.names).toEqual(['more', 'web']));
    expect(follower.lines(/busy/)).toHaveLength(1);
  });

  it('when all inspects fail: nothing is taken away', async () => {
    engine.addContainer({ name: 'web' });
    const follower = await followed.follow();
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
    const follower = await followed.begin();
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
    const follower = await followed.begin({ clock });
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
    const follower = await followed.follow({ clock });
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

it('an engine whose clock is set back is still heard', async () => {
  const id = engine.addContainer({ name: 'web' });
  const clock = new ManualClock();
  const follower = await followed.follow({ clock });
  await clock.advance(6_000);
  const past = Date.now() - 3_600_000;
  engine.now = () => past;
  engine.stop(id);
  await until(() => expect(follower.names).toEqual([]));
});

describe('a silent stream', () => {
  it('is made sure of with a ping after ten seconds, and no earlier', async () => {
    const clock = new ManualClock();
    const follower = await followed.follow({ clock });
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
    const follower = await followed.follow({ clock });
    for (let count = 0; count < 5; count += 1) {
      await clock.advance(9_000);
      engine.healthRun(id);
      await followed.caughtUp(follower);
    }
    expect(engine.count(/_ping/)).toBe(0);
  });

  it('of an engine that does not answer is given up', async () => {
    const clock = new ManualClock();
    engine.addContainer({ name: 'web' });
    const follower = await followed.follow({ clock });
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
    const follower = await followed.follow({ clock, resyncEveryMs: 60_000 });
    for (let round = 2; round < 5; round += 1) {
      await clock.advance(60_000);
      await until(() => expect(engine.count(INSPECT)).toBe(round * 5));
    }
    await followed.caughtUp(follower);
    expect(follower.snapshots).toHaveLength(2);
    expect(follower.lines(/Watching/)).toHaveLength(1);
  });

  it('finds what no event told', async () => {
    const clock = new ManualClock();
    const gone = engine.addContainer({ name: 'gone' });
    const changed = engine.addContainer({ name: 'changed', health: 'starting' });
    const follower = await followed.follow({ clock });
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
    const follower = await followed.follow({ clock });
    const release = engine.hold(LIST);
    await clock.advance(300_000);
    await until(() => expect(engine.count(LIST)).toBe(2));
    engine.stop(id);
    await until(() => expect(follower.names).toEqual([]));
    release();
    await followed.caughtUp(follower);
    expect(follower.names).not.toContain('web');
  });
});
