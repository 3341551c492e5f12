import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { type DemoResult, runDemo } from './demo.ts';
import { LiveView } from './live-view.ts';
import { lookOf } from './look.ts';
import { PlainView } from './plain-view.ts';
import { DockerError } from './stack.ts';
import { summaryLines } from './summary.ts';
import { FakeStack } from './testing/fake-stack.ts';
import { FakeTerminal } from './testing/fake-terminal.ts';

const plainLook = lookOf({ LANG: 'C.UTF-8' }, { isTTY: false, colorDepth: 1 });
const liveLook = lookOf({ LANG: 'C.UTF-8' }, { isTTY: true, colorDepth: 8 });

function setUp(look = plainLook) {
  const clock = new ManualClock();
  const terminal = new FakeTerminal({ columns: 80, rows: 200 });
  const stack = new FakeStack();
  const view = look.live
    ? new LiveView(terminal, look, clock)
    : new PlainView(terminal, look, clock);
  const stop = new AbortController();
  /** Runs it to its end, moving the clock along. */
  const run = async (): Promise<DemoResult> => {
    const demo = { over: false };
    const result = runDemo({ stack, ask: stack.ask, view, clock }, stop.signal).finally(() => {
      demo.over = true;
    });
    result.catch(() => {});
    for (let turn = 0; turn < 20_000 && !demo.over; turn += 1) await clock.advance(20);
    return await result;
  };
  return { clock, terminal, stack, view, stop, run };
}

describe('runDemo', () => {
  it('takes the stack from three replicas to six and to two', async () => {
    const { stack, run } = setUp();
    const result = await run();
    expect(stack.calls).toEqual(['build', 'up 3', 'up 6 keep', 'up 2 keep']);
    expect(result.failure).toBeUndefined();
    expect(result.phases.map(({ replicas, rows }) => [replicas, rows.length])).toEqual([
      [3, 3],
      [6, 6],
      [2, 2],
    ]);
    for (const { rows, replicas, inARow, totals } of result.phases) {
      for (const { share } of rows) expect(share).toBeCloseTo(1 / replicas, 2);
      expect(inARow).toBe(250);
      expect(totals.requests).toBeGreaterThanOrEqual(250);
    }
    const requests = result.phases.reduce((sum, { totals }) => sum + totals.requests, 0);
    expect(requests).toBe(result.answers.length);
    expect(result.replicas.map(({ name }) => name)).toEqual(
      [1, 2, 3, 4, 5, 6].map((number) => `web-${number}`),
    );
  });

  it('ends at a phase in which somebody else answers, and says who', async () => {
    const { stack, run } = setUp();
    stack.onUp = (replicas) => {
      if (replicas === 6) stack.strangers = ['stranger'];
    };
    const { failure, phases } = await run();
    expect(phases.map(({ replicas }) => replicas)).toEqual([3]);
    expect(failure?.replicas).toBe(6);
    expect(failure?.expected).toEqual(['web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'web-6']);
    expect(failure?.seen.get('stranger')).toBeGreaterThan(20);
    expect(failure?.log).toEqual(['tsgen | a line of its log']);
    expect(stack.calls.at(-1)).toBe('up 6 keep');
  });

  it('ends at a phase in which a replica does not answer', async () => {
    const { stack, run } = setUp();
    stack.silent = ['host5'];
    const { failure } = await run();
    expect(failure?.replicas).toBe(6);
    expect([...(failure?.seen.keys() ?? [])].sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'web-1',
      'web-2',
      'web-3',
      'web-4',
      'web-6',
    ]);
  });

  it('ends at a phase in which a replica falls silent after its first answers', async () => {
    const { clock, stack, run } = setUp();
    stack.onUp = (replicas) => {
      if (replicas === 2) {
        void clock.sleep(500).then(() => {
          stack.silent = ['host2'];
        });
      }
    };
    const { failure } = await run();
    expect(failure?.replicas).toBe(2);
    expect([...(failure?.seen.keys() ?? [])]).toEqual(['web-1']);
  });

  it('counts failed requests, and goes on', async () => {
    const { stack, run } = setUp();
    let asked = 0;
    const { ask } = stack;
    Object.assign(stack, {
      ask: async () => {
        asked += 1;
        return asked % 100 === 0 ? { kind: 'failed', reason: 'HTTP 502' } : await ask();
      },
    });
    const result = await run();
    expect(result.failure).toBeUndefined();
    const failed = result.phases.reduce((sum, { totals }) => sum + totals.failed, 0);
    expect(failed).toBe(Math.floor(result.answers.length / 100));
    expect(failed).toBeGreaterThan(5);
  });

  it('passes on what docker failed with, and leaves nothing running', async () => {
    const { clock, stack, run } = setUp();
    stack.onUp = (replicas) => {
      if (replicas === 6) throw new DockerError('docker compose up failed', 'its output');
    };
    await expect(run()).rejects.toThrow('docker compose up failed');
    expect(clock.sleeping).toBe(0);
  });

  it('ends when interrupted', async () => {
    const { clock, stack, stop, run } = setUp();
    stack.onUp = (replicas) => {
      if (replicas === 6) stop.abort(new Error('interrupted'));
    };
    await expect(run()).rejects.toThrow('interrupted');
    expect(clock.sleeping).toBe(0);
  });
});

describe('what a person sees', () => {
  it('is one table a phase in a log, and the summary', async () => {
    const { terminal, view, run } = setUp();
    const result = await run();
    const settings = { port: 80, project: 'tsgen-demo' };
    view.say(summaryLines(result, settings, 80, plainLook.glyphs));
    const text = terminal.writes.join('');
    expect(text).toMatch(/^Building the images …\nThe images are built \(0\.0 s\)\n/);
    expect(text.match(/^\d replicas: the last 250 answers/gm)).toHaveLength(3);
    expect(text.match(/^web-1 █{30,}/gm)).toHaveLength(2);
    expect(text).toContain('None of the');
    expect(text).toContain('The stack goes on running, with two replicas.');
    expect(text).not.toContain('\u001b');
  });

  it('is the outcome of the phases and no next ones after a failure', async () => {
    const { terminal, stack, view, run } = setUp();
    stack.strangers = ['stranger'];
    const result = await run();
    const settings = { port: 80, project: 'tsgen-demo' };
    view.say(summaryLines(result, settings, 80, plainLook.glyphs));
    const text = terminal.writes.join('');
    expect(text).toContain('✗ 3 replicas: within 60 s there were no 250 answers in a row');
    expect(text).toContain('answered lately:');
    expect(text).toContain('tsgen | a line of its log');
    expect(text).toContain('make down');
    expect(text).not.toContain('None of the requests');
  });

  it('moves on a terminal, and leaves only what was done', async () => {
    const { terminal, run } = setUp(liveLook);
    await run();
    const written = terminal.writes.join('');
    expect(written).toContain('✓ 3 replicas');
    expect(written).toContain('● 2 replicas');
    expect(terminal.cursorVisible).toBe(true);
    expect(terminal.text).toBe(`\
✓ The images are built (0.0 s)
✓ nginx, tsgen and three replicas run (0.0 s)`);
  });
});
