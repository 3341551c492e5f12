import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { isLeaving, unreadiness } from './readiness.ts';

describe('a container', () => {
  it.each([
    [{}, undefined, false],
    [{ health: 'healthy' }, undefined, false],
    [{ health: 'none' }, undefined, false],
    [{ health: 'unhealthy' }, 'unhealthy', false],
    [{ health: 'starting' }, 'health check still starting', false],
    [{ status: 'paused' }, 'paused', false],
    [{ status: 'restarting' }, 'restarting', true],
    [{ status: 'restarting', running: false }, 'restarting', true],
    [{ stopping: true }, 'stopping', true],
    [{ stopping: true, health: 'unhealthy' }, 'stopping', true],
    [{ status: 'exited' }, 'not running (exited)', true],
    [{ status: 'created' }, 'not running (created)', true],
    [{ status: 'dead', running: true }, 'not running (dead)', false],
    [{ status: '', running: false }, 'not running (stopped)', true],
    [{ status: '', running: true }, undefined, false],
  ])('%j is left out as: %s', (wish, reason, leaving) => {
    const container = aContainer(wish);
    expect(unreadiness(container)?.why).toBe(reason);
    expect(isLeaving(container)).toBe(leaving);
  });
});
