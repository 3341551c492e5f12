import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FakeEngine } from '../test/support/fake-engine.ts';
import type { Progress } from './bench.ts';
import { median, summary } from './stats.ts';
import { renderTable } from './table.ts';
import { written } from './written.ts';

const PROGRAM = resolve('dist/tsgen.js');
const TEMPLATE = resolve('templates/nginx.conf.hbs');
const CONTAINERS = 10;
const BASE = 'node -e 0';

/** Wall-clock time of one run of a command, in milliseconds. */
type Timed = (folder: string, endpoint: string) => Promise<number>;

const COMMANDS: readonly (readonly [name: string, timed: Timed])[] = [
  [BASE, (folder) => ends(folder, ['-e', '0'])],
  ['--version', (folder) => ends(folder, [PROGRAM, '--version'])],
  ['--help', (folder) => ends(folder, [PROGRAM, '--help'])],
  ['completion bash', (folder) => ends(folder, [PROGRAM, 'completion', 'bash'])],
  ['status', (folder) => ends(folder, [PROGRAM, 'status', '--dest', join(folder, 'none')], 9)],
  ['inventory', (folder, endpoint) => ends(folder, [PROGRAM, 'inventory', '--endpoint', endpoint])],
  ['explain', (folder, endpoint) => ends(folder, [PROGRAM, 'explain', '--endpoint', endpoint])],
  ['one-shot', (folder, endpoint) => ends(folder, [PROGRAM, '--endpoint', endpoint, TEMPLATE])],
  ['--watch, first file', firstFile],
];

/**
 * How long each command takes beside `node -e 0`, rounds in turns: beside an engine of paper with few
 * containers; `status` finds no watch.
 *
 * @returns a table.
 */
export async function startUp(rounds: number, progress: Progress): Promise<string> {
  await using engine = await FakeEngine.create();
  for (let i = 0; i < CONTAINERS; i += 1) {
    engine.addContainer({ name: `web-${i}`, env: { VIRTUAL_HOST: 'site.example' } });
  }
  const samples = new Map<string, number[]>(COMMANDS.map(([name]) => [name, []]));
  // The first round only fills the page cache.
  for (let round = -1; round < rounds; round += 1) {
    progress(`start-up, round ${round + 1} of ${rounds}`);
    for (const [name, timed] of COMMANDS) {
      const folder = await mkdtemp(join(tmpdir(), 'tsgen-bench-'));
      const ms = await timed(folder, engine.endpoint);
      if (round >= 0) samples.get(name)?.push(ms);
      await rm(folder, { recursive: true });
    }
  }
  const base = samples.get(BASE) ?? [];
  const rows = COMMANDS.map(([name]) => {
    const ms = samples.get(name) ?? [];
    // Pairs of one round: whatever slows the machine slows both.
    const ratios = ms.map((one, round) => one / (base[round] ?? Number.NaN));
    return [name, summary(ms), median(ratios).toFixed(2)];
  });
  return renderTable(['command', 'ms', 'ratio'], rows);
}

function run(folder: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, TMPDIR: folder },
    stdio: 'ignore',
  });
}

async function ends(folder: string, args: readonly string[], expected = 0): Promise<number> {
  const begun = performance.now();
  const [code] = await once(run(folder, args), 'exit');
  const ms = performance.now() - begun;
  if (code !== expected) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return ms;
}

async function firstFile(folder: string, endpoint: string): Promise<number> {
  const dest = join(folder, 'default.conf');
  const begun = performance.now();
  const args = ['--watch', '--template', TEMPLATE, '--dest', dest, '--endpoint', endpoint];
  const child = run(folder, [PROGRAM, ...args]);
  const ended = once(child, 'exit');
  const ms = (await written(dest, (text) => text.includes('web-0'))) - begun;
  child.kill('SIGTERM');
  await ended;
  return ms;
}
