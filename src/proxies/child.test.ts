import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { aLog } from '../../test/support/memory-log.ts';
import { ProxyChild } from './child.ts';
import { parseCommandLine } from './command-line.ts';
import { fakeSpawner } from './testing/fake-process.ts';

function aChild(command = "nginx -g 'daemon off;'") {
  const clock = new ManualClock();
  const spawner = fakeSpawner();
  const log = aLog();
  const child = new ProxyChild({
    command: parseCommandLine(command),
    spawn: spawner.spawn,
    clock,
    log,
    random: () => 0.999_999,
    stopTimeoutMs: 8_000,
  });
  return {
    ...spawner,
    child,
    clock,
    log,
    settle: () => clock.advance(0),
    /** The one that was started last. */
    last: () => {
      const last = spawner.started.at(-1);
      if (!last) throw new Error('nothing was started');
      return last;
    },
  };
}

describe('ProxyChild', () => {
  it('waits until there is a configuration, then starts the program with its arguments', async () => {
    const { child, clock, argvs } = aChild();
    await clock.advance(60_000);
    expect(argvs).toEqual([]);
    expect(child.runsFor).toBeUndefined();
    child.start();
    await clock.advance(500);
    expect(argvs).toEqual([['nginx', '-g', 'daemon off;']]);
    expect(child.runsFor).toBe(500);
    expect(child.state).toEqual({ command: "nginx -g 'daemon off;'", pid: 100, restarts: 0 });
  });

  it('starts it again after growing pauses, which begin anew once it has run for long', async () => {
    const { child, clock, started, last, settle } = aChild();
    child.start();
    await settle();
    for (const pause of [250, 500, 1_000]) {
      const before = started.length;
      last().end({ kind: 'code', code: 1 });
      await clock.advance(pause - 1);
      expect(started).toHaveLength(before);
      expect(child.runsFor).toBeUndefined();
      await clock.advance(1);
      expect(started).toHaveLength(before + 1);
    }
    await clock.advance(10_000);
    last().end({ kind: 'signal', signal: 'SIGKILL' });
    await clock.advance(250);
    expect(started).toHaveLength(5);
    expect(child.state).toMatchObject({
      pid: 104,
      restarts: 4,
      lastEnd: '(process 103) ended by itself, signal SIGKILL (9)',
    });
  });

  it('starts it again at once for a new configuration; while it runs, one changes nothing', async () => {
    const { child, clock, started, last, settle } = aChild();
    child.start();
    await settle();
    child.start();
    last().end();
    await settle();
    expect(started).toHaveLength(1);
    child.start();
    await settle();
    expect(started).toHaveLength(2);
    expect(clock.sleeping).toBe(0);
  });

  it.each([
    ["nginx -g 'daemon off;'", 'SIGQUIT'],
    ['/usr/local/bin/httpd-foreground', 'SIGWINCH'],
    ['haproxy -W -f a', 'SIGUSR1'],
    ['my-proxy', 'SIGTERM'],
  ])('stops %s gracefully, with %s', async (command, signal) => {
    const { child, last, settle, clock } = aChild(command);
    child.start();
    await settle();
    const stopped = child[Symbol.asyncDispose]();
    await clock.advance(7_999);
    expect(last().signals).toEqual([signal]);
    expect(child.runsFor).toBeUndefined();
    last().end();
    await stopped;
    await settle();
    expect(clock.sleeping).toBe(0);
  });

  it('tells one to end that takes too long, and then ends it with all that it has started', async () => {
    const { child, last, settle, clock, log } = aChild();
    child.start();
    await settle();
    const stopped = child[Symbol.asyncDispose]();
    await clock.advance(8_000);
    expect(last().signals).toEqual(['SIGQUIT', 'group SIGTERM']);
    await clock.advance(1_000);
    await stopped;
    expect(last().signals).toEqual(['SIGQUIT', 'group SIGTERM', 'group SIGKILL']);
    expect(log.lines.join('\n')).toContain('--stop-timeout');
  });

  it('tells what a shell has left behind', async () => {
    const { child, last, settle, clock } = aChild('prepare; my-proxy');
    child.start();
    await settle();
    last().leavesOrphans = true;
    last().onSignal = () => last().end();
    const stopped = child[Symbol.asyncDispose]();
    await clock.advance(200);
    expect(last().signals).toEqual(['SIGTERM', 'group SIGTERM']);
    last().leavesOrphans = false;
    await clock.advance(100);
    await stopped;
  });

  it('has workers finish whose main process has died, so that the next one gets the port', async () => {
    const { child, last, settle, clock, started } = aChild();
    child.start();
    await settle();
    const first = last();
    first.leavesOrphans = true;
    first.end({ kind: 'signal', signal: 'SIGKILL' });
    await clock.advance(250);
    expect(first.signals).toEqual(['group SIGQUIT']);
    expect(started).toHaveLength(2);
  });

  it('starts nothing any more once it is stopped, whatever it waited for', async () => {
    for (const isStarted of [false, true]) {
      const { child, last, settle, clock, started } = aChild();
      if (isStarted) {
        child.start();
        await settle();
        last().end();
        await settle();
      }
      await child[Symbol.asyncDispose]();
      child.start();
      await clock.advance(60_000);
      expect(started).toHaveLength(isStarted ? 1 : 0);
      expect(clock.sleeping).toBe(0);
    }
  });

  it('fails when it cannot be started the first time; later it tries again', async () => {
    const first = aChild();
    first.failures.push(new Error('spawn nginx ENOENT'));
    first.child.start();
    await expect(first.child.ended).rejects.toMatchObject({
      kind: 'proxy',
      message: "'nginx -g 'daemon off;'' could not be started: spawn nginx ENOENT.",
    });

    const later = aChild();
    later.child.start();
    await later.settle();
    later.failures.push(new Error('spawn nginx EAGAIN'));
    later.last().end();
    await later.clock.advance(250);
    expect(later.started).toHaveLength(1);
    await later.clock.advance(500);
    expect(later.started).toHaveLength(2);
  });

  it('hands signals on', async () => {
    const { child, last, settle } = aChild();
    child.signal('SIGUSR1');
    child.start();
    await settle();
    child.signal('SIGUSR1');
    expect(last().signals).toEqual(['SIGUSR1']);
  });

  it.each<[string, NodeJS.Signals, NodeJS.Signals]>([
    ["nginx -g 'daemon off;'", 'SIGUSR1', 'SIGUSR2'],
    ['httpd-foreground', 'SIGUSR1', 'SIGUSR2'],
    ['haproxy -W -f a', 'SIGUSR2', 'SIGUSR1'],
  ])('hands %s no signal on that ends or doubles it', async (line, taken, harmful) => {
    const { child, last, settle, log } = aChild(line);
    child.start();
    await settle();
    child.signal(harmful);
    child.signal(taken);
    expect(last().signals).toEqual([taken]);
    expect(log.lines.join()).toContain(`${harmful} is not handed on`);
  });

  it('tells of its starts and ends, and what it said, until nobody wants to know', async () => {
    const { child, clock, last, settle, speak } = aChild();
    const stop = new AbortController();
    const events: unknown[] = [];
    child.listen((event) => void events.push(event), stop.signal);
    child.start();
    await settle();
    const started = clock.now();
    speak('nginx: [emerg] no\n');
    last().end({ kind: 'code', code: 1 });
    await clock.advance(250);
    expect(events).toEqual([
      { kind: 'started' },
      { kind: 'ended', how: 'ended by itself, exit code 1' },
      { kind: 'started' },
    ]);
    expect(child.saidSince(started)).toBe('nginx: [emerg] no');
    stop.abort();
    last().end();
    await settle();
    expect(events).toHaveLength(3);
  });
});
