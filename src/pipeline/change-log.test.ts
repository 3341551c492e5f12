import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { createRouter } from '../routing/build.ts';
import { ChangeLog } from './change-log.ts';
import type { Outcome } from './outcome.ts';

const web = (name: string, wish: Parameters<typeof aContainer>[0] = {}) =>
  aContainer({ name, env: { VIRTUAL_HOST: 'a.test' }, ...wish });

const modelOf = (...containers: ReturnType<typeof web>[]) =>
  createRouter()({ containers, vantage: aVantage('front') });

const applied = (told: Extract<Outcome, { kind: 'applied' }>['told']): Outcome => ({
  ...{ kind: 'applied', how: 'renamed', checked: true, durationMs: 1 },
  ...{ notifications: [], owed: false },
  ...(told ? { told } : {}),
});

const RELOAD = applied({ kind: 'by-reload' });
const TOLD = applied({ kind: 'at-run-time', changes: '' });

describe('what is remembered of the changes', () => {
  const brief = (log: ChangeLog) =>
    log.changes.map(({ container, change, by }) => `${container} ${change} ${by}`);

  it('is of each container the last one, and how it came to the proxy', () => {
    const log = new ChangeLog();
    log.note(RELOAD, modelOf(web('one')), 0);
    log.note(TOLD, modelOf(web('one'), web('two')), 1_000);
    expect(log.changes).toMatchObject([
      { container: 'one', change: 'added', by: 'by-reload', at: '1970-01-01T00:00:00.000Z' },
      { container: 'two', change: 'added', by: 'at-run-time', at: '1970-01-01T00:00:01.000Z' },
    ]);
    log.note(TOLD, modelOf(web('one', { stopping: true }), web('two')), 2_000);
    expect(brief(log)).toEqual(['one drained at-run-time', 'two added at-run-time']);
  });

  it('is nothing of those that were served before tsgen was started', () => {
    const log = new ChangeLog();
    log.note({ kind: 'unchanged', notified: false, owed: false }, modelOf(web('one')), 0);
    log.note(TOLD, modelOf(web('one'), web('two')), 1_000);
    expect(brief(log)).toEqual(['two added at-run-time']);
  });

  it('waits for a proxy that could not be told yet', () => {
    const log = new ChangeLog();
    log.note({ kind: 'unchanged', notified: false, owed: true }, modelOf(web('one')), 0);
    log.note({ kind: 'unchanged', notified: true, owed: false }, modelOf(web('one')), 1_000);
    expect(brief(log)).toEqual(['one added by-reload']);
  });

  it('is forgotten with the container', () => {
    const log = new ChangeLog();
    log.note(RELOAD, modelOf(web('one'), web('two')), 0);
    log.note(TOLD, modelOf(web('two')), 0);
    expect(brief(log)).toEqual(['two added by-reload']);
  });

  it('is not what did not come to the proxy', () => {
    const log = new ChangeLog();
    log.note({ kind: 'rejected', message: 'no' }, modelOf(web('one')), 0);
    expect(log.changes).toEqual([]);
    log.note(TOLD, modelOf(web('one')), 0);
    expect(brief(log)).toEqual(['one added at-run-time']);
  });
});
