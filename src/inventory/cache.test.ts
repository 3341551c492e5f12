import { describe, expect, it } from 'vitest';
import { CacheDriver } from '../../test/support/fake-cache-driver.ts';
import type { ContainerSpec } from '../../test/support/fake-wire.ts';

/** A world with one running container that the cache knows. */
function following(spec: ContainerSpec = {}) {
  const driver = new CacheDriver();
  driver.world.createNetwork('front');
  driver.world.createNetwork('back');
  driver.now += 1;
  const id = driver.world.addContainer({ name: 'web', networks: ['front', 'back'], ...spec });
  driver.sync();
  driver.now += 1;
  return { driver, world: driver.world, cache: driver.cache, id };
}

const shown = (driver: CacheDriver) =>
  driver.cache.snapshot().containers.map(({ Name, status, stopping }) => ({
    Name,
    status,
    stopping,
  }));

const RUNS = { Name: 'web', status: 'running', stopping: false };
const STOPS = { ...RUNS, stopping: true };

describe('what an event costs', () => {
  it('a start: one inspect, whatever the number of networks', () => {
    const { driver, world, id } = following({ running: false });
    world.start(id);
    driver.drain();
    expect(shown(driver)).toEqual([RUNS]);
    expect(driver.inspects).toBe(1);
  });

  it.each([true, false])('a stop: none, with die first (%s) or last', (dieFirst) => {
    const { driver, world, id } = following();
    world.dieFirst = dieFirst;
    world.beginStop(id);
    driver.drain();
    expect(shown(driver)).toEqual([STOPS]);
    world.finishStop(id, { graceful: false });
    driver.drain();
    expect(shown(driver)).toEqual([]);
    expect(driver.inspects).toBe(0);
  });

  it.each([true, false])('a restart: one, with die first (%s) or last', (dieFirst) => {
    const { driver, world, id } = following();
    world.dieFirst = dieFirst;
    world.stop(id);
    driver.now += 1;
    world.start(id);
    driver.drain();
    expect(shown(driver)).toEqual([RUNS]);
    expect(driver.inspects).toBe(1);
  });

  it('an end that nobody restarts: none', () => {
    const { driver, world, id } = following();
    world.crash(id);
    driver.drain();
    expect(shown(driver)).toEqual([]);
    expect(driver.inspects).toBe(0);
  });

  it('the engine restarting a container by itself: one for the end, one for the start', () => {
    const { driver, world, id } = following({ restartPolicy: 'unless-stopped' });
    world.crash(id);
    driver.drain();
    expect(shown(driver)).toEqual([{ ...RUNS, status: 'restarting' }]);
    const soFar = driver.inspects;
    driver.now += 100;
    world.start(id);
    driver.drain();
    expect(shown(driver)).toEqual([RUNS]);
    expect(driver.inspects - soFar).toBe(1);
  });

  it.each([
    [0, 0],
    [1, 1],
  ])('an end with code %i under on-failure: %i', (exitCode, inspects) => {
    const { driver, world, id } = following({ restartPolicy: 'on-failure' });
    world.emit('die', id, { exitCode: String(exitCode) });
    driver.drain();
    expect(driver.inspects).toBe(inspects);
  });

  it('a stop of a container that would be restarted: none', () => {
    const { driver, world, id } = following({ restartPolicy: 'always' });
    world.stop(id);
    driver.drain();
    expect(shown(driver)).toEqual([]);
    expect(driver.inspects).toBe(0);
  });

  it.each(['pause', 'unpause', 'health_status: healthy', 'health_status', 'rename', 'update'])(
    '%s: one',
    (action) => {
      const { driver, world, id } = following();
      world.emit(action, id);
      driver.drain();
      expect(driver.inspects).toBe(1);
    },
  );

  it.each(['create', 'attach', 'oom', 'top', 'resize', 'restart', 'commit', 'archive-path'])(
    '%s: none',
    (action) => {
      const { driver, world, id } = following();
      world.emit(action, id);
      driver.drain();
      expect(driver.inspects).toBe(0);
    },
  );

  it('a network that comes or goes: one', () => {
    const { driver, world, cache, id } = following({ networks: ['front'] });
    world.connect(id, 'back');
    driver.drain();
    expect(cache.snapshot().containers[0]?.Networks.map(({ Name }) => Name)).toEqual([
      'back',
      'front',
    ]);
    world.disconnect(id, 'front');
    driver.drain();
    expect(cache.snapshot().containers[0]?.Networks.map(({ Name }) => Name)).toEqual(['back']);
    expect(driver.inspects).toBe(2);
  });

  it('anything about a container that does not run: none', () => {
    const { driver, world, id } = following({ running: false });
    world.rename(id, 'other');
    world.emit('update', id);
    world.emit('die', id);
    world.emit('kill', id, { signal: '15' });
    world.connect(id, 'front');
    world.remove(id);
    driver.drain();
    expect(driver.inspects).toBe(0);
  });

  it('a storm while an inspect is under way: one more at its end', () => {
    const { driver, world, id } = following({ health: 'starting' });
    world.setHealth(id, 'unhealthy');
    driver.deliver();
    driver.ask();
    for (let count = 0; count < 20; count += 1) {
      world.setHealth(id, count % 2 ? 'healthy' : 'unhealthy');
      driver.deliver();
      driver.ask();
    }
    expect(driver.inspects).toBe(1);
    driver.drain();
    expect(driver.inspects).toBe(2);
    expect(driver.cache.snapshot().containers[0]?.State.Health.Status).toBe('healthy');
  });
});

describe('answers that were overtaken', () => {
  it('do not bring back what has ended', () => {
    const { driver, world, id } = following({ health: 'starting' });
    world.setHealth(id, 'healthy');
    driver.deliver();
    driver.ask();
    driver.answer(0);
    world.emit('die', id, { exitCode: '1' });
    world.containers.delete(id);
    driver.deliver();
    driver.receive(0);
    expect(shown(driver)).toEqual([]);
    driver.drain();
    expect(shown(driver)).toEqual([]);
  });

  it('of a full look do not either', () => {
    const { driver, world, id } = following();
    driver.beginSync();
    driver.stepSync();
    world.crash(id);
    driver.deliver();
    driver.finishSync();
    expect(shown(driver)).toEqual([]);
  });

  it('of a full look do not take away what has just started', () => {
    const { driver, world, id } = following({ running: false });
    driver.beginSync();
    world.start(id);
    while (driver.cache.snapshot().containers.length === 0) {
      driver.deliver();
      driver.ask();
      driver.answer(0);
      driver.receive(0);
    }
    driver.finishSync();
    expect(shown(driver)).toEqual([RUNS]);
  });

  it('that say nothing change nothing', () => {
    const { driver, cache, id } = following();
    const before = cache.snapshot();
    driver.world.emit('update', id);
    driver.deliver();
    expect(cache.takeWanted()).toEqual([id]);
    cache.settle(id, cache.sequence, { kind: 'unknown' }, driver.now);
    expect(cache.snapshot()).toBe(before);
    expect(cache.takeWanted()).toEqual([]);
  });
});

describe('events of an earlier run', () => {
  it('a die does not take away the run that came after it', () => {
    const { driver, world, id } = following();
    world.emit('die', id);
    driver.now += 10;
    world.start(id);
    driver.sync();
    expect(shown(driver)).toEqual([RUNS]);
    driver.deliver();
    expect(shown(driver)).toEqual([RUNS]);
    driver.drain();
    expect(shown(driver)).toEqual([RUNS]);
  });

  it('a stop that comes after the start does not either', () => {
    const { driver, world, id } = following();
    world.dieFirst = true;
    world.beginStop(id);
    world.emit('die', id, { exitCode: '0' });
    driver.now += 10;
    world.start(id);
    driver.drain();
    world.emit('stop', id);
    driver.drain();
    expect(shown(driver)).toEqual([RUNS]);
  });

  it('a signal is not of one when the engine’s clock was set back by far', () => {
    const { driver, world, id } = following();
    driver.now += 1_000_000;
    world.start(id);
    driver.drain();
    const { now } = driver;
    world.now = () => now - 900_000;
    world.emit('kill', id, { signal: '15' });
    driver.drain();
    expect(shown(driver)).toEqual([STOPS]);
  });

  it('a signal does not mark the run that came after it', () => {
    const { driver, world, id } = following();
    world.emit('kill', id, { signal: '15' });
    driver.now += 10;
    world.start(id);
    driver.sync();
    driver.deliver();
    expect(shown(driver)).toEqual([RUNS]);
  });
});

describe('the mark of a stopping container', () => {
  it.each([
    ['TERM', {}, '15', true],
    ['INT', {}, '2', true],
    ['QUIT', {}, 'SIGQUIT', true],
    ['KILL', {}, '9', true],
    ['its own stop signal', { stopSignal: 'SIGWINCH' }, '28', true],
    ['the stop signal of others', {}, '28', false],
    ['HUP', {}, '1', false],
    ['USR2', { stopSignal: 'SIGUSR1' }, '12', false],
    ['no signal at all', {}, '', false],
  ])('%s', (_, spec, signal, stopping) => {
    const { driver, world, cache, id } = following(spec);
    const before = cache.snapshot();
    world.emit('kill', id, { signal });
    driver.drain();
    expect(shown(driver)).toEqual([{ ...RUNS, stopping }]);
    expect(cache.snapshot() === before).toBe(!stopping);
    expect(driver.inspects).toBe(0);
  });

  it('ends five seconds after the stop timeout, when an inspect finds the container alive', () => {
    const { driver, world, cache, id } = following({ stopTimeout: 30 });
    const before = cache.snapshot().containers[0];
    world.signal(id, 3);
    driver.drain();
    expect(cache.nextExpiry).toBe(driver.now + 35_000);
    driver.now += 35_000;
    cache.expire(driver.now);
    expect(shown(driver)).toEqual([STOPS]);
    driver.drain();
    expect(shown(driver)).toEqual([RUNS]);
    expect(cache.snapshot().containers[0]).toBe(before);
    expect(cache.nextExpiry).toBe(Number.POSITIVE_INFINITY);
    expect(driver.inspects).toBe(1);
  });

  it('is prolonged by a further signal', () => {
    const { driver, world, cache, id } = following();
    world.signal(id, 15);
    driver.drain();
    driver.now += 9_000;
    world.signal(id, 15);
    driver.drain();
    expect(cache.nextExpiry).toBe(driver.now + 15_000);
  });

  it('outlives inspects, full looks and reconnects', () => {
    const { driver, world, id } = following({ health: 'healthy' });
    world.signal(id, 15);
    world.setHealth(id, 'unhealthy');
    driver.drain();
    expect(shown(driver)).toEqual([STOPS]);
    driver.sync();
    expect(shown(driver)).toEqual([STOPS]);
    driver.reconnect();
    driver.drain();
    expect(shown(driver)).toEqual([STOPS]);
  });

  it('is restored from the events of the last minute', () => {
    const { driver, world, id } = following();
    const events = driver.world.tell;
    const heard: Parameters<typeof events>[0][] = [];
    world.tell = (event) => heard.push(event);
    world.beginStop(id);

    const restarted = new CacheDriver();
    restarted.now = driver.now + 4_000;
    restarted.world.containers.set(id, world.container(id));
    for (const { event } of heard) restarted.cache.replay(event, 4_000, restarted.now);
    restarted.sync();
    expect(shown(restarted)).toEqual([STOPS]);
    expect(restarted.cache.nextExpiry).toBe(driver.now + 15_000);
  });

  it('is restored also when the events come after the look', () => {
    const { driver, cache, id } = following();
    const event = { type: 'container', action: 'kill', id, attributes: { signal: '15' } } as const;
    cache.replay({ ...event, timeMs: driver.world.now() }, 0, driver.now);
    expect(shown(driver)).toEqual([STOPS]);
  });

  it('is not restored for a run that is over', () => {
    const { driver, world, id } = following();
    world.stop(id);
    driver.now += 10;
    world.start(id);
    driver.reconnect();
    driver.drain();
    expect(shown(driver)).toEqual([RUNS]);
  });

  it('is set as soon as the container is known, when its signal came before that', () => {
    const { driver, world, id } = following({ running: false, stopSignal: 'SIGWINCH' });
    world.start(id);
    world.signal(id, 28);
    while (driver.inspects === 0) {
      driver.deliver();
      driver.ask();
    }
    driver.deliver();
    driver.answer(0);
    driver.receive(0);
    expect(shown(driver)).toEqual([STOPS]);
  });

  it('does not keep the engine from restarting what was sent another signal', () => {
    const { driver, world, id } = following({ restartPolicy: 'always', stopSignal: 'SIGQUIT' });
    world.signal(id, 15);
    world.crash(id);
    driver.drain();
    expect(shown(driver)).toEqual([{ ...RUNS, status: 'restarting' }]);
  });
});

describe('the snapshot', () => {
  it('lists the newest first', () => {
    const { driver, world } = following();
    world.addContainer({ name: 'newer' });
    world.addContainer({ name: 'newest' });
    driver.sync();
    expect(shown(driver).map(({ Name }) => Name)).toEqual(['newest', 'newer', 'web']);
  });

  it('keeps what did not change, down to the fields', () => {
    const { driver, world, cache, id } = following({ env: { A: 'b' }, health: 'starting' });
    world.addContainer({ name: 'other' });
    driver.sync();
    const [other, web] = cache.snapshot().containers;
    world.setHealth(id, 'healthy');
    driver.drain();
    const [otherNow, webNow] = cache.snapshot().containers;
    expect(otherNow).toBe(other);
    expect(webNow).not.toBe(web);
    expect(webNow?.Env).toBe(web?.Env);
    expect(webNow?.Networks).toBe(web?.Networks);
  });

  it('has the container that tsgen runs in', () => {
    const own = 'ab'.repeat(32);
    const driver = new CacheDriver(own);
    driver.world.addContainer({ name: 'web' });
    driver.sync();
    expect(driver.cache.snapshot()).not.toHaveProperty('self');
    driver.world.addContainer({ id: own, name: 'tsgen' });
    driver.sync();
    const { self, containers, docker } = driver.cache.snapshot();
    expect(self?.Name).toBe('tsgen');
    expect(containers).toContain(self);
    expect(docker).toMatchObject({ Name: 'fake', CurrentContainerID: own });
  });
});
