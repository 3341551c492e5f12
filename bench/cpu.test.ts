import { expect, it } from 'vitest';
import { cpuTimes, cpuUse } from './cpu.ts';

it('tells which part of the machine was used between two looks', () => {
  expect(cpuUse({ idle: 100, all: 200 }, { idle: 130, all: 400 })).toBeCloseTo(0.85);
});

it('counts idle time as a part of all time', () => {
  const { idle, all } = cpuTimes();
  expect(all).toBeGreaterThan(idle);
  expect(idle).toBeGreaterThanOrEqual(0);
});
