import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { sendRequests } from './load.ts';
import type { Answer, Outcome } from './tally.ts';

const answered: Outcome = { kind: 'answered', by: 'a', isPrime: true };

function setUp(changes: { readonly concurrency?: number; readonly limit?: number } = {}) {
  const clock = new ManualClock();
  const answers: Answer[] = [];
  const asked: number[] = [];
  const open: ((outcome: Outcome) => void)[] = [];
  const stop = new AbortController();
  const options = {
    ask: (integer: number) => {
      asked.push(integer);
      return new Promise<Outcome>((resolve) => open.push(resolve));
    },
    onAnswer: (answer: Answer) => answers.push(answer),
    clock,
    perSecond: 50,
    concurrency: 4,
    limit: 1000,
    ...changes,
  };
  const answerAll = () => {
    for (const resolve of open.splice(0)) resolve(answered);
  };
  const done = sendRequests(options, stop.signal);
  return { clock, answers, asked, open, stop, answerAll, done };
}

describe('sendRequests', () => {
  it('sends at its pace, one odd integer after the other', async () => {
    const { clock, asked, answerAll, stop, done } = setUp();
    for (let at = 0; at < 10; at += 1) {
      answerAll();
      await clock.advance(20);
    }
    expect(asked).toEqual([1001, 1003, 1005, 1007, 1009, 1011, 1013, 1015, 1017, 1019, 1021]);
    stop.abort();
    answerAll();
    await done;
  });

  it('has no more requests open than it may, and does not make up for the time', async () => {
    const { clock, asked, answerAll, stop, done } = setUp({ concurrency: 2 });
    await clock.advance(1000);
    expect(asked).toHaveLength(2);
    answerAll();
    await clock.advance(0);
    expect(asked).toHaveLength(3);
    await clock.advance(20);
    expect(asked).toHaveLength(4);
    stop.abort();
    answerAll();
    await done;
  });

  it('measures how long an answer took', async () => {
    const { clock, answers, answerAll, stop, done } = setUp();
    await clock.advance(15);
    answerAll();
    await clock.advance(0);
    expect(answers).toEqual([{ at: 15, tookMs: 15, integer: 1001, outcome: answered }]);
    stop.abort();
    await done;
  });

  it('ends at its limit, when all are answered', async () => {
    const { clock, asked, answers, answerAll, done } = setUp({ limit: 3 });
    await clock.advance(500);
    expect(asked).toHaveLength(3);
    answerAll();
    await done;
    expect(answers).toHaveLength(3);
  });

  it('ends when told to, and waits for what is open', async () => {
    const { clock, asked, answers, answerAll, stop, done } = setUp();
    await clock.advance(20);
    stop.abort();
    await clock.advance(1000);
    expect(asked).toHaveLength(2);
    expect(answers).toHaveLength(0);
    answerAll();
    await done;
    expect(answers).toHaveLength(2);
    expect(clock.sleeping).toBe(0);
  });
});
