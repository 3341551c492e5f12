import { describe, expect, it } from 'vitest';
import { HeapThrift } from './heap-thrift.ts';

function anEngine(version = '13.6.233.17-node.50') {
  const state = { flags: [] as string[], cpu: 0, time: 1_000 };
  const thrift = new HeapThrift({
    setFlag: (flag) => state.flags.push(flag),
    version,
    cpuMs: () => state.cpu,
    now: () => state.time,
  });
  const pass = (ms: number, cpu: number) => {
    state.time += ms;
    state.cpu += cpu;
    thrift.look();
  };
  return { thrift, pass, flags: () => state.flags.splice(0) };
}

describe('the heap', () => {
  it('is kept small from the beginning', () => {
    const { thrift, flags } = anEngine();
    expect(flags()).toEqual([
      ...['--no-opt', '--optimize-for-size', '--semi-space-growth-factor=1', '--no-maglev'],
    ]);
    expect(thrift.isLavish).toBe(false);
  });

  it('may be large once there is much to do, which is said once', () => {
    const { thrift, pass, flags } = anEngine();
    flags();
    pass(1_000, 2_500);
    expect(flags()).toEqual([]);
    pass(1_000, 1);
    expect(flags()).toEqual([
      ...['--opt', '--no-optimize-for-size', '--semi-space-growth-factor=2', '--maglev'],
    ]);
    pass(1_000, 5_000);
    expect(flags()).toEqual([]);
    expect(thrift.isLavish).toBe(true);
  });

  it('stays small for who does little, however long', () => {
    const { thrift, pass } = anEngine();
    for (let round = 0; round < 100; round += 1) pass(10_001, 1_000);
    expect(thrift.isLavish).toBe(false);
    pass(10_000, 1_000);
    pass(10, 1_501);
    expect(thrift.isLavish).toBe(true);
  });

  it('of an older Node.js knows no Maglev', () => {
    const { pass, flags } = anEngine('11.3.244.8-node.38');
    pass(10, 3_000);
    expect(flags().filter((flag) => flag.includes('maglev'))).toEqual([]);
  });
});
