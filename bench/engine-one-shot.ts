import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress, SharedFleet } from './bench.ts';
import { comparison } from './generator.ts';
import { sizesOf } from './sizes.ts';
import { median, summary } from './stats.ts';
import { withFolder } from './with-folder.ts';

/** Downwards: to end containers takes less than to start them. */
const SIZES = [500, 200, 100, 50, 10];

/**
 * One look at the real engine, one file, and the end, as a process.
 *
 * @returns a table.
 */
export async function engineOneShot(
  rounds: number,
  progress: Progress,
  shared: SharedFleet,
): Promise<string> {
  const fleet = await shared();
  const { generators, isPaired, table } = comparison(process.env);
  const rows: string[][] = [];
  for (const size of sizesOf(process.env, SIZES)) {
    await fleet.resize(size, progress);
    progress(`${size} containers: one-shot`);
    const samples: number[][] = generators.map(() => []);
    await withFolder(async (folder) => {
      const task = { endpoint: fleet.endpoint, folder, filter: fleet.filter };
      const dest = join(folder, 'default.conf');
      for (let round = 0; round < rounds; round += 1) {
        for (const [index, generator] of generators.entries()) {
          samples[index]?.push(await timeOf(generator.once(task, dest)));
          await rm(dest);
        }
      }
    });
    const [own = Number.NaN, others = Number.NaN] = samples.map(median);
    const factor = isPaired ? [`${(own / others).toFixed(2)}`] : [];
    rows.push([String(size), ...samples.map((ms) => summary(ms, 0)), ...factor]);
  }
  const names = generators.map(({ name }) => `${name}, ms`);
  const headings = ['containers', ...names, ...(isPaired ? ['times as long'] : [])];
  return table(headings, rows.toReversed());
}

/** Milliseconds from start to end. */
async function timeOf([program, ...args]: readonly [string, ...string[]]): Promise<number> {
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const [code, at] = await new Promise<[number | null, number]>((done, failed) => {
    let ended = 0;
    child.once('error', failed);
    child.once('exit', () => {
      ended = performance.now();
    });
    child.once('close', (exitCode) => done([exitCode, ended]));
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${log}`);
  return at - begun;
}
