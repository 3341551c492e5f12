import { describe, expect, it } from 'vitest';
import { APPLIED, UNCHANGED } from '../../test/support/outcomes.ts';
import type { NotificationResult } from '../output/notify.ts';
import type { ApplyResult } from '../output/output.ts';
import { endOf, laterEndOf, verdictOf } from './set-end.ts';

const applied = APPLIED as Extract<ApplyResult, { kind: 'applied' }>;
const unchanged = UNCHANGED as Extract<ApplyResult, { kind: 'unchanged' }>;
const told = { notifications: [{ kind: 'done' } as NotificationResult] };
const failed = (stage: 'check' | 'write' | 'notify' | 'confirm') =>
  ({ kind: 'failed', stage, message: 'no', retry: true }) as const;

describe('what the history says of a set', () => {
  it('is nothing where nobody had a say', () => {
    expect(verdictOf({ kind: 'aborted' })).toBeUndefined();
    expect(verdictOf(failed('check'))).toBeUndefined();
    expect(verdictOf(failed('write'))).toBeUndefined();
    expect(verdictOf(failed('confirm'))).toBeDefined();
  });

  it.each<[string, Parameters<typeof endOf>[0], object]>([
    [
      'was seen',
      { ...applied, ...told, confirmed: 'r' },
      { kind: 'confirmed', how: 'reload', afterMs: 7 },
    ],
    ['cannot be asked for', { ...applied, ...told }, { kind: 'unasked', how: 'reload' }],
    ['was written only', applied, { kind: 'unasked', how: 'written' }],
    ['could not be told of', { ...applied, owed: true }, { kind: 'pending', how: 'written' }],
    [
      'was not waited for',
      { ...applied, ...told, superseded: true },
      { kind: 'pending', how: 'reload' },
    ],
    ['was found live', { ...unchanged, confirmed: 'r' }, { kind: 'confirmed', how: 'written' }],
    ['was not seen', failed('confirm'), { kind: 'pending', how: 'reload', reason: 'no' }],
    [
      'the check refused',
      { kind: 'rejected', message: 'rejected: bad', reason: 'bad' },
      { kind: 'refused', reason: 'bad' },
    ],
  ])('tells one that %s', (_, verdict, end) => {
    expect(endOf(verdict, 7)).toMatchObject(end);
  });

  it('changes when the proxy is seen to run it, or did not take it, and not by being asked', () => {
    const pending = { kind: 'pending', how: 'reload', reason: 'no' } as const;
    const seen = { kind: 'confirmed', how: 'reload', afterMs: 7 } as const;
    expect(laterEndOf(pending, { ...unchanged, confirmed: 'r' }, 7)).toEqual(seen);
    expect(laterEndOf(seen, { ...unchanged, confirmed: 'r' }, 60_000)).toEqual(seen);
    expect(laterEndOf(pending, { kind: 'rejected', message: 'gone' }, 7)).toEqual({
      kind: 'refused',
      reason: 'gone',
    });
    const written = { kind: 'pending', how: 'written', reason: 'no' } as const;
    expect(laterEndOf(written, { ...unchanged, notified: true }, 7)).toEqual({
      kind: 'unasked',
      how: 'reload',
    });
  });
});
