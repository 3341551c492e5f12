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
