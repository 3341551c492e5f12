import { describe, expect, it } from 'vitest';
import type { ListedReplica } from './replicas.ts';
import { Story } from './story.ts';
import type { Outcome } from './tally.ts';

function listed(number: number, state: ListedReplica['state'] = 'ready'): ListedReplica {
  return { id: `id${number}`, hostname: `host${number}`, name: `web-${number}`, state };
}

function setUp() {
  const clock = { time: 1000 };
  const story = new Story({ stops: [2, 3], now: () => clock.time });
  story.roster.update([listed(1), listed(2)]);
  story.enter('2 replicas');
  /** Each answers in its turn, 20 ms apart. */
  const answer = (names: readonly string[], rounds: number, outcome?: Outcome) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const by of names) {
        clock.time += 20;
        const answered: Outcome = { kind: 'answered', by, isPrime: round % 2 === 0 };
        story.add({ at: clock.time, tookMs: 4, integer: 7, outcome: outcome ?? answered });
      }
    }
  };
  const rows = () =>
    story
      .frame(0)
      .rows.map(
        ({ name, state, answers, share }) => `${name} ${state} ${answers} ${share.toFixed(2)}`,
      );
  return { clock, story, answer, rows };
}

describe('Story', () => {
  it('shows the latest shares and all answers', () => {
    const { answer, rows } = setUp();
    answer(['host1'], 30);
    expect(rows()).toEqual(['web-1 ready 30 1.00', 'web-2 ready 0 0.00']);
    answer(['host1', 'host2'], 60);
    expect(rows()).toEqual(['web-1 ready 90 0.50', 'web-2 ready 60 0.50']);
  });

  it('lets bars end with the traffic', () => {
    const { clock, answer, rows } = setUp();
    answer(['host1', 'host2'], 60);
    clock.time += 10_000;
    expect(rows()).toEqual(['web-1 ready 60 0.00', 'web-2 ready 60 0.00']);
  });

  it('shows who comes and who goes', () => {
    const { story, answer, rows } = setUp();
    answer(['host1', 'host2'], 60);
    story.enter('Scaling');
    story.roster.update([listed(1), listed(2), listed(3, 'starting'), listed(4)]);
    story.roster.leave('id2');
    answer(['host1', 'host2', 'host4'], 40);
    expect(rows()).toEqual([
      'web-1 ready 100 0.33',
      'web-2 leaving 100 0.33',
      'web-3 starting 0 0.00',
      'web-4 new 40 0.33',
    ]);
    const { details, evenShare, stops } = story.frame(0);
    expect(details).toEqual(['1 starting, 1 draining']);
    expect(evenShare).toBe(0.5);
    expect(stops).toEqual([
      { replicas: 2, status: 'done' },
      { replicas: 3, status: 'now' },
    ]);
  });

  it('shows answers of those who are gone and of strangers, after the others', () => {
    const { story, answer, rows } = setUp();
    story.roster.update([listed(1)]);
    story.enter('one');
    answer(['host1', 'stranger', 'host2', '\u001b[2J'], 30);
    expect(rows()).toEqual([
      'web-1 ready 30 0.25',
      '\u001b[2J unknown 30 0.25',
      'web-2 gone 30 0.25',
      'stranger unknown 30 0.25',
    ]);
  });

  it('counts failed requests, with their reason, and takes the rate of the last seconds', () => {
    const { story, answer } = setUp();
    answer(['host1'], 300);
    answer(['host1'], 3, { kind: 'failed', reason: 'HTTP 502' });
    const { totals } = story.frame(0);
    expect(totals).toMatchObject({ requests: 303, failed: 3, reason: 'HTTP 502', p50: 4, p95: 4 });
    expect(totals.perSecond).toBeCloseTo(50, 0);
  });

  it('takes the latency of the present phase', () => {
    const { clock, story, answer } = setUp();
    answer(['host1'], 10);
    clock.time += 1;
    story.enter('next');
    expect(story.frame(0).totals.p50).toBeUndefined();
    clock.time += 1;
    story.add({
      at: clock.time,
      tookMs: 90,
      integer: 7,
      outcome: { kind: 'answered', by: 'host1', isPrime: true },
    });
    expect(story.frame(0).totals.p50).toBe(90);
  });

  it('keeps one of the latest answers for half a second', () => {
    const { clock, story, answer } = setUp();
    expect(story.frame(0).latest).toBeUndefined();
    clock.time += 500;
    answer(['host1'], 1);
    expect(story.frame(0).latest).toEqual({ path: '/is_prime/7', isPrime: true, by: 'web-1' });
    answer(['host2'], 1);
    expect(story.frame(0).latest?.by).toBe('web-1');
    clock.time += 480;
    expect(story.frame(0).latest?.by).toBe('web-2');
    clock.time += 5000;
    expect(story.frame(0).latest).toBeUndefined();
  });

  it('says what is awaited', () => {
    const { clock, story } = setUp();
    clock.time += 65_000;
    story.await('2 replicas', { details: ['10 of 20'], progress: 0.5 });
    expect(story.frame(3)).toMatchObject({
      heading: '2 replicas',
      details: ['10 of 20'],
      progress: 0.5,
      elapsedMs: 65_000,
      turn: 3,
    });
    story.enter('next');
    expect(story.frame(3).progress).toBeUndefined();
  });
});
