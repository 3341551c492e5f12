import { describe, expect, it } from 'vitest';
import { wireContainer } from '../../test/support/fake-wire.ts';
import type { WireContainer } from '../docker/api.ts';
import { isHeld, toEntry } from './entry.ts';
import { compareText } from './text.ts';

const WIRE = wireContainer('ab'.repeat(32), 1, {});

const entryOf = (wire: Partial<WireContainer>) => toEntry({ ...WIRE, ...wire }, () => false);

describe('toEntry', () => {
  it('knows how the container is stopped', () => {
    expect(entryOf({ Config: {} })).toMatchObject({ stopSignal: 15, stopTimeoutMs: 10_000 });
    expect(entryOf({ Config: { StopSignal: 'SIGQUIT', StopTimeout: 60 } })).toMatchObject({
      stopSignal: 3,
      stopTimeoutMs: 60_000,
    });
    expect(entryOf({ Config: { StopTimeout: 0 } }).stopTimeoutMs).toBe(0);
    expect(entryOf({ Config: { StopTimeout: null } }).stopTimeoutMs).toBe(10_000);
    expect(entryOf({ Config: { StopTimeout: -1 } }).stopTimeoutMs).toBe(3_600_000);
  });

  it.each([
    ['no', 'no'],
    ['', 'no'],
    ['always', 'always'],
    ['unless-stopped', 'always'],
    ['on-failure', 'on-failure'],
  ])('takes the restart policy %j for %s', (Name, expected) => {
    expect(entryOf({ HostConfig: { RestartPolicy: { Name } } }).restartPolicy).toBe(expected);
  });

  it('knows when it began', () => {
    const State = { StartedAt: '2026-01-02T03:04:05.678901234Z' };
    expect(entryOf({ State }).startedAtMs).toBe(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    expect(entryOf({ State: { StartedAt: '0001-01-01T00:00:00Z' } }).startedAtMs).toBe(0);
    expect(entryOf({ State: {} }).startedAtMs).toBe(0);
  });

  it('sorts by the time of creation, however many digits and whatever zone that has', () => {
    const times = [
      '2026-01-02T03:04:05Z',
      '2026-01-02T03:04:05.1Z',
      '2026-01-02T03:04:05.12Z',
      '2026-01-02T03:04:05.123456789Z',
      '2026-01-02T04:04:06+01:00',
      '2026-01-02T03:04:07Z',
    ];
    const keys = times.map((Created) => entryOf({ Created }).createdKey);
    expect(keys.toSorted(compareText)).toEqual(keys);
    expect(new Set(keys).size).toBe(times.length);
  });
});

describe('isHeld', () => {
  it.each([
    [{ Status: 'running', Running: true }, true],
    [{ Status: 'paused', Running: true, Paused: true }, true],
    [{ Status: 'restarting', Running: true, Restarting: true }, true],
    [{ Status: 'restarting', Running: false }, true],
    [{ Status: 'created', Running: false }, false],
    [{ Status: 'exited', Running: false }, false],
    [{ Status: 'dead', Running: false }, false],
    [{ Running: true }, true],
  ])('%j: %s', (State, expected) => {
    expect(isHeld(entryOf({ State }))).toBe(expected);
  });
});
