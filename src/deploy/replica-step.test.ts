import { describe, expect, it } from 'vitest';
import { nextView } from './next-view.ts';
import { type ReplicaView, stepFor } from './replica-step.ts';
import { aReplica } from './testing/replica.ts';

const VIEW: ReplicaView = {
  old: 'running',
  next: { kind: 'ready' },
  isNamed: false,
  isRouted: true,
  confirmation: { confirmed: true },
  drain: 'not-begun',
  isLate: false,
  isDrainLate: false,
};
const NOT_YET = { confirmed: false, why: 'its health is starting' } as const;

describe('the next step for a replica', () => {
  it.each<[string, Partial<ReplicaView>, object]>([
    ['starts one where there is none', { next: { kind: 'absent' } }, { kind: 'start' }],
    ['starts one that was made only', { next: { kind: 'created' } }, { kind: 'start' }],
    [
      'starts none where the old one is gone',
      { next: { kind: 'absent' }, old: 'gone' },
      { kind: 'abandon', reason: 'somebody else removed the old one meanwhile' },
    ],
    ['waits for its health', { next: { kind: 'starting' } }, { kind: 'wait', for: 'health' }],
    [
      'waits for its health also where the old one has stopped',
      { next: { kind: 'starting' }, old: 'stopped' },
      { kind: 'wait', for: 'health' },
    ],
    [
      'gives up when that takes too long',
      { next: { kind: 'starting' }, isLate: true },
      { kind: 'abandon', reason: 'it did not get healthy in time' },
    ],
    [
      'gives up when it fails, however far it is',
      { next: { kind: 'failed', reason: 'it ended' }, drain: 'waiting' },
      { kind: 'abandon', reason: 'it ended' },
    ],
    ['waits for the proxy', { confirmation: NOT_YET }, { kind: 'wait', for: 'proxy' }],
    [
      'waits for the proxy also where the old one is drained already',
      { confirmation: NOT_YET, drain: 'done' },
      { kind: 'wait', for: 'proxy' },
    ],
    [
      'gives up when the proxy takes too long',
      { confirmation: NOT_YET, isLate: true },
      {
        kind: 'abandon',
        reason: 'the proxy does not give it requests: its health is starting',
      },
    ],
    ['drains the old one once the proxy is there', {}, { kind: 'drain' }],
    ['waits for open requests', { drain: 'waiting' }, { kind: 'wait', for: 'drain' }],
    ['stops the old one after them', { drain: 'done' }, { kind: 'stop' }],
    [
      'stops the old one when they take too long',
      { drain: 'waiting', isDrainLate: true },
      { kind: 'stop' },
    ],
    [
      'asks no proxy about what has none',
      { isRouted: false, confirmation: NOT_YET },
      { kind: 'stop' },
    ],
    ['removes the old one', { old: 'stopped' }, { kind: 'remove' }],
    ['names the new one', { old: 'gone' }, { kind: 'rename' }],
    ['is none when all is done', { old: 'gone', isNamed: true }, { kind: 'done' }],
  ])('%s', (_what, change, step) => {
    expect(stepFor({ ...VIEW, ...change })).toEqual(step);
  });
});

describe('a new container', () => {
  const seen = (state: object, ranForMs = 0, more: object = {}) =>
    nextView({ ...aReplica({ state }), ...more }, { ranForMs, settleMs: 5_000 });

  it.each<[string, object, object]>([
    ['is ready when it is healthy', { Running: true }, { kind: 'ready' }],
    [
      'is starting until then',
      { Running: true, Health: { Status: 'starting' } },
      { kind: 'starting' },
    ],
    [
      'was made only',
      { Status: 'created', Running: false, Health: undefined },
      { kind: 'created' },
    ],
    [
      'has failed with the words of its health check',
      {
        Running: true,
        Health: { Status: 'unhealthy', Log: [{ Output: 'first' }, { Output: 'last\n' }] },
      },
      { kind: 'failed', reason: 'it is unhealthy: last' },
    ],
    [
      'has failed when it ended',
      { Status: 'exited', Running: false, ExitCode: 137, Error: 'out of memory' },
      { kind: 'failed', reason: 'it ended with code 137: out of memory' },
    ],
    [
      'has failed when somebody paused it',
      { Running: true, Paused: true },
      { kind: 'failed', reason: 'it was paused' },
    ],
  ])('%s', (_what, state, view) => {
    expect(seen(state)).toEqual(view);
  });

  it('has failed when it ended and was started again', () => {
    const state = { Status: 'running', Running: true, ExitCode: 1 };
    expect(seen(state, 0, { RestartCount: 1 })).toEqual({
      kind: 'failed',
      reason: 'it ended with code 1 and was started again',
    });
  });

  it('is ready without a health check once it has run for a while', () => {
    const state = { Running: true, Health: undefined };
    expect(seen(state, 4_999)).toEqual({ kind: 'starting' });
    expect(seen(state, 5_000)).toEqual({ kind: 'ready' });
  });

  it('does not get at the terminal with its words, nor fill it', () => {
    const Output = `\u001b[2J${'x'.repeat(5_000)}`;
    const view = seen({ Running: true, Health: { Status: 'unhealthy', Log: [{ Output }] } });
    expect(view.kind === 'failed' && view.reason).toMatch(/^it is unhealthy: \P{Cc}{1,400}$/u);
  });
});
