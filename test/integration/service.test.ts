import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask } from '../../src/service/testing/http.ts';
import { SOON } from '../support/soon.ts';

const MAIN = join(import.meta.dirname, '../../dist/service/main.js');
const SLOW_PRIME = 9_007_199_254_740_881;
/** Two of these are done within the limit also where the processors have much else to do. */
const RATHER_SLOW_PRIME = 500_000_000_000_057;
const keepAlive = { headers: { Connection: 'keep-alive' } };

interface Program {
  readonly child: ChildProcess;
  /** What happened, in order: lines of output, and what the test adds. */
  readonly journal: string[];
  readonly stderr: string[];
  readonly exit: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
}

const children: ChildProcess[] = [];

function run(env: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, [MAIN], {
    env: { HOSTNAME: 'replica-1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const program: Program = {
    child,
    journal: [],
    stderr: [],
    exit: once(child, 'close').then(([code, signal]) => [code, signal] as const),
  };
  createInterface({ input: child.stdout }).on('line', (line) => program.journal.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => program.stderr.push(line));
  return program;
}

async function said(program: Program, pattern: RegExp): Promise<string> {
  return vi.waitFor(() => {
    const line = program.journal.find((entry) => pattern.test(entry));
    if (line === undefined) throw new Error(`No ${pattern} in ${program.journal.join(' | ')}`);
    return line;
  }, SOON);
}

async function serve(env: Readonly<Record<string, string>>) {
  const program = run({ PORT: '0', ...env });
  const line = await said(program, /^Listening on /);
  return { ...program, port: Number(/:(\d+) as replica-1/.exec(line)?.[1]) };
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

describe('the built service', () => {
  it('computes in its worker thread and names the replica', async () => {
    const { port } = await serve({});
    expect(await ask(port, `/is_prime/${SLOW_PRIME}`, keepAlive)).toMatchObject({
      status: 200,
      headers: { 'x-served-by': 'replica-1', connection: 'keep-alive' },
      body: { integer: SLOW_PRIME, is_prime: true },
    });
  });

  it('goes on answering after SIGTERM, with Connection: close; a second one ends it', async () => {
    const program = await serve({ DRAIN_SECONDS: '60' });
    program.child.kill('SIGTERM');
    await said(program, /^Received SIGTERM: answering for another 60 s/);
    for (const [path, status] of [
      ['/healthz', 200],
      ['/whoami', 200],
      ['/is_prime/1237', 200],
      ['/is_prime/seven', 400],
      ['/nothing', 404],
    ] as const) {
      const answer = await ask(program.port, path, keepAlive);
      expect(answer).toMatchObject({ status, headers: { connection: 'close' } });
    }
    program.child.kill('SIGTERM');
    expect(await program.exit).toEqual([143, null]);
    expect(program.stderr).toEqual(['Received SIGTERM while stopping: ending at once']);
  });

  it('finishes the requests that are open when the drain ends', async () => {
    const program = await serve({ DRAIN_SECONDS: '0.1', WORKERS: '1', QUEUE_LIMIT: '1' });
    const slow = [1, 2].map(async () => {
      const answer = await ask(program.port, `/is_prime/${RATHER_SLOW_PRIME}`, keepAlive);
      program.journal.push('answered');
      return answer;
    });
    // A full queue shows that both were received.
    await vi.waitFor(async () => {
      expect(await ask(program.port, '/is_prime/7')).toMatchObject({ status: 503 });
    }, SOON);
    program.child.kill('SIGTERM');
    for (const answer of await Promise.all(slow)) {
      expect(answer).toMatchObject({ status: 200, body: { is_prime: true } });
    }
    expect((await slow[1])?.headers.connection).toBe('close');
    expect(await program.exit).toEqual([0, null]);
    const closing = program.journal.findIndex((line) => line.startsWith('Closing: no further'));
    expect(closing).toBeGreaterThan(0);
    expect(program.journal.lastIndexOf('answered')).toBeGreaterThan(closing);
    expect(program.journal).toContain('Ended, 0 requests cut');
    expect(program.stderr).toEqual([]);
  });

  it('ends with 0 after SIGINT, also while a proxy keeps idle connections', async () => {
    const program = await serve({ DRAIN_SECONDS: '0' });
    const response = await fetch(`http://127.0.0.1:${program.port}/healthz`);
    expect(await response.json()).toEqual({ status: 'ok' });
    program.child.kill('SIGINT');
    expect(await program.exit).toEqual([0, null]);
    expect(program.journal.slice(1)).toEqual([
      'Received SIGINT: answering for another 0 s with "Connection: close"',
      'Closing: no further connections, 0 open requests',
      'Ended, 0 requests cut',
    ]);
  });

  it.each([
    [{ PORT: 'http' }, 'PORT="http" is not a port from 0 to 65535'],
    [{ DRAIN_SECONDS: '-1' }, 'DRAIN_SECONDS="-1" is not a number of seconds from 0 to 3600'],
    [{ WORKERS: '0' }, 'WORKERS="0" is not a number from 1 to 512'],
  ])('refuses %j with one line and exit code 2', async (env, reason) => {
    const program = run(env);
    expect(await program.exit).toEqual([2, null]);
    expect(program.stderr).toEqual([`Cannot start the is_prime service: ${reason}`]);
    expect(program.journal).toEqual([]);
  });

  it('says that its port is taken, with exit code 1', async () => {
    const { port } = await serve({});
    const second = run({ PORT: String(port) });
    expect(await second.exit).toEqual([1, null]);
    expect(second.stderr).toEqual([expect.stringMatching(/EADDRINUSE.*set PORT/)]);
  });
});
