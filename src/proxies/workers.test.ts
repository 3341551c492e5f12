import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listCommand, oldWorkers, parseWorkers, type Worker } from './workers.ts';

const worker = (pid: number, parent = 1, startedAt = 100): Worker => ({ pid, parent, startedAt });

describe('listCommand', () => {
  it('lists processes of these names, with parent and start', async () => {
    const run = promisify(execFile);
    // The shell that runs it is one of its name, too.
    const { stdout } = await run('/bin/sh', ['-c', `exec sh -c '${listCommand(['sh', 'x'])}; :'`]);
    const lines = stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^\d+ \d+ \d+$/);
    expect(lines.map((line) => Number(line.split(' ')[1]))).toContain(process.pid);
  });
});

describe('parseWorkers', () => {
  it('knows workers from masters: another one has started them', () => {
    expect(parseWorkers('1 0 10\n7 1 20\n8 1 21\n\n')).toEqual([
      worker(7, 1, 20),
      worker(8, 1, 21),
    ]);
  });

  it('makes nothing of what is no list', () => {
    expect(parseWorkers('sh: nothing here\n1 2\n')).toEqual([]);
  });
});

describe('oldWorkers', () => {
  it('counts those from before beside which their master has started new ones', () => {
    const before = [worker(7), worker(8)];
    expect(oldWorkers(before, [worker(7), worker(8), worker(9)])).toBe(2);
    expect(oldWorkers(before, [worker(8), worker(9), worker(10)])).toBe(1);
    expect(oldWorkers(before, [worker(9), worker(10)])).toBe(0);
  });

  it('cannot tell while no master has started any', () => {
    expect(oldWorkers([worker(7)], [worker(7)])).toBeUndefined();
  });

  it('does not mistake a pid that was given again, or another master’s workers', () => {
    const before = [worker(7), worker(20, 2)];
    expect(oldWorkers(before, [worker(7, 1, 500), worker(20, 2)])).toBe(0);
  });
});
