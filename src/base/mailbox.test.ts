import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { systemClock } from './clock.ts';
import { Mailbox } from './mailbox.ts';

const never = new AbortController().signal;

describe('Mailbox', () => {
  it('gives all messages at once, in their order', async () => {
    const mailbox = new Mailbox<number>(systemClock);
    mailbox.post(1);
    mailbox.post(2);
    expect(await mailbox.take({ until: Number.POSITIVE_INFINITY, signal: never })).toEqual([1, 2]);
  });

  it('wakes a reader, and waits for what arrives in the same turn', async () => {
    const mailbox = new Mailbox<number>(systemClock);
    const taken = mailbox.take({ until: Number.POSITIVE_INFINITY, signal: never });
    mailbox.post(1);
    await Promise.resolve();
    mailbox.post(2);
    expect(await taken).toEqual([1, 2]);
  });

  it('gives none when the time has come', async () => {
    const clock = new ManualClock();
    const mailbox = new Mailbox<number>(clock);
    const taken = mailbox.take({ until: 500, signal: never });
    await clock.advance(500);
    expect(await taken).toEqual([]);
    expect(await mailbox.take({ until: 400, signal: never })).toEqual([]);
  });

  it('keeps one timer for all waits that are over before it ends, and sets another for an earlier end', async () => {
    const clock = new ManualClock();
    const mailbox = new Mailbox<number>(clock);
    for (const until of [500, 600, 700]) {
      const taken = mailbox.take({ until, signal: never });
      mailbox.post(until);
      expect(await taken).toEqual([until]);
      expect(clock.sleeping).toBe(1);
    }
    let taken = mailbox.take({ until: 300, signal: never });
    await clock.advance(300);
    expect(await taken).toEqual([]);
    // The first one wakes it too early.
    taken = mailbox.take({ until: 800, signal: never });
    await clock.advance(200);
    expect(await taken).toEqual([]);
    taken = mailbox.take({ until: 800, signal: never });
    await clock.advance(300);
    expect(await taken).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });

  it('gives none when it is the end, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    const mailbox = new Mailbox<number>(clock);
    const end = new AbortController();
    const taken = mailbox.take({ until: 500, signal: end.signal });
    end.abort();
    expect(await taken).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });
});
