import { describe, expect, it } from 'vitest';
import type { Logger } from '../base/log.ts';
import { EngineError } from '../docker/engine-error.ts';
import type { Deployment } from './deployment.ts';
import { ROLL_OUT_LABELS } from './labels.ts';
import { rollOut } from './roll-out.ts';
import { DEPLOYMENT } from './testing/deployment.ts';
import { FakeFleet, REFERENCE, type Version } from './testing/fake-fleet.ts';
import { aReplica, idOf, imageId } from './testing/replica.ts';

const V1 = imageId('version 1');
const V2 = imageId('version 2');

const LIMITS = { healthyMs: 20_000, drainMs: 10_000, settleMs: 1_000 };

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Three replicas of version 1, and a version 2 that was pushed. */
function aFleet(version: Version, count = 3): FakeFleet {
  const fleet = new FakeFleet(count, V1);
  fleet.versions.set(V2, version);
  fleet.pushed = V2;
  return fleet;
}

/** A deployer's process: what it was told last is all that outlives it. */
class Process {
  kept: Deployment = DEPLOYMENT;
  readonly #fleet: FakeFleet;

  constructor(fleet: FakeFleet) {
    this.#fleet = fleet;
  }

  async run({ parallel = 1, signal = new AbortController().signal } = {}): Promise<Deployment> {
    const { api, proxy, clock } = this.#fleet;
    const keep = async (deployment: Deployment) => {
      signal.throwIfAborted();
      this.kept = deployment;
    };
    const deps = { api, proxy, clock, log: silent, limits: LIMITS, parallel, pullMs: 1, keep };
    this.kept = await rollOut(this.kept, deps, { signal });
    return this.kept;
  }
}

const named = (image: string) => [1, 2, 3].map((number) => `/shop-web-${number} ${image}`);

/** A container of somebody else's, or one of ours, that says it took the place of another. */
function claim(fleet: FakeFleet, id: string, change: Parameters<typeof aReplica>[0]): void {
  const { labels, ...rest } = change ?? {};
  const wire = aReplica({ ...rest, labels: { ...labels, [ROLL_OUT_LABELS.replaces]: id } });
  fleet.containers.set(wire.Id, { ...wire, healthyAt: 0 });
}

describe('a roll-out', () => {
  it('touches nobody else, whatever a replica claims to replace', async () => {
    const fleet = aFleet('gets-healthy');
    const other = aReplica({ name: 'database', labels: { 'tsgen.deploy': 'team/database' } });
    fleet.containers.set(other.Id, other);
    claim(fleet, other.Id, { name: `${other.Id.slice(0, 12)}_x`, image: V2 });
    await new Process(fleet).run();
    expect(fleet.containers.get(other.Id)).toEqual(other);
    expect(fleet.state).toEqual(expect.arrayContaining(named(V2)));
    expect(fleet.lost).toEqual([]);
  });

  it('takes nobody else for what it made, whatever that claims to replace', async () => {
    const fleet = aFleet('gets-healthy');
    const labels = { 'tsgen.deploy': 'team/database' };
    claim(fleet, idOf('shop-web-1'), { name: 'database', labels });
    const ended = await new Process(fleet).run();
    expect(ended.state).toBe('succeeded');
    expect(fleet.state).toEqual([`/database ${V1}`, ...named(V2)]);
    expect(fleet.lost).toEqual([]);
  });

  it.each([[1], [2], [3], [10]])(
    'brings all replicas to the new image under their names, %i at a time',
    async (parallel) => {
      const fleet = aFleet('gets-healthy');
      const ended = await new Process(fleet).run({ parallel });
      expect(ended.state).toBe('succeeded');
      expect(ended.images).toEqual([{ reference: REFERENCE, previous: V1, image: V2 }]);
      expect(ended.replicas.map(({ name, outcome }) => `${name} ${outcome}`).sort()).toEqual(
        [1, 2, 3].map((number) => `shop-web-${number} replaced`),
      );
      expect(fleet.state).toEqual(named(V2));
      expect(fleet.lost).toEqual([]);
      expect(fleet.fewest).toBe(3);
    },
  );

  it('ends with nothing changed where all replicas run the image', async () => {
    const fleet = aFleet('gets-healthy');
    fleet.pushed = V1;
    expect((await new Process(fleet).run()).state).toBe('unchanged');
    expect(fleet.state).toEqual(named(V1));
  });

  it('leaves alone what runs another tag, what does not run, and what was run just once', async () => {
    const fleet = aFleet('gets-healthy', 1);
    const others = [
      aReplica({ name: 'canary', config: { Image: 'localhost:5000/team/web:next' } }),
      aReplica({ name: 'stopped', state: { Running: false, Status: 'exited' } }),
      aReplica({ name: 'once', labels: { 'com.docker.compose.oneoff': 'True' } }),
      aReplica({ name: 'other', labels: { 'tsgen.deploy': 'team/other' } }),
    ];
    for (const wire of others) fleet.containers.set(wire.Id, wire);
    expect((await new Process(fleet).run()).state).toBe('succeeded');
    const kept = others.map(({ Name, Image }) => `${Name} ${Image}`);
    expect(fleet.state).toEqual([...kept, `/shop-web-1 ${V2}`].sort());
  });

  it('is not for a tag from which nothing was started', async () => {
    const fleet = aFleet('gets-healthy', 0);
    expect(await new Process(fleet).run()).toMatchObject({
      state: 'ignored',
      reason: expect.stringContaining('tsgen.deploy=team/web'),
    });
  });

  it('changes nothing when the pull fails, not even what the name means', async () => {
    const fleet = aFleet('gets-healthy');
    fleet.pushed = undefined;
    expect(await new Process(fleet).run()).toMatchObject({
      state: 'pull-failed',
      reason: `no such image: ${REFERENCE}`,
    });
    expect(fleet.state).toEqual(named(V1));
    expect(fleet.names.get(REFERENCE)).toBe(V1);
  });

  it.each<[Version, string]>([
    ['stays-starting', 'it did not get healthy in time'],
    ['gets-unhealthy', 'it is unhealthy: no database'],
    ['ends', 'it ended with code 3'],
  ])('of a version that %s is rolled back', async (version, reason) => {
    const fleet = aFleet(version);
    const ended = await new Process(fleet).run();
    expect(ended).toMatchObject({
      state: 'rolled-back',
      reason: `shop-web-1: ${reason}`,
      replicas: [{ name: 'shop-web-1', outcome: 'kept', reason }],
    });
    expect(fleet.state).toEqual(named(V1));
    expect(fleet.names.get(REFERENCE)).toBe(V1);
    expect([fleet.lost, fleet.fewest]).toEqual([[], 3]);
  });

  it.each([['exited'], ['gone']])(
    'brings back an old one that is %s by the time at which the new one fails',
    async (how) => {
      const fleet = aFleet('gets-healthy');
      const process = new Process(fleet);
      const old = [...fleet.containers.values()].find(({ Name }) => Name === '/shop-web-1');
      fleet.onCall = () => {
        const isGone = old !== undefined && !fleet.containers.has(old.Id);
        const isDue = how === 'gone' ? isGone : old?.State.Running === false;
        if (isDue && process.kept.state === 'rolling-out') fleet.versions.set(V2, 'gets-unhealthy');
      };
      const ended = await process.run();
      expect(ended).toMatchObject({
        state: 'rolled-back',
        reason: 'shop-web-1: it is unhealthy: no database',
      });
      expect(fleet.state).toEqual(named(V1));
      const states = [...fleet.containers.values()].map(({ State }) => State.Running);
      expect(states).toEqual([true, true, true]);
    },
  );

  it('goes back to what replicas ran where the name meant the new version before the pull', async () => {
    const fleet = aFleet('gets-unhealthy');
    fleet.names.set(REFERENCE, V2);
    expect((await new Process(fleet).run()).state).toBe('rolled-back');
    expect(fleet.state).toEqual(named(V1));
    expect(fleet.names.get(REFERENCE)).toBe(V1);
  });

  it('leaves the name alone where the new version was built here and cannot be pulled', async () => {
    const fleet = aFleet('gets-healthy');
    fleet.names.set(REFERENCE, V2);
    fleet.pushed = undefined;
    expect((await new Process(fleet).run()).state).toBe('pull-failed');
    expect(fleet.names.get(REFERENCE)).toBe(V2);
  });

  it('that fails at a later replica brings the earlier ones back', async () => {
    const fleet = aFleet('gets-healthy');
    const process = new Process(fleet);
    fleet.onCall = () => {
      // From then on no container of the new version gets healthy.
      const isOneDone = process.kept.replicas.length > 0;
      const isForward = process.kept.state === 'rolling-out';
      const starting = [...fleet.containers.values()].find(
        ({ Image, Name }) => Image === V2 && Name.includes('_'),
      );
      if (isOneDone && isForward && starting) delete starting.healthyAt;
    };
    const ended = await process.run();
    expect(ended.state).toBe('rolled-back');
    expect(ended.replicas.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'shop-web-1 replaced',
      'shop-web-2 kept',
      'shop-web-1 restored',
    ]);
    expect(fleet.state).toEqual(named(V1));
    expect([fleet.lost, fleet.fewest]).toEqual([[], 3]);
  });

  it('is rolled back where the proxy does not give the new one requests', async () => {
    const fleet = aFleet('gets-healthy');
    fleet.held = { number: 4, since: '2026-01-01T00:00:00Z' } as never;
    expect(await new Process(fleet).run()).toMatchObject({
      state: 'rolled-back',
      reason:
        'shop-web-1: the proxy does not give it requests: set 4 of the history is held, until tsgen resume',
    });
    expect(fleet.state).toEqual(named(V1));
    expect([fleet.lost, fleet.fewest]).toEqual([[], 3]);
  });

  it('says why the old image has to be there', async () => {
    const fleet = aFleet('gets-healthy', 1);
    fleet.versions.delete(V1);
    expect((await new Process(fleet).run()).reason).toContain(
      'the image of the old one is not there any more',
    );
  });

  it('waits where the watch does not answer for a moment', async () => {
    const fleet = aFleet('gets-healthy');
    let failures = 5;
    fleet.onCall = () => {
      if (failures > 0) fleet.faults.set('status', () => new Error('no watch answers'));
      else fleet.faults.clear();
      if (fleet.now > 0) failures -= 1;
    };
    expect((await new Process(fleet).run()).state).toBe('succeeded');
    expect([fleet.lost, fleet.fewest]).toEqual([[], 3]);
  });

  it('gives up where the watch does not answer any more, and leaves nothing behind', async () => {
    const fleet = aFleet('gets-healthy');
    fleet.faults.set('status', () => new Error('no watch answers'));
    expect(await new Process(fleet).run()).toMatchObject({
      state: 'rolled-back',
      reason: expect.stringContaining('no watch answers'),
    });
    expect(fleet.state).toEqual(named(V1));
    expect([fleet.lost, fleet.fewest]).toEqual([[], 3]);
  });

  it('that cannot start a container says why', async () => {
    const fleet = aFleet('gets-healthy');
    fleet.faults.set('start', () => new EngineError('no room', { status: 500 }));
    expect(await new Process(fleet).run()).toMatchObject({
      state: 'rolled-back',
      reason: 'shop-web-1: it cannot be started: no room',
    });
    expect(fleet.state).toEqual(named(V1));
  });
});

describe('a roll-out that is cut off at any request, and taken up again,', () => {
  /** Runs one with an end at a request, before or after its effect, and then another to its end. */
  async function cutOff(version: Version, at: number, when: 'before' | 'after', parallel: number) {
    const fleet = aFleet(version);
    const process = new Process(fleet);
    const killed = new AbortController();
    fleet.onCall = (number, phase) => {
      if (number === at && phase === when) killed.abort(new Error('killed'));
      // The dead do nothing.
      if (number >= at && killed.signal.aborted) throw killed.signal.reason;
    };
    const isOver = await process.run({ parallel, signal: killed.signal }).then(
      () => true,
      () => false,
    );
    fleet.onCall = () => undefined;
    const ended = isOver ? process.kept : await process.run({ parallel });
    return { fleet, ended, isOver };
  }

  it.each<[Version, string, string, 'before' | 'after', number]>([
    ['gets-healthy', 'succeeded', 'new', 'before', 1],
    ['gets-healthy', 'succeeded', 'new', 'after', 1],
    ['gets-healthy', 'succeeded', 'new', 'before', 2],
    ['gets-healthy', 'succeeded', 'new', 'after', 2],
    ['gets-unhealthy', 'rolled-back', 'old', 'before', 1],
    ['gets-unhealthy', 'rolled-back', 'old', 'after', 1],
    ['gets-unhealthy', 'rolled-back', 'old', 'after', 3],
  ])(
    'of a version that %s has %s, with the %s image everywhere (%s its effect, %i at a time)',
    async (version, state, age, when, parallel) => {
      const image = age === 'new' ? V2 : V1;
      let ends = 0;
      for (let at = 1; ; at += 1) {
        const { fleet, ended, isOver } = await cutOff(version, at, when, parallel);
        expect([at, ended.state, fleet.state]).toEqual([at, state, named(image)]);
        expect([at, fleet.lost, fleet.fewest]).toEqual([at, [], 3]);
        expect([at, fleet.names.get(REFERENCE)]).toEqual([at, image]);
        if (isOver) break;
        ends += 1;
      }
      expect(ends).toBeGreaterThan(20);
    },
  );
});
