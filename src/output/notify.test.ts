import { describe, expect, it } from 'vitest';
import { aDockerApi } from '../../test/support/memory-docker-api.ts';
import { aLog } from '../../test/support/memory-log.ts';
import type { DockerApi } from '../docker/api.ts';
import { EngineError } from '../docker/engine-error.ts';
import { type Notification, notifyAll } from './notify.ts';
import type { CommandResult, CommandRunner } from './runner.ts';

const RELOAD: Notification = { kind: 'command', command: 'nginx -s reload' };
const HUP: Notification = { kind: 'signal', container: 'nginx', signal: 1 };

function runnerThat(result: CommandResult, absent?: string): CommandRunner {
  return {
    where: 'container proxy',
    unavailable: () => absent,
    run: async () => result,
    translate: async (path) => ({ kind: 'ok', path }),
  };
}

const OK = runnerThat({ kind: 'exited', exitCode: 0, output: '', durationMs: 5 });

function setUp(
  runner: CommandRunner,
  answers: Partial<DockerApi> = {},
  { signal = new AbortController().signal, graceMs = 60_000 } = {},
) {
  const log = aLog();
  const api = aDockerApi(answers);
  const deps = { runner, api, log, monotonic: () => 0, timeoutMs: 30_000, graceMs };
  return { log, send: (...all: Notification[]) => notifyAll(all, deps, { signal }) };
}

describe('a command', () => {
  it("is logged in docker-gen's words, its output only for debugging", async () => {
    const { log, send } = setUp(
      runnerThat({ kind: 'exited', exitCode: 0, output: 'one\n\ntwo\n', durationMs: 5 }),
    );
    expect(await send(RELOAD)).toEqual([{ notification: RELOAD, kind: 'done', durationMs: 5 }]);
    expect(log.lines).toEqual([
      "info Running 'nginx -s reload'",
      'debug [nginx -s reload]: one',
      'debug [nginx -s reload]: two',
    ]);
  });

  it('is not run for a proxy that need not be told, and counts as done', async () => {
    const { log, send } = setUp({ ...OK, needless: () => 'it is yet to start' });
    expect(await send(RELOAD)).toEqual([{ notification: RELOAD, kind: 'done', durationMs: 0 }]);
    expect(log.lines).toEqual(["info Not running 'nginx -s reload': it is yet to start"]);
  });

  it('that fails shows its output and where it ran', async () => {
    const { log, send } = setUp(
      runnerThat({ kind: 'exited', exitCode: 1, output: 'no pid file', durationMs: 5 }),
    );
    const message =
      'Error running notify command: nginx -s reload, exit status 1 (container proxy)';
    expect(await send(RELOAD)).toEqual([{ notification: RELOAD, kind: 'failed', message }]);
    expect(log.lines).toEqual([
      "info Running 'nginx -s reload'",
      'info [nginx -s reload]: no pid file',
      `error ${message}`,
    ]);
  });

  it('that hangs says how long it was given', async () => {
    const { send } = setUp(runnerThat({ kind: 'timed-out', output: '', afterMs: 30_000 }));
    const message =
      'Error running notify command: nginx -s reload, no end within 30 s, ended (container proxy)';
    expect(await send(RELOAD)).toEqual([{ notification: RELOAD, kind: 'failed', message }]);
  });

  it('that the engine refuses to run is a failure', async () => {
    const { send } = setUp(runnerThat({ kind: 'failed', reason: 'the engine refused' }));
    const message =
      'Error running notify command: nginx -s reload, the engine refused (container proxy)';
    expect(await send(RELOAD)).toEqual([{ notification: RELOAD, kind: 'failed', message }]);
  });

  it('is not claimed to run while there is no proxy', async () => {
    const reason = "the proxy's container 'proxy' is not running (exited)";
    const { log, send } = setUp(runnerThat({ kind: 'unavailable', reason }, reason));
    expect(await send(RELOAD)).toEqual([{ notification: RELOAD, kind: 'unavailable', reason }]);
    expect(log.lines).toEqual([
      `info Cannot run 'nginx -s reload' now: ${reason}. It is run once that has changed.`,
    ]);
  });
});

describe('a signal', () => {
  it('is sent as a number', async () => {
    const sent: unknown[] = [];
    const { log, send } = setUp(OK, {
      signalContainer: async (id, signal) => void sent.push([id, signal]),
    });
    expect(await send(HUP)).toEqual([{ notification: HUP, kind: 'done', durationMs: 0 }]);
    expect(sent).toEqual([['nginx', '1']]);
    expect(log.lines).toEqual(["info Sending container 'nginx' signal '1'"]);
  });

  it('of -1 restarts the container, with the ten seconds that docker-gen gives', async () => {
    const sent: unknown[] = [];
    const { send } = setUp(OK, {
      restartContainer: async (id, options) => void sent.push([id, options]),
    });
    await send({ ...HUP, signal: -1 });
    expect(sent).toEqual([['nginx', expect.objectContaining({ timeoutSeconds: 10 })]]);
  });

  it.each([
    [404, "there is no container 'nginx'"],
    [409, "container 'nginx' is not running"],
  ])('to nobody (%i) is owed, not failed', async (status, reason) => {
    const { log, send } = setUp(OK, {
      signalContainer: async () => {
        throw new EngineError('refused', { status });
      },
    });
    expect(await send(HUP)).toEqual([{ notification: HUP, kind: 'unavailable', reason }]);
    expect(log.lines).toContain(
      `warn Cannot send container 'nginx' signal '1' now: ${reason}. It is sent once that has changed.`,
    );
  });

  it('that is refused does not keep the next one from being sent', async () => {
    const sent: string[] = [];
    const { log, send } = setUp(OK, {
      signalContainer: async (id) => {
        if (id === 'nginx') throw new EngineError('kill: filtered', { status: 403 });
        sent.push(id);
      },
    });
    const results = await send(HUP, { ...HUP, container: 'other' }, RELOAD);
    expect(results.map(({ kind }) => kind)).toEqual(['failed', 'done', 'done']);
    expect(sent).toEqual(['other']);
    expect(log.lines).toContain("error Error sending signal to container 'nginx': kill: filtered");
  });
});

describe('when tsgen is told to stop', () => {
  /** Hangs until its signal aborts. */
  const untilAborted = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => resolve());
    });
  const hanging: CommandRunner = {
    ...OK,
    run: async (_, { signal }) => {
      await untilAborted(signal);
      return { kind: 'aborted' };
    },
  };
  const hangs = async (signal: AbortSignal | undefined): Promise<never> => {
    await untilAborted(signal);
    throw new Error('aborted');
  };
  const GIVEN_UP = 'not done 0.01 s after tsgen was told to stop, given up; it is owed';

  it('what can be sent is sent', async () => {
    const { send } = setUp(OK, {}, { signal: AbortSignal.abort() });
    expect(await send(RELOAD)).toMatchObject([{ kind: 'done' }]);
  });

  it('a command that hangs is given up after the grace, and what comes after it is not begun', async () => {
    const stop = new AbortController();
    const { log, send } = setUp(hanging, {}, { signal: stop.signal, graceMs: 10 });
    const sending = send(RELOAD, HUP);
    stop.abort();
    expect(await sending).toMatchObject([
      { kind: 'failed', message: expect.stringContaining(GIVEN_UP) },
      { kind: 'failed', message: expect.stringContaining(GIVEN_UP) },
    ]);
    expect(log.lines.filter((line) => line.startsWith('info'))).toEqual([
      "info Running 'nginx -s reload'",
    ]);
  });

  it.each([1, -1])('so is a signal to a container (%i)', async (signal) => {
    const { send } = setUp(
      OK,
      {
        signalContainer: (_id, _signal, options) => hangs(options?.signal),
        restartContainer: (_id, options) => hangs(options.signal),
      },
      { signal: AbortSignal.abort(), graceMs: 10 },
    );
    expect(await send({ ...HUP, signal })).toMatchObject([
      { kind: 'failed', message: expect.stringContaining(GIVEN_UP) },
    ]);
  });
});
