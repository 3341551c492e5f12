import { describe, expect, it } from 'vitest';
import { aDockerApi } from '../../test/support/memory-docker-api.ts';
import { aContainer } from '../../test/support/runtime-containers.ts';
import type { DockerApi, ExecResult } from '../docker/api.ts';
import { EngineError } from '../docker/engine-error.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import type { ProxySelection } from '../proxies/select.ts';
import { containerRunner } from './container-runner.ts';
import { systemFiles } from './files.ts';

const MOUNT = { Name: '', Driver: '', Mode: '', RW: true };
const PROXY: RuntimeContainer = {
  ...aContainer({ name: 'proxy', id: 'p1' }),
  Mounts: [{ ...MOUNT, Source: '/srv/conf', Destination: '/etc/nginx/conf.d' }],
};
const NONE: ProxySelection = { kind: 'none', reason: "no running container has the name 'proxy'" };

function runner(
  exec: DockerApi['exec'],
  wish: {
    readonly selection?: ProxySelection;
    readonly self?: RuntimeContainer;
    readonly realpath?: (path: string) => Promise<string>;
  } = {},
) {
  const realpath = wish.realpath ?? (async (path: string) => path);
  return containerRunner({
    api: aDockerApi({ exec }),
    findProxy: () =>
      wish.selection ?? { kind: 'selected', container: PROXY, fitting: [PROXY.Name] },
    self: () => wish.self,
    files: { ...systemFiles, realpath: realpath as typeof systemFiles.realpath },
    monotonic: () => 0,
    selector: 'proxy',
  });
}

function answering(result: Partial<ExecResult>): DockerApi['exec'] {
  return async () => ({ exitCode: 0, output: '', timedOut: false, ...result });
}

describe('run', () => {
  const options = { timeoutMs: 1000 };

  it('gives the line to the shell of the container, with the limit', async () => {
    const calls: unknown[] = [];
    const { run, where } = runner(async (...call) => {
      calls.push(call);
      return { exitCode: 3, output: 'said', timedOut: false };
    });
    expect(await run('nginx -t; true', options)).toEqual({
      kind: 'exited',
      exitCode: 3,
      output: 'said',
      durationMs: 0,
    });
    expect(calls).toEqual([
      ['p1', { command: ['/bin/sh', '-c', 'nginx -t; true'], timeoutMs: 1000 }],
    ]);
    expect(where).toBe('container proxy');
  });

  it('gives variables of a command to the engine beside the line, not in it', async () => {
    const calls: unknown[] = [];
    const { run } = runner(async (...call) => {
      calls.push(call);
      return { exitCode: 0, output: '', timedOut: false };
    });
    await run('ask', { ...options, env: { TSGEN_KEY: 'secret' } });
    expect(calls).toEqual([
      ['p1', { command: ['/bin/sh', '-c', 'ask'], timeoutMs: 1000, env: { TSGEN_KEY: 'secret' } }],
    ]);
  });

  it('tells a time-out', async () => {
    const { run } = runner(answering({ exitCode: 124, output: 'half', timedOut: true }));
    expect(await run('x', options)).toEqual({ kind: 'timed-out', output: 'half', afterMs: 1000 });
  });

  it('asks nobody while there is no proxy', async () => {
    const calls: unknown[] = [];
    const { run, where, unavailable } = runner(
      async (...call) => {
        calls.push(call);
        return { exitCode: 0, output: '', timedOut: false };
      },
      { selection: NONE },
    );
    expect(await run('x', options)).toEqual({ kind: 'unavailable', reason: NONE.reason });
    expect(unavailable()).toBe(NONE.reason);
    expect(calls).toEqual([]);
    expect(where).toBe('container proxy');
  });

  it.each<[number, object]>([
    [404, { kind: 'unavailable', reason: "there is no container 'proxy'" }],
    [409, { kind: 'unavailable', reason: "container 'proxy' is not running" }],
    [403, { kind: 'failed', reason: 'POST /containers/p1/exec: refused' }],
  ])('tells a proxy that does not run from an engine that refuses (%i)', async (status, result) => {
    const { run } = runner(async () => {
      throw new EngineError('POST /containers/p1/exec: refused', { status });
    });
    expect(await run('x', options)).toEqual(result);
  });

  it('knows an abort from a refusal', async () => {
    const stop = new AbortController();
    const { run } = runner(async () => {
      stop.abort();
      throw new Error('aborted');
    });
    expect(await run('x', { ...options, signal: stop.signal })).toEqual({ kind: 'aborted' });
  });

  it.each([
    [
      126,
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
    ],
    [127, "timeout: failed to run command '/bin/sh': No such file or directory"],
    [127, "timeout: can't execute '/bin/sh': No such file or directory"],
  ])('knows a container without a shell (%i)', async (exitCode, output) => {
    const { run } = runner(answering({ exitCode, output }));
    expect(await run('x', options)).toEqual({
      kind: 'failed',
      reason: `container 'proxy' has no /bin/sh to run commands with (${output})`,
    });
  });

  it.each([
    'cannot exec in a stopped container: unknown',
    'unable to start container process: error executing setns process: exit status 1: unknown',
    'unable to start container process: error writing config to pipe: write init-p: broken pipe: unknown',
    'unable to start container process: read init-p: connection reset by peer: unknown',
  ])('knows a container that ended while the engine began the command: %s', async (why) => {
    const output = `OCI runtime exec failed: exec failed: ${why}`;
    const { run } = runner(answering({ exitCode: 126, output }));
    expect(await run('x', options)).toEqual({
      kind: 'unavailable',
      reason: "container 'proxy' is not running",
    });
  });

  it('leaves a command that is missing to its caller', async () => {
    const output = '/bin/sh: 1: nginx: not found';
    const { run } = runner(answering({ exitCode: 127, output }));
    expect(await run('x', options)).toMatchObject({ kind: 'exited', exitCode: 127 });
  });
});

describe('translate', () => {
  const exec = answering({});

  it("goes through tsgen's own mounts", async () => {
    const self: RuntimeContainer = {
      ...aContainer({ name: 'gen' }),
      Mounts: [{ ...MOUNT, Source: '/srv/conf', Destination: '/out' }],
    };
    expect(await runner(exec, { self }).translate('/out/a.conf')).toEqual({
      kind: 'ok',
      path: '/etc/nginx/conf.d/a.conf',
    });
  });

  it('follows links of the host in both paths, but not the file itself', async () => {
    const links = new Map([
      ['/etc/proxy', '/data/proxy'],
      ['/srv/conf', '/data/proxy'],
    ]);
    const realpath = async (path: string) => links.get(path) ?? path;
    expect(await runner(exec, { realpath }).translate('/etc/proxy/a.conf')).toEqual({
      kind: 'ok',
      path: '/etc/nginx/conf.d/a.conf',
    });
  });

  it('needs the proxy', async () => {
    expect(await runner(exec, { selection: NONE }).translate('/a')).toEqual({
      kind: 'unavailable',
      reason: NONE.reason,
    });
  });
});

describe('complaints', () => {
  const complaints = (containerLogs: DockerApi['containerLogs'], selection?: ProxySelection) =>
    containerRunner({
      api: aDockerApi({ containerLogs }),
      findProxy: () => selection ?? { kind: 'selected', container: PROXY, fitting: ['proxy'] },
      self: () => undefined,
      files: systemFiles,
      monotonic: () => 0,
      selector: 'proxy',
    }).complaints?.(10_000);

  it("are what the proxy's log says since then, a second before for another clock", async () => {
    const asked: unknown[] = [];
    const found = await complaints(async (...call) => {
      asked.push(call);
      return '2026/01/02 03:04:05 [emerg] 1#1: bind() failed\nGET /\n';
    });
    expect(found).toEqual(['[emerg] 1#1: bind() failed']);
    expect(asked).toEqual([['p1', { sinceMs: 9_000, lines: 200 }]]);
  });

  it('are none where there is no log to be had', async () => {
    expect(await complaints(async () => await Promise.reject(new Error('no')))).toEqual([]);
    expect(await complaints(async () => '[emerg] a', NONE)).toEqual([]);
  });
});
