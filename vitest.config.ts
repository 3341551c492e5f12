import { defineConfig } from 'vitest/config';

/** Those that count what tsgen does: others' containers on the same engine would give it more to do. */
const ALONE = 'test/e2e/{stack,host-tsgen,paths-stack}.test.ts';
const SCENARIOS = 'test/e2e/scenarios.test.ts';

const E2E = {
  globalSetup: ['test/support/build.ts', 'test/support/engine-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 300_000,
};

/**
 * Projects by what they need: `unit` nothing, `integration` the file system, child processes and a
 * fake engine on a socket, `e2e` a real engine with real proxies, `scenarios` much of the machine
 * besides, `e2e-alone` that engine for itself. First come the end-to-end tests, two files at a time,
 * which wait more than they work; then what needs the processor, with the scenarios beside it; then
 * who has to be alone.
 */
export default defineConfig({
  test: {
    reporters: ['default', 'json'],
    outputFile: { json: '.cache/test-report.json' },
    // What end-to-end tests start has names of its own.
    maxWorkers: 2,
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
          exclude: [ALONE, SCENARIOS],
          ...E2E,
        },
      },
      {
        test: {
          name: 'e2e-alone',
          include: [ALONE],
          sequence: { groupOrder: 2 },
          fileParallelism: false,
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
