import { cpus } from 'node:os';

/** Of this machine, since it was started, in ms of all its processors together. */
export interface CpuTimes {
  readonly idle: number;
  readonly all: number;
}

export function cpuTimes(): CpuTimes {
  const times = cpus().map((cpu) => cpu.times);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  const all = times.flatMap((time) => Object.values(time)).reduce((sum, time) => sum + time, 0);
  return { idle, all };
}

/** The part of the machine that was used between two looks: 0 to 1. */
export function cpuUse(before: CpuTimes, after: CpuTimes): number {
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}
