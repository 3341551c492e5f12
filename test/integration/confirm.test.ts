import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Confirmation, confirm, type WatchedChild } from '../../src/output/confirm.ts';
import { type CommandResult, type CommandRunner, localRunner } from '../../src/output/runner.ts';
import { ASK_OVER_HTTP } from '../../src/proxies/ask-generation.ts';
import { aFolder } from '../support/temporary-folder.ts';

const HERE = localRunner({
  env: { PATH: process.env.PATH },
  monotonic: () => performance.now(),
  graceMs: 200,
});
const forever = () => new AbortController().signal;

/** A proxy that answers what a file says: each line once, the last one for ever. */
async function aProxy(...answers: readonly string[]) {
  const folder = await aFolder();
  const at = (name: string) => join(folder, name);
  await writeFile(at('answers'), answers.map((answer) => `${answer}\n`).join(''));
  await writeFile(at('asked'), '');
  const command = `
echo >>'${at('asked')}'
answer=$(sed -n "$(wc -l <'${at('asked')}')p" '${at('answers')}')
[ -n "$answer" ] || answer=$(tail -n 1 '${at('answers')}')
case $answer in
  exit*) echo "connection refused"; $answer ;;
  *) echo "$answer" ;;
esac`;
  return {
    asked: async () => (await readFile(at('asked'), 'utf8')).length,
    ask: (
      wish: Partial<Confirmation> & {
        readonly patient?: boolean;
        readonly signal?: AbortSignal;
      } = {},
    ) =>
      confirm({ command, runner: HERE, timeoutMs: 5_000, ...wish }, 'new', {
        patient: wish.patient ?? true,
        signal: wish.signal ?? forever(),
      }),
  };
}

describe('confirm', () => {
  it('waits for nothing but new answers, over a quarter of a second', async () => {
    const { ask, asked } = await aProxy('exit 1', 'old', 'new', 'old', 'new');
    expect(await ask()).toEqual({ kind: 'confirmed' });
    expect(await asked()).toBeGreaterThanOrEqual(4 + 3);
  });

  it('gives up after the limit, and says what runs instead', async () => {
    const { ask, asked } = await aProxy('old');
    expect(await ask({ timeoutMs: 1_000 })).toEqual({
      kind: 'unconfirmed',
      reason: "it runs 'old', not 'new'",
    });
    expect(await asked()).toBeGreaterThan(2);
  });

  it('gives up after the limit on a proxy that does not answer, and says why', async () => {
    const { ask } = await aProxy('exit 1');
    expect(await ask({ timeoutMs: 1_000 })).toEqual({
      kind: 'unconfirmed',
      reason: 'it does not answer (connection refused)',
    });
  });

  it('without patience takes the first other answer, but waits out silence', async () => {
    const { ask, asked } = await aProxy('exit 1', 'exit 1', 'old', 'new');
    expect(await ask({ patient: false })).toMatchObject({ reason: "it runs 'old', not 'new'" });
    expect(await asked()).toBe(3);
  });

  it.each(['exit 126', 'exit 127'])('says at once that nothing can ask (%s)', async (answer) => {
    const { ask, asked } = await aProxy(answer);
    expect(await ask()).toEqual({ kind: 'unanswerable', reason: 'connection refused' });
    expect(await asked()).toBe(1);
  });

  it('asks nobody where the proxy does not run', async () => {
    const { ask, asked } = await aProxy('new');
    const runner: CommandRunner = { ...HERE, unavailable: () => 'the container is not running' };
    expect(await ask({ runner })).toMatchObject({ kind: 'unavailable' });
    const child: WatchedChild = { isRunning: () => false, onEnd: () => undefined };
    expect(await ask({ child })).toMatchObject({ kind: 'unavailable' });
    expect(await asked()).toBe(0);
  });

  it.each<[string, CommandResult]>([
    ['it ended while it was asked', { kind: 'exited', exitCode: 137, output: '', durationMs: 1 }],
    ['it is not running', { kind: 'unavailable', reason: 'it is not running' }],
  ])('says of a proxy whose container ends that %s', async (reason, result) => {
    const { ask } = await aProxy('new');
    const runner: CommandRunner = { ...HERE, run: async () => result };
    expect(await ask({ runner })).toEqual({ kind: 'unconfirmed', reason, ended: true });
  });

  it('does not wait for a child that has ended', async () => {
    const { ask } = await aProxy('exit 1');
    const child: WatchedChild = {
      isRunning: () => true,
      onEnd: (listener) => void setImmediate(() => listener('ended by itself, exit code 1')),
    };
    expect(await ask({ child, timeoutMs: 60_000 })).toEqual({
      kind: 'unconfirmed',
      reason: 'it ended by itself, exit code 1',
      ended: true,
    });
  });

  it('ends at an abort', async () => {
    const { ask } = await aProxy('old');
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    expect(await ask({ signal: stop.signal, timeoutMs: 60_000 })).toEqual({ kind: 'aborted' });
  });
});

describe('the question over HTTP', () => {
  const TOOLS = ['bash', 'curl', 'wget', 'perl'] as const;

  async function answering(answer: string): Promise<number> {
    const server = createServer(({ url }, response) => {
      response.statusCode = url === '/generation' ? 200 : 404;
      response.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  }

  /** With one of the tools alone to be found. */
  async function askWith(tool: string, port: number) {
    const command = ASK_OVER_HTTP.replaceAll('{port}', String(port));
    const others = TOOLS.filter((one) => one !== tool);
    const hiding = `command() { case $2 in ${others.join(' | ')}) return 1 ;; esac; command_v "$2"; }
command_v() { for folder in $(echo "$PATH" | tr : ' '); do [ ! -x "$folder/$1" ] || return 0; done; return 1; }`;
    return await HERE.run(`${hiding}\n${command}`, { timeoutMs: 20_000 });
  }

  it.each(['bash', 'perl'])('is asked with %s', async (tool) => {
    const port = await answering('0123456789abcdef\n');
    expect(await askWith(tool, port)).toMatchObject({ exitCode: 0, output: '0123456789abcdef\n' });
  });

  it('fails where nobody listens', async () => {
    const { exitCode } = (await askWith('bash', 1)) as { readonly exitCode: number };
    expect(exitCode).toBe(1);
  });

  it('says that there is nothing to ask with', async () => {
    expect(await askWith('none', 1)).toMatchObject({
      exitCode: 126,
      output: expect.stringContaining('neither bash nor curl'),
    });
  });
});
