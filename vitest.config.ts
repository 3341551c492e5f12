import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

const SCENARIOS = 'test/e2e/scenarios.test.ts';

const E2E = {
  globalSetup: ['test/support/build.ts', 'test/support/engine-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 300_000,
};

/**
 * Projects by what they need: `unit` nothing, `integration` the file system, child processes and a
 * fake engine on a socket, `e2e` a real engine with real proxies, `scenarios` much of the machine
 * besides. First come the end-to-end tests, which wait more than they work; then what needs the
 * processor, with the scenarios beside it.
 */
export default defineConfig({
  test: {
    reporters: ['default', 'json'],
    outputFile: { json: '.cache/test-report.json' },
    sequence: { sequencer: LongestFirst },
    // For two cores. What end-to-end tests start has names of its own.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          sequence: { groupOrder: 1 },
          // Properties over thousands of cases; the limit is for what hangs.
          testTimeout: 60_000,
          include: ['{src,scripts,bench,test/support,test/scenarios}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: [SCENARIOS],
          ...E2E,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: [SCENARIOS],
          sequence: { groupOrder: 1 },
          // At a time, each with containers of its own.
          maxConcurrency: 4,
          ...E2E,
        },
      },
    ],
  },
});
