import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localRunner } from '../../src/output/runner.ts';
import { aFolder } from '../support/temporary-folder.ts';

const runner = localRunner({
  env: { PATH: process.env.PATH, GREETING: 'hello' },
  monotonic: () => performance.now(),
  graceMs: 1000,
});
const LIMIT = { timeoutMs: 20_000 };

async function pidsIn(file: string): Promise<number[]> {
  return (await readFile(file, 'utf8')).trim().split('\n').map(Number);
}

/** A zombie, which nobody may have waited for, does not run any more. */
async function runs(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return status !== undefined && !/\) [ZX] /.test(status);
}

describe('localRunner', () => {
  it('brings back output and exit code, in the order in which they came', async () => {
    const result = await runner.run('echo out; echo err >&2; echo "$GREETING"; exit 3', LIMIT);
    expect(result).toMatchObject({ kind: 'exited', exitCode: 3, output: 'out\nerr\nhello\n' });
  });

  it('passes on the environment that it was given and nothing else', async () => {
    const expected = `GREETING=hello\nPATH=${process.env.PATH}\n`;
    const result = await runner.run('env | grep -E "^(GREETING|HOME|PATH)=" | sort', LIMIT);
    expect(result).toMatchObject({ exitCode: 0, output: expected });
  });

  it('gives a command variables of its own, in the place of those of the same name', async () => {
    const env = { SECRET: 's3', GREETING: 'bye' };
    const result = await runner.run('echo "$SECRET $GREETING"', { ...LIMIT, env });
    expect(result).toMatchObject({ exitCode: 0, output: 's3 bye\n' });
  });

  it('gives no standard input', async () => {
    expect(await runner.run('cat; echo end', LIMIT)).toMatchObject({ output: 'end\n' });
  });

  it.each([
    ['no-such-command', 127],
    ['/etc/passwd', 126],
    ['kill -9 $$', 137],
    ['if', 2],
  ])('says of %j what a shell says', async (command, exitCode) => {
    expect(await runner.run(command, LIMIT)).toMatchObject({ kind: 'exited', exitCode });
  });

  it('cuts the output at 64 KiB without holding the command up', async () => {
    const result = await runner.run('head -c 1000000 /dev/zero | tr "\\0" x; echo end >&2', LIMIT);
    expect(result).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect('output' in result && result.output).toBe('x'.repeat(64 * 1024));
  });

  it('does not wait for what a command leaves running', async () => {
    const pids = join(await aFolder(), 'pids');
    const result = await runner.run(`sleep 60 & echo $! >'${pids}'; echo started`, LIMIT);
    expect(result).toMatchObject({ kind: 'exited', exitCode: 0, output: 'started\n' });
    const [pid] = await pidsIn(pids);
    expect(await runs(Number(pid))).toBe(true);
    process.kill(Number(pid));
  });

  it('ends what hangs, with all that it started', async () => {
    const pids = join(await aFolder(), 'pids');
    const command = `
      trap '' TERM; echo $$ >>'${pids}'
      (trap '' TERM; while :; do sleep 1; done) & echo $! >>'${pids}'
      sleep 60 & echo $! >>'${pids}'
      echo begun; wait; wait; wait`;
    const result = await runner.run(command, { timeoutMs: 1500 });
    expect(result).toEqual({ kind: 'timed-out', output: 'begun\n', afterMs: 1500 });
    const all = await pidsIn(pids);
    expect(all).toHaveLength(3);
    await expect.poll(async () => await Promise.all(all.map(runs))).toEqual([false, false, false]);
  });

  it('lets what hangs clean up first', async () => {
    const file = join(await aFolder(), 'cleaned');
    // The shell ends at once, what it started takes a moment.
    const command = `(trap 'sleep 0.1; echo yes >"${file}"; exit' TERM; sleep 60 & wait) >/dev/null 2>&1 & wait`;
    expect(await runner.run(command, { timeoutMs: 1000 })).toMatchObject({ kind: 'timed-out' });
    expect(await readFile(file, 'utf8')).toBe('yes\n');
  });

  it('ends with the signal, and does not begin after it', async () => {
    const file = join(await aFolder(), 'begun');
    const stop = new AbortController();
    const running = runner.run(`echo $$ >'${file}'; sleep 60`, { ...LIMIT, signal: stop.signal });
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toMatch(/^\d+\n$/);
    stop.abort();
    expect(await running).toEqual({ kind: 'aborted' });
    const [pid] = await pidsIn(file);
    await expect.poll(() => runs(Number(pid))).toBe(false);
    const again = await runner.run(`echo again >'${file}'`, { ...LIMIT, signal: stop.signal });
    expect(again).toEqual({ kind: 'aborted' });
    expect(await pidsIn(file)).toEqual([pid]);
  });

  it('sees paths as they are', async () => {
    expect(await runner.translate('/etc/nginx/x')).toEqual({ kind: 'ok', path: '/etc/nginx/x' });
    expect(runner.unavailable()).toBeUndefined();
  });
});
